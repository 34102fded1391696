import Testing

@testable import SweepManifest

@Suite("Job files")
struct JobFileTests {
    private func load(_ text: String, path: String = "jobs/example.json5") throws(ManifestError) -> JobFile {
        try JobFile(path: path, source: ChunkedSource(Array(text.utf8), size: 3))
    }

    @Test("the contract's example is read")
    func example() throws {
        let job = try load(
            """
            // jobs/example.json5
            {
              name: "incident-42",
              manifests: ["leaked-tokens.csv", '/tmp/x', "-"],
              account: "023e105f4ecef8ad9ca31a8372d0c353",
              /* the budget */ rate: "1200/5m",
              canary: 5,
              "yes": true, quiet: false, max_deletes: null,
              report: ["incident-42.csv", "incident-42.html",],
            }
            """)
        #expect(job.options["name"] == ["incident-42"])
        #expect(job.options["manifests"] == ["jobs/leaked-tokens.csv", "/tmp/x", "-"])
        #expect(job.options["rate"] == ["1200/5m"])
        #expect(job.options["canary"] == ["5"])
        #expect(job.options["yes"] == ["true"])
        #expect(job.options["quiet"] == ["false"])
        #expect(job.options["max_deletes"] == [])
        #expect(job.options["report"] == ["incident-42.csv", "incident-42.html"])
        #expect(job.entries.map(\.key).first == "name")
        #expect(job.entries.map(\.line) == [3, 4, 5, 6, 7, 8, 8, 8, 9])
    }

    @Test("a job file in the working directory leaves manifests as they are; one manifest needs no array")
    func noFolder() throws {
        #expect(try load("{manifests: 'a.csv'}", path: "job.json5").options["manifests"] == ["a.csv"])
    }

    @Test(
        "numbers become the texts of a command line",
        arguments: [
            ("5", "5"), ("5.0", "5"), ("+5", "5"), ("-5", "-5"), (".5", "0.5"), ("5.", "5"), ("0x10", "16"), ("1e3", "1000"),
            ("-0", "0"), ("-.5e1", "-5"), ("1E+2", "100"), ("5.e-1", "0.5"), ("12345678901234567890", "12345678901234567890"),
        ])
    func numbers(text: String, value: String) throws {
        #expect(try load("{n: \(text)}").options["n"] == [value])
    }

    @Test("escapes, continued lines and a byte order mark are understood")
    func strings() throws {
        #expect(try load("\u{FEFF}{n: 'a\\'\\x41\\u00e9\\\n\\t\"'}").options["n"] == ["a'Aé\t\""])
    }

    @Test("two escapes that are the halves of a surrogate pair are one character")
    func surrogates() throws {
        #expect(try load(#"{n: "\ud83d\ude00", "\uD83D\uDE00": 1}"#).options == ["n": ["😀"], "😀": ["1"]])
    }

    @Test("lines end at LF, CRLF and CR, and a comment at whatever ends a line", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) throws {
        let job = try load(["{ // x", "a: 'x\\", "y', // z", "b: 1 }"].joined(separator: end))
        #expect(job.options == ["a": ["xy"], "b": ["1"]])
        #expect(job.entries.map(\.line) == [2, 4])
        #expect(try load("{ // x\u{2028} a: 'x\\\u{2028}y' }").options == ["a": ["xy"]])
    }

    @Test(
        "mistakes are told with their place",
        arguments: [
            ("", 1, 1, "an object in { } is expected"),
            ("{a: 1\n b: 2}", 2, 2, "a comma or } is expected"),
            ("{a: 1,\n  a: 2}", 2, 3, "the key a stands twice"),
            ("{a 1}", 1, 4, "a colon is expected"),
            ("{a: x}", 1, 5, "a value is expected; text stands in quotes"),
            ("{a: 'x}", 1, 5, "the string is never closed"),
            ("{a: {}}", 1, 5, "a string, a number, true or false is expected"),
            ("{a: [1 2]}", 1, 8, "a comma or ] is expected"),
            ("{a: [[1]]}", 1, 6, "a string, a number, true or false is expected"),
            ("{} x", 1, 4, "text follows the object"),
            ("{/* x", 1, 2, "the comment is never closed"),
            ("{a: Infinity}", 1, 5, "a value is expected; text stands in quotes"),
            ("{a: '\\ud800'}", 1, 8, "an escape that stands for no character"),
            ("{a: '\\ude00\\ud83d'}", 1, 8, "an escape that stands for no character"),
            ("{a: '\\ud83d\\u0041'}", 1, 8, "an escape that stands for no character"),
            ("{a: '\\ud83dx'}", 1, 8, "an escape that stands for no character"),
            ("{a: '\\u00４1'}", 1, 8, "an escape that stands for no character"),
            ("{a: '\\x00'}", 1, 8, "an escape that stands for no character"),
            ("{a: 'x\\0'}", 1, 8, "an escape that stands for no character"),
            ("{a: 'x\r'}", 1, 5, "the string is never closed"),
            ("{a: 1,\r\n\r b: }", 3, 5, "a value is expected; text stands in quotes"),
            ("{\n a: 'x\0'}", 2, 7, "a NUL character"),
            ("{/* \0 */}", 1, 5, "a NUL character"),
        ])
    func mistakes(text: String, line: Int, column: Int, hint: String) throws {
        let wanted = ManifestError(.syntax, file: "jobs/example.json5", line: line, column: column, reason: "not a job file", hint: hint)
        #expect(throws: wanted) { try load(text) }
    }

    @Test(
        "what only looks like a number is none",
        arguments: [
            ".", "+", "-", "+-5", "--5", "0x", "0x-5", "0x+5", "-0x1p3", "010", "-00", "1e", "1e+", "1.e", "1_000", "٣", "1e400", "nan",
        ])
    func noNumbers(text: String) {
        let wanted = ManifestError(
            .syntax, file: "x", line: 1, column: 5, reason: "not a job file", hint: "a value is expected; text stands in quotes")
        #expect(throws: wanted) { try load("{n: \(text)}", path: "x") }
    }

    @Test("what is no UTF-8 is told with its place")
    func encoding() {
        let bytes = Array("{\n é: '".utf8) + [0xC3, 0x28]
        #expect(throws: ManifestError(.encoding, file: "x", line: 2, column: 6, reason: "not UTF-8")) {
            try JobFile(path: "x", source: ChunkedSource(bytes, size: 3))
        }
    }

    @Test("what is far too large is no job file")
    func tooLarge() {
        let text = "{a: '" + String(repeating: "x", count: 1 << 20) + "'}"
        #expect(throws: ManifestError(.format, file: "x", reason: "too large for a job file", hint: "is this a manifest?")) {
            try load(text, path: "x")
        }
    }
}
