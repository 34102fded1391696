/// The headers of an answer that matter, as they came; all others are dropped while they arrive.
package struct AnswerHeaders: Sendable, Hashable {
    /// What Cloudflare's support asks for: `cf-ray: 8f2a…-AMS`
    package var rayID: String?
    package var rateLimit: String?
    package var rateLimitPolicy: String?
    package var retryAfter: String?
    package var contentType: String?

    package init(
        rayID: String? = nil, rateLimit: String? = nil, rateLimitPolicy: String? = nil, retryAfter: String? = nil,
        contentType: String? = nil
    ) {
        self.rayID = rayID
        self.rateLimit = rateLimit
        self.rateLimitPolicy = rateLimitPolicy
        self.retryAfter = retryAfter
        self.contentType = contentType
    }

    /// Bytes of a header's value that are kept; the rest of a longer one is dropped.
    static let longestValue = 1000

    /// Takes one line as it came off the wire: `Name: value\r\n`. A status line begins a new answer: what an interim answer
    /// (1xx) said is forgotten. A header that stands twice is one list.
    mutating func take(line: UnsafeRawBufferPointer) {
        guard let first = line.first else { return }
        if line.starts(with: "HTTP/".utf8) {
            self = AnswerHeaders()
            return
        }
        // Nearly all lines end here.
        guard first | 0x20 == UInt8(ascii: "r") || first | 0x20 == UInt8(ascii: "c") else { return }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        guard let field = Self.field(named: String(decoding: line[..<colon], as: UTF8.self).lowercased()) else { return }
        let value = Self.text(of: line[(colon + 1)...])
        self[keyPath: field] = self[keyPath: field].map { "\($0), \(value)" } ?? value
    }

    private static func field(named name: String) -> WritableKeyPath<AnswerHeaders, String?>? {
        switch name {
        case "cf-ray": \.rayID
        case "ratelimit": \.rateLimit
        case "ratelimit-policy": \.rateLimitPolicy
        case "retry-after": \.retryAfter
        case "content-type": \.contentType
        default: nil
        }
    }

    private static func text(of bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let isBlank = { (byte: UInt8) in byte <= 0x20 }
        let start = bytes.drop(while: isBlank).prefix(longestValue)
        let length = start.reversed().drop(while: isBlank).count
        return String(decoding: start.prefix(length), as: UTF8.self)
    }
}
