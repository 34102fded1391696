import SweepJSON
import Testing

@Suite("A cursor walks over JSON text and takes nothing else for it")
struct JSONCursorTests {
    @Test(
        "A value is passed whole",
        arguments: [
            "null", "true", "false", "0", "-1.5e+10", "\"\"", #""a\"\\\u00e9\ud83d\ude00""#, "[]", "{}", "[1,[2,{\"a\":[]}],\"x\"]",
            "{\"a\":{\"b\":null},\"a\":1}", " [ 1 , 2 ] ",
        ])
    func values(_ text: String) throws { #expect(try rest(of: text) == nil) }

    @Test(
        "What is no value is refused, with its place",
        arguments: [
            ("", 0), ("nul", 0), ("01", 0), ("1.", 2), ("1e", 2), ("-", 0), ("\"a", 2), ("\"\u{1}\"", 1), (#""\x""#, 1),
            (#""\ud800""#, 1), (#""\u12g4""#, 1), ("[1 2]", 3), ("[1,]", 3), ("{1:2}", 1), ("{\"a\"}", 4), ("{\"a\":}", 5), ("[\u{C}1]", 1),
        ])
    func flaws(_ text: String, _ offset: Int) {
        #expect { _ = try rest(of: text) } throws: { ($0 as? JSONFlaw)?.offset == offset }
    }

    @Test func nestingHasALimit() throws {
        let text = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
        #expect(try rest(of: text(8), depthLimit: 8) == nil)
        #expect(throws: JSONFlaw.self) { _ = try rest(of: text(9), depthLimit: 8) }
    }

    @Test func aStringIsGivenBackAsItIsWritten() throws {
        let bytes = Array(#"  "a\nb" x"#.utf8)
        var cursor = JSONCursor(bytes.indices, depthLimit: 8)
        let text = try cursor.string("a string", bytes.span)
        #expect(text.range == 3..<7)
        #expect(text.isEscaped)
        #expect(cursor.peek(bytes.span) == UInt8(ascii: "x"))
    }

    @Test(
        "Escapes become what they stand for",
        arguments: [
            (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"), (#"\u00e9\u20ac"#, "é€"), (#"\ud83d\ude00"#, "😀"), ("plain", "plain"),
        ])
    func escapes(_ written: String, _ meant: String) {
        var bytes = Array(written.utf8)
        let count = bytes.withUnsafeMutableBufferPointer { JSONEscapes.replace(in: $0) }
        #expect(String(decoding: bytes[..<count], as: UTF8.self) == meant)
    }

    /// The first byte after the value; nil at the end.
    private func rest(of text: String, depthLimit: Int = 64) throws -> UInt8? {
        let bytes = Array(text.utf8)
        var cursor = JSONCursor(bytes.indices, depthLimit: depthLimit)
        try cursor.skipValue(bytes.span)
        return cursor.peek(bytes.span)
    }
}
