import SweepModel
import Testing

@testable import SweepManifest

@Suite("Files of patterns to protect")
struct ProtectionFileTests {
    private func load(_ text: String) throws(ManifestError) -> [String] {
        try ProtectionFile.patterns(in: ChunkedSource(Array(text.utf8), size: 5), path: "keep.txt").map(\.description)
    }

    @Test("one pattern a line, comments and blanks aside")
    func patterns() throws {
        #expect(try load("\u{FEFF}# keep\r\n  name:prod-* \r\n\r\n#name:x\nname:a#b\t") == ["name:prod-*", "name:a#b"])
        #expect(try load("") == [])
    }

    @Test func aLineThatIsNoPattern() {
        let wanted = ManifestError(
            .syntax, file: "keep.txt", line: 3, column: 9, reason: "not a pattern of tokens",
            hint: "a set that is never closed; id:UUID, client-id:ID or name:GLOB is expected")
        #expect(throws: wanted) { try load("name:a\n\n  name:x[y \n") }
    }

    @Test func nothingIsCutOff() throws {
        let lines = (0..<20_000).map { "name:prod-\($0)" }
        #expect(try load(lines.joined(separator: "\n")).count == 20_000)
    }
}
