import Testing

@testable import SweepManifest

@Suite("Memory")
struct MemoryTests {
    private let limit = 1000

    /// A window over one megabyte without a line end, or with all of it between quotes.
    private func window(_ start: String, filler: UInt8) -> ByteWindow {
        let bytes = Array(start.utf8) + [UInt8](repeating: filler, count: 1 << 20)
        return ByteWindow(ChunkedSource(bytes, size: 512), capacity: 512)
    }

    @Test(
        "of a CSV row that is too long, little more than the limit is held",
        arguments: [("", UInt8(ascii: "x")), ("\"", .lineFeed), ("", UInt8(ascii: ","))])
    func csv(start: String, filler: UInt8) throws {
        var window = window(start, filler: filler)
        var scanner = CSVScanner(delimiter: UInt8(ascii: ","), byteLimit: limit, fieldLimit: 10, line: 1)
        let record = try #require(try scanner.next(in: &window))
        #expect(record.flaw != nil)
        #expect(record.length <= limit + 512)
        #expect(scanner.fields.count <= 10)
        #expect(window.count <= limit + 512)
    }

    @Test("of a line that is too long, little more than the limit is held")
    func lines() throws {
        var window = window("{", filler: UInt8(ascii: "x"))
        var lines = LineScanner(byteLimit: limit, line: 1)
        let line = try #require(try lines.next(in: &window))
        #expect(line.isTooLong)
        #expect(line.length <= limit + 512)
        #expect(window.count <= limit + 512)
    }
}
