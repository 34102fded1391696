import FoundationEssentials
import SweepModel

/// A body as far as it can be understood. Whatever is missing or of the wrong type is passed over: the answer's class
/// hangs on a few fields, and one odd field must not hide them.
enum AnswerBody: Sendable {
    /// A JSON object, in any of the API's shapes.
    case object(Envelope)
    /// HTML, plain text, broken JSON, JSON that is no object, or nothing; with its first words.
    case unreadable(excerpt: String?)

    init(_ bytes: [UInt8]) {
        if let envelope = Envelope(plainSuccess: bytes.span) {
            self = .object(envelope)
            // Why a body cannot be decoded does not matter: its first words are kept instead.
        } else if let envelope = try? Self.decoder.decode(Envelope.self, from: Data(bytes)) {
            self = .object(envelope)
        } else {
            self = .unreadable(excerpt: Excerpt.of(bytes))
        }
    }

    // Refuses nesting beyond 512 levels by itself, so that a hostile body cannot exhaust the stack.
    private static let decoder = JSONDecoder()
}

/// The v4 envelope, `{"success":false,"errors":[…],"messages":[…],"result":…}`, and the flat objects
/// `{"code":1010,"error":"auth.forbidden"}` and `{"code":971,"message":"…"}`, which become an envelope with one error.
/// `messages` is not read: on a success it may hold codes that look like errors.
struct Envelope: Sendable, Hashable, Decodable {
    /// nil when missing or no boolean.
    var success: Bool?
    var errors: [APIError]
    var result: TokenResult?

    init(success: Bool?, errors: [APIError], result: TokenResult?) {
        self.success = success
        self.errors = errors
        self.result = result
    }

    private enum Key: CodingKey {
        case success, errors, result, code, message, error
    }

    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Key.self)
        success = object.lenient(Bool.self, .success)
        result = object.lenient(TokenResult.self, .result)
        errors = object.list(APIError.self, .errors)
        guard errors.isEmpty else { return }
        let text = object.lenient(String.self, .message) ?? object.lenient(String.self, .error)
        let flat = APIError(code: object.code(.code), message: text)
        if flat.code != nil || (text != nil && success != true) { errors = [flat] }
    }
}

/// One error of an answer; texts are as they came.
struct APIError: Sendable, Hashable, Decodable {
    /// nil when missing or 0.
    var code: Int?
    var message: String?
    var documentationURL: String?
    var sourcePointer: String?
    var chain: [APIError] = []

    private enum Key: String, CodingKey {
        case code, message, source, pointer
        case chain = "error_chain"
        case documentation = "documentation_url"
    }

    init(code: Int?, message: String?) {
        self.code = code
        self.message = message
    }

    init(from decoder: any Decoder) throws {
        guard let object = try? decoder.container(keyedBy: Key.self) else {
            // An error may be a bare text.
            message = try? decoder.singleValueContainer().decode(String.self)
            return
        }
        code = object.code(.code)
        message = object.lenient(String.self, .message)
        documentationURL = object.lenient(String.self, .documentation)
        sourcePointer = (try? object.nestedContainer(keyedBy: Key.self, forKey: .source))?.lenient(String.self, .pointer)
        chain = object.list(APIError.self, .chain)
    }
}

/// The token of an answer; every field is optional.
struct TokenResult: Sendable, Hashable, Decodable {
    var id: String?
    var name: String?
    var clientID: String?
    var duration: String?
    /// Of an API token that is verified: `active`, `disabled` or `expired`.
    var status: String?
    /// With or without a fraction of a second.
    var expiresAt: Timestamp?
    var isEnabled: Bool?

    init() {}

    private enum Key: String, CodingKey {
        case id, name, duration, status
        case isEnabled = "enabled"
        case clientID = "client_id"
        case expiresAt = "expires_at"
    }

    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Key.self)
        id = object.lenient(String.self, .id)
        name = object.lenient(String.self, .name)
        clientID = object.lenient(String.self, .clientID)
        duration = object.lenient(String.self, .duration)
        status = object.lenient(String.self, .status)
        expiresAt = object.lenient(String.self, .expiresAt).flatMap { Timestamp(rfc3339: $0) }
        isEnabled = object.lenient(Bool.self, .isEnabled)
    }
}

extension KeyedDecodingContainer {
    /// A field's value; nil when it is missing, null or of another type.
    func lenient<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
        guard contains(key) else { return nil }
        return try? decodeIfPresent(type, forKey: key)
    }

    /// A code, written as a number or as text; 0 means none.
    func code(_ key: Key) -> Int? {
        let code = lenient(Int.self, key) ?? lenient(String.self, key).flatMap { Int($0) }
        return code == 0 ? nil : code
    }

    /// A list, or one element where a list is expected.
    func list<Element: Decodable>(_ type: Element.Type, _ key: Key) -> [Element] {
        guard contains(key) else { return [] }
        return lenient([Element].self, key) ?? lenient(Element.self, key).map { [$0] } ?? []
    }
}
