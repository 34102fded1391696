import CCurl

/// Where the API is: `https://api.cloudflare.com/client/v4`.
package struct BaseURL: Sendable, Hashable, CustomStringConvertible {
    /// Scheme, host and port: `https://api.cloudflare.com`.
    let origin: String
    /// What the path of every request begins with, without a slash at its end: `/client/v4`.
    let path: String
    /// Whether requests travel over TLS.
    package let isEncrypted: Bool

    /// Without a slash at its end.
    package var description: String { origin + path }

    package static let cloudflare = BaseURL(origin: "https://api.cloudflare.com", path: "/client/v4", isEncrypted: true)

    private init(origin: String, path: String, isEncrypted: Bool) {
        self.origin = origin
        self.path = path
        self.isEncrypted = isEncrypted
    }

    /// Reads `CLOUDFLARE_BASE_URL`. A slash at the end is dropped.
    package init(_ text: String) throws(BaseURLProblem) {
        // libcurl's own parser: what is checked here is what is connected to later.
        guard let handle = curl_url() else { throw .unreadable }
        defer { curl_url_cleanup(handle) }
        func part(_ what: CURLUPart) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl_url_get(handle, what, &value, 0) == CURLUE_OK, let value else { return nil }
            defer { curl_free(value) }
            return String(cString: value)
        }
        guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }), curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK,
            let scheme = part(CURLUPART_SCHEME), let host = part(CURLUPART_HOST), let path = part(CURLUPART_PATH)
        else { throw .unreadable }
        guard part(CURLUPART_USER) == nil, part(CURLUPART_PASSWORD) == nil else { throw .holdsCredentials }
        guard !text.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else { throw .holdsQuery }
        switch scheme {
        case "https": isEncrypted = true
        case "http" where Self.isLoopback(host): isEncrypted = false
        case "http": throw .notEncrypted
        default: throw .otherScheme
        }
        let port = part(CURLUPART_PORT).map { ":\($0)" } ?? ""
        var trimmed = path[...]
        while trimmed.last == "/" { trimmed.removeLast() }
        origin = "\(scheme)://\(host)\(port)"
        self.path = String(trimmed)
    }

    /// 127.0.0.0/8, `::1` and `localhost`, as libcurl's parser writes them.
    private static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" || host == "[::1]" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers.first == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }
}

/// Why a base URL is refused.
package enum BaseURLProblem: Error, Sendable, Hashable, CustomStringConvertible {
    case unreadable
    case otherScheme
    case notEncrypted
    case holdsCredentials
    case holdsQuery

    package var description: String {
        switch self {
        case .unreadable: "the base URL cannot be read; it looks like https://api.cloudflare.com/client/v4"
        case .otherScheme: "the base URL must begin with https://"
        case .notEncrypted: "plain http is accepted for loopback addresses only: the credential would travel unprotected"
        case .holdsCredentials: "the base URL must not hold a user name or password"
        case .holdsQuery: "the base URL must not hold a query (?) or a fragment (#)"
        }
    }
}
