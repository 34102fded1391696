/// Server-sent events as they stand on the wire (WHATWG HTML, "Server-sent events").
enum EventText {
    /// `id: 42`, `event: job`, `data: {…}`, and an empty line. A line break in the data begins another `data` line.
    static func event(_ name: String, id: Int64? = nil, _ data: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        if let id { bytes += Array("id: \(id)\n".utf8) }
        bytes += Array("event: \(name)\n".utf8)
        for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            bytes += Array("data: ".utf8) + line + [UInt8(ascii: "\n")]
        }
        return bytes + [UInt8(ascii: "\n")]
    }

    /// How long a browser waits before it comes again, in milliseconds.
    static func retry(_ milliseconds: Int) -> [UInt8] { Array("retry: \(milliseconds)\n\n".utf8) }

    /// Nothing but a sign of life.
    static let heartbeat = Array(":\n\n".utf8)
}
