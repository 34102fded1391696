import FoundationEssentials
import SweepModel

extension TokenPage {
    /// Reads a page of the list of service tokens; nil for anything but a success of the API with a list of tokens that
    /// each have an id.
    ///
    /// Missing and odd fields are passed over, ids are not: a list with an entry that cannot be named proves nothing.
    init?(_ body: [UInt8], of scope: Scope) {
        guard let list = try? JSONDecoder().decode(ListBody.self, from: Data(body)), list.isSuccess else { return nil }
        var tokens: [LiveToken] = []
        tokens.reserveCapacity(list.result.count)
        for entry in list.result {
            guard let token = LiveToken(entry, scope) else { return nil }
            tokens.append(token)
        }
        self.init(tokens: tokens, info: list.info.map { PageInfo($0) })
    }
}

/// `{"success":true,"errors":[],"result":[…],"result_info":{…}}`
private struct ListBody: Decodable {
    var isSuccess: Bool
    var result: [ListedToken]
    var info: ResultInfo?

    private enum Key: String, CodingKey {
        case success, errors, result
        case info = "result_info"
    }

    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Key.self)
        isSuccess = object.lenient(Bool.self, .success) == true && object.list(APIError.self, .errors).isEmpty
        // Neither a missing list nor `null` is an empty one.
        result = try object.decode([ListedToken].self, forKey: .result)
        info = object.lenient(ResultInfo.self, .info)
    }
}

/// One entry of the list; whatever is missing or of the wrong type is nil.
private struct ListedToken: Decodable {
    var id, clientID, name, createdAt, updatedAt, expiresAt, lastSeenAt, duration: String?
    var isEnabled: Bool?
    /// Neither missing nor odd: a time, or `null` for never.
    var isLastSeenKnown: Bool

    private enum Key: String, CodingKey {
        case id, name, duration, enabled
        case clientID = "client_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case expiresAt = "expires_at"
        case lastSeenAt = "last_seen_at"
    }

    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Key.self)
        id = object.lenient(String.self, .id)
        clientID = object.lenient(String.self, .clientID)
        name = object.lenient(String.self, .name)
        createdAt = object.lenient(String.self, .createdAt)
        updatedAt = object.lenient(String.self, .updatedAt)
        expiresAt = object.lenient(String.self, .expiresAt)
        lastSeenAt = object.lenient(String.self, .lastSeenAt)
        isLastSeenKnown =
            lastSeenAt.map { Timestamp(rfc3339: $0) != nil } ?? ((try? object.decodeNil(forKey: .lastSeenAt)) == true)
        duration = object.lenient(String.self, .duration)
        isEnabled = object.lenient(Bool.self, .enabled)
    }
}

private struct ResultInfo: Decodable {
    var page, perPage, count, totalCount, totalPages: Int?

    private enum Key: String, CodingKey {
        case page, count
        case perPage = "per_page"
        case totalCount = "total_count"
        case totalPages = "total_pages"
    }

    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Key.self)
        page = object.lenient(Int.self, .page)
        perPage = object.lenient(Int.self, .perPage)
        count = object.lenient(Int.self, .count)
        totalCount = object.lenient(Int.self, .totalCount)
        totalPages = object.lenient(Int.self, .totalPages)
    }
}

extension LiveToken {
    fileprivate init?(_ entry: ListedToken, _ scope: Scope) {
        guard let id = entry.id.flatMap({ TokenID($0) }) else { return nil }
        func time(_ text: String?) -> Timestamp? { text.flatMap { Timestamp(rfc3339: $0) } }
        self.init(
            scope: scope, id: id, clientID: entry.clientID.map(Excerpt.clean), name: entry.name.map(Excerpt.clean),
            createdAt: time(entry.createdAt), updatedAt: time(entry.updatedAt), expiresAt: time(entry.expiresAt),
            lastSeenAt: time(entry.lastSeenAt), isEnabled: entry.isEnabled ?? true, duration: entry.duration.map(Excerpt.clean),
            isLastSeenKnown: entry.isLastSeenKnown)
    }
}

extension TokenPage.PageInfo {
    fileprivate init(_ info: ResultInfo) {
        self.init(
            page: info.page, perPage: info.perPage, count: info.count, totalCount: info.totalCount, totalPages: info.totalPages)
    }
}
