/// The head of a request: all that a page which only shows things needs.
struct HTTPRequest: Sendable {
    var method: String
    /// The parts of the path, percent signs undone; `[]` is the root.
    var path: [String]
    /// The first value of each name.
    var query: [String: String]
    /// By lower-case name.
    var headers: [String: String]

    /// The headers that anything here looks at.
    static let readHeaders = [
        "host", "origin", "authorization", "last-event-id", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest",
    ]

    /// nil for a target that is not well-formed.
    init?(method: String, target: String, headers: [String: String] = [:]) {
        self.method = method
        self.headers = headers
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first, path.hasPrefix("/") else { return nil }
        self.path = []
        for segment in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let text = PercentText.decoded(segment) else { return nil }
            self.path.append(text)
        }
        if self.path == [""] { self.path = [] }
        guard let query = HTTPRequest.query(parts.count > 1 ? parts[1] : "") else { return nil }
        self.query = query
    }

    private static func query(_ text: Substring) -> [String: String]? {
        var values: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentText.decoded(sides[0]), let value = PercentText.decoded(sides.count > 1 ? sides[1] : "") else {
                return nil
            }
            if values[name] == nil { values[name] = value }
        }
        return values
    }
}

/// `%C3%A9` for `é`.
enum PercentText {
    /// nil where a percent sign is not followed by two digits, or the bytes are no UTF-8.
    static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}
