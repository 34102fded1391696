import SweepModel
import Testing

@testable import SweepManifest

@Suite("JSON lines")
struct JSONLinesTests {
    private let scope = Sample.scope
    private let id = "\"id\":\"\(Sample.uuid)\""

    @Test("an object carries its fields; null and unknown fields count for nothing")
    func allFields() throws {
        let text = """

            {"service_token_id":"\(Sample.uuid)","zone_id":"\(Sample.zone)","account_id":null,"name":"caf\\u00e9 \\ud83d\\ude00","x":[{"id":1.5e3},[]]}
              { "NAME" : "a\\n\\"b\\"" , "token_id" : "\(Sample.other)" , "note" : "" , "y" : true , "x" : {} }

            """
        let reading = try read(text, defaultScope: scope)
        #expect(reading.invalid.isEmpty)
        #expect(reading.requests.map(\.position.line) == [2, 3])
        #expect(reading.requests.map(\.scope.description) == ["zone \(Sample.zone)", "account \(Sample.account)"])
        #expect(reading.requests.map(\.name) == ["café 😀", "a\n\"b\""])
        #expect(reading.requests.map(\.note) == [nil, nil])
        #expect(reading.ignored == ["x", "y"])
    }

    @Test("lines end at LF, CRLF and CR", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) throws {
        let text = ["{\(id)}", "", "{\(id)}", "x"].joined(separator: end)
        let reading = try read(text, defaultScope: scope)
        #expect(reading.requests.map(\.position.line) == [1, 3])
        #expect(reading.invalid.map(\.position.line) == [4])
        #expect(reading.invalid.first?.hint == "column 1: an object in { } is expected")
    }

    @Test(
        "a line that is no object is invalid, with its column",
        arguments: [
            ("{\"id\":\"x", "column 9: the line ends within a string"),
            ("{\"id\":", "column 7: the line ends where a value is expected"),
            ("{\"é\":1", "column 7: the line ends where a comma or } is expected"),
            ("{\"id\" \"x\"}", "column 7: a colon is expected"),
            ("{id:1}", "column 2: a key in quotes is expected"),
            ("{\"id\":\"x\",}", "column 11: a key in quotes is expected"),
            ("{\"a\":01}", "column 6: a number begins with 0"),
            ("{\"a\":1.}", "column 8: a digit is expected"),
            ("{\"a\":nul}", "column 6: a value is expected"),
            ("{\"a\":\"\\x\"}", "column 7: an unknown escape"),
            ("{\"a\":\"\\ud800\"}", "column 7: half a surrogate pair"),
            ("{\"a\":\"\\u12g4\"}", "column 7: four hexadecimal digits must follow \\u"),
            ("{\"a\":\"\t\"}", "column 7: a control character stands in a string"),
            ("{\"a\":[1,2}", "column 10: a comma or ] is expected"),
            ("{} {}", "column 4: text follows the object"),
            ("{},", "column 3: a comma follows the object: one object a line, nothing between"),
        ])
    func syntax(line: String, hint: String) throws {
        let reading = try read("{\(id)}\n\(line)\n{\(id)}", defaultScope: scope)
        #expect(reading.requests.count == 2)
        let row = try #require(reading.invalid.first)
        #expect(row.position.line == 2)
        #expect(row.reason == "not a JSON object")
        #expect(row.hint == hint)
    }

    @Test("ignored values may be nested to a limit")
    func depth() throws {
        func line(_ depth: Int) -> String {
            "{\(id),\"x\":\(String(repeating: "[", count: depth))\(String(repeating: "]", count: depth))}\n"
        }
        let reading = try read(line(64) + line(65) + line(50_000), defaultScope: scope)
        #expect(reading.requests.count == 1)
        #expect(reading.invalid.allSatisfy { $0.hint?.hasSuffix("values are nested too deeply") == true })
        #expect(reading.invalid.count == 2)
    }

    @Test("known fields hold strings", arguments: ["5", "true", "[\"\(Sample.uuid)\"]", "{}"])
    func types(value: String) throws {
        let row = try #require(try read("{\"token_id\":\(value)}", defaultScope: scope).invalid.first)
        #expect(row.explanation == "token_id: not a string (put the value in quotes)")
    }

    @Test("keys that stand twice, and aliases that differ, make the row invalid")
    func duplicates() throws {
        let text = """
            {\(id),\(id)}
            {\(id),"token_id":"\(Sample.other)"}
            {\(id),"token_id":"\(Sample.uuid)"}
            {"name":"a","NAME":"a",\(id)}
            """
        let reading = try read(text, defaultScope: scope)
        #expect(
            reading.invalid.map(\.reason) == [
                "the key stands twice", "two keys give the same field different values", "the key stands twice",
            ])
        #expect(reading.requests.map(\.position.line) == [3])
    }

    @Test("a key that is probably a misspelled scope makes the row invalid", arguments: ["acount_id", "Account ID", "zoneId", "zone"])
    func misspelledScope(key: String) throws {
        let row = try #require(try read("{\(id),\"\(key)\":\"\(Sample.zone)\"}", defaultScope: scope).invalid.first)
        #expect(row.reason == "a key is probably a misspelled scope")
        #expect(row.hint?.contains("\(key): did you mean") == true)
    }

    @Test("however many unknown keys stand before it, a misspelled scope is found")
    func manyKeys() throws {
        let keys = (0..<1500).map { "\"k\($0)\":0," }.joined()
        let reading = try read(
            "{\(keys)\(id)}\n{\(keys)\"acount_id\":\"x\",\(id)}\n{\(id),\"account_id\":\"\(Sample.account)\",\"zone\":\"z\"}")
        #expect(reading.invalid.map(\.position.line) == [1, 2])
        #expect(reading.invalid.last?.reason == "a key is probably a misspelled scope")
        #expect(reading.requests.map(\.position.line) == [3])
        #expect(reading.ignored.count == 100)
    }

    @Test("NUL bytes and escaped NULs make the row invalid")
    func nul() throws {
        let reading = try read("{\(id),\"x\":\"\u{0}\"}\n{\(id),\"note\":\"a\\u0000\"}\n{\(id),\"x\":\"\\u0000\"}", defaultScope: scope)
        #expect(reading.invalid.map(\.reason) == ["a NUL character", "a NUL character"])
        #expect(reading.requests.map(\.position.line) == [3])
    }

    @Test("a line that is too long is invalid, and reading goes on at the next one")
    func longLine() throws {
        var limits = ManifestLimits()
        limits.rowBytes = 60
        let reading = try read(
            "{\(id)}\n{\(id),\"note\":\"\(String(repeating: "n", count: 200))\"}\r\n{\(id)}", defaultScope: scope, limits: limits)
        #expect(reading.invalid.map(\.reason) == ["the row is too long"])
        #expect(reading.requests.map(\.position.line) == [1, 3])
    }

    @Test("an answer of the API is told as one")
    func envelope() throws {
        let row = try #require(try read("{\"success\":true,\"result\":[{\(id)}]}", defaultScope: scope).invalid.first)
        #expect(row.hint?.contains("jq -c '.result[]'") == true)
    }
}
