/// A request as it came over the wire.
package struct Request: Sendable, Equatable {
    package var method: String
    /// Path and query, as sent.
    package var target: String
    package var authorization: String?
    package var authEmail: String?
    package var authKey: String?
    package var userAgent: String?
    /// The caller's IPv4 address, in host order.
    package var peer: UInt32 = 0x7f00_0001
    package var body: [UInt8] = []

    package init(_ method: String, _ target: String) {
        self.method = method
        self.target = target
    }

    package var path: String { String(target.prefix { $0 != "?" }) }

    /// The first value of a query parameter, percent-decoded; nil when it is missing.
    package func query(_ name: String) -> String? {
        guard let start = target.firstIndex(of: "?") else { return nil }
        for pair in target[target.index(after: start)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts[0] == name { return parts.count == 2 ? Request.decoded(parts[1]) : "" }
        }
        return nil
    }

    private static func decoded(_ text: Substring) -> String {
        var out: [UInt8] = []
        var bytes = text.utf8[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "%"), let code = UInt8(String(decoding: bytes.prefix(2), as: UTF8.self), radix: 16) {
                out.append(code)
                bytes = bytes.dropFirst(2)
            } else {
                out.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
