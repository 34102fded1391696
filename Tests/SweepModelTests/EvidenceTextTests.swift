import SweepModel
import Testing

@Suite struct EvidenceTextTests {
    private let start = Timestamp(milliseconds: 1_795_461_717_042)
    private let zeroes = [UInt8](repeating: 0, count: 32)

    private func line(_ value: String) -> String {
        var text = EvidenceText(line: 7, at: start, event: "planned")
        text.member("reason", value)
        return text.stored
    }

    @Test func `a line has one form, in ASCII and without white space`() {
        var text = EvidenceText(line: 1, at: start, event: "planned")
        text.member("name", "incident-42")
        text.member("missing", nil as String?)
        text.member("deletions", 580)
        text.member("manifests", ["a.csv", "b"])
        text.member("outcomes", Tally([.blocked: 1, .deleted: 2]))
        let members =
            #"{"n":1,"at":"2026-11-23T19:21:57.042Z","event":"planned","name":"incident-42","deletions":580,"#
            + #""manifests":["a.csv","b"],"outcomes":{"deleted":2,"blocked":1}"#
        #expect(text.stored == members + "}")
        let previous = String(repeating: "0", count: 64)
        #expect(String(decoding: text.hashed(after: zeroes), as: UTF8.self) == members + #","previous":""# + previous + "\"}")
        let hash = [UInt8](repeating: 0xAB, count: 32)
        let printed = String(decoding: text.printed(after: zeroes, hash: hash), as: UTF8.self)
        #expect(printed == members + #","previous":""# + previous + #"","hash":""# + String(repeating: "ab", count: 32) + "\"}")
    }

    @Test(arguments: [
        ("a\"b\\c", #"a\u0022b\u005cc"#), ("line\nfeed\r\t\0", #"line\u000afeed\u000d\u0009\u0000"#),
        ("\u{1B}[2J\u{9B}31m\u{7F}", #"\u001b[2J\u009b31m\u007f"#), ("é\u{301}\u{202E}", #"\u00e9\u0301\u202e"#),
        ("😀", #"\ud83d\ude00"#), (#"","hash":"00"}"#, #"\u0022,\u0022hash\u0022:\u002200\u0022}"#), ("", ""),
    ])
    func `hostile text is text`(_ text: String, _ escaped: String) {
        #expect(line(text).hasSuffix(#","reason":""# + escaped + "\"}"))
        #expect(line(text).utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }

    @Test func `the widest values have room`() {
        let (first, last) = (Timestamp(milliseconds: .min), Timestamp(milliseconds: .max))
        var text = EvidenceText(line: .min, at: first, event: "planned")
        text.member("number", Int.max)
        text.member("time", last)
        text.member("text", String(repeating: "\0", count: 1000))
        text.member("list", ["\u{FFFF}\u{10FFFF}", String(repeating: "é", count: 300)])
        text.member("outcomes", Tally([.presumedDeleted: .max, .alreadyAbsent: 1]))
        let members = [
            #""n":-9223372036854775808"#, #""at":"\#(first.rfc3339)""#, #""event":"planned""#, #""number":9223372036854775807"#,
            #""time":"\#(last.rfc3339)""#, #""text":"\#(String(repeating: #"\u0000"#, count: 1000))""#,
            #""list":["\uffff\udbff\udfff","\#(String(repeating: #"\u00e9"#, count: 300))"]"#,
            #""outcomes":{"already_absent":1,"presumed_deleted":9223372036854775807}"#,
        ]
        #expect(text.stored == "{\(members.joined(separator: ","))}")
    }

    @Test func `texts that differ have forms that differ`() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("ab\"\\u0{}:,\n\u{1F}é\u{301}😀\u{2028}")
        var forms: [String: [Unicode.Scalar]] = [:]
        for _ in 0..<5000 {
            let text = String((0..<Int.random(in: 0...4, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) })
            // Equal strings may be made of other scalars: as evidence they differ.
            let scalars = Array(text.unicodeScalars)
            #expect(forms.updateValue(scalars, forKey: line(text)) ?? scalars == scalars)
        }
    }

    @Test func `a stored line is taken up as it is, unless it cannot be one`() throws {
        let stored = line("x")
        #expect(try #require(EvidenceText(stored: stored)).stored == stored)
        for text in ["", "{", "{}", "no line", "{\"n\":1,\n}", "{\"é\":1}"] { #expect(EvidenceText(stored: text) == nil) }
    }

    @Test func `a hash is read as it is written`() throws {
        let text = String(repeating: "0aF9", count: 16)
        #expect(try #require(EvidenceHash(text)).description == text.lowercased())
        for wrong in ["", "0a", text + "0", text.dropLast() + "g", String(repeating: "é", count: 32)] {
            #expect(EvidenceHash(wrong) == nil)
        }
        #expect(EvidenceHash(bytes: [1]) == nil)
    }
}
