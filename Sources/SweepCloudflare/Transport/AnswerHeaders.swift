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
        let (name, value) = (line[..<colon], line[(colon + 1)...])
        switch name.count {
        case 6 where Self.isSame(name, "cf-ray"): Self.add(value, to: &rayID)
        case 9 where Self.isSame(name, "ratelimit"): Self.add(value, to: &rateLimit)
        case 16 where Self.isSame(name, "ratelimit-policy"): Self.add(value, to: &rateLimitPolicy)
        case 11 where Self.isSame(name, "retry-after"): Self.add(value, to: &retryAfter)
        case 12 where Self.isSame(name, "content-type"): Self.add(value, to: &contentType)
        default: break
        }
    }

    /// Whether two names of the same length differ in case at most; `expected` is in lower case.
    private static func isSame(_ name: Slice<UnsafeRawBufferPointer>, _ expected: StaticString) -> Bool {
        expected.withUTF8Buffer { expected in
            zip(name, expected).allSatisfy { $0 == $1 || ($0 | 0x20 == $1 && $1 >= UInt8(ascii: "a")) }
        }
    }

    private static func add(_ value: Slice<UnsafeRawBufferPointer>, to list: inout String?) {
        let text = text(of: value)
        list = list.map { "\($0), \(text)".prefixed(longestValue) } ?? text
    }

    private static func text(of bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let isBlank = { (byte: UInt8) in byte <= 0x20 }
        let kept = bytes.drop(while: isBlank).prefix(longestValue)
        guard let last = kept.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(decoding: kept[...last], as: UTF8.self)
    }
}

extension String {
    fileprivate func prefixed(_ longest: Int) -> String { String(unicodeScalars.prefix(longest)) }
}
