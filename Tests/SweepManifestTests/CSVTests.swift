import SweepModel
import Testing

@testable import SweepManifest

@Suite("CSV")
struct CSVTests {
    private let scope = Sample.scope

    private func ids(_ text: String) throws -> [String] {
        try read(text, defaultScope: scope).requests.map(\.tokenID.description)
    }

    @Test("a row carries its fields, its line and its scope")
    func allFields() throws {
        let text = """
            note,zone_id,service_token_id,name,client_id
            "a ""b"", c",\(Sample.zone),\(Sample.uuid.uppercased()),ci,\(Sample.clientID)

            """
        let request = try #require(try read(text).requests.first)
        #expect(request.position == RowPosition(manifest: "m.csv", line: 2))
        #expect(request.scope.description == "zone \(Sample.zone)")
        #expect(request.tokenID.description == Sample.uuid)
        #expect(request.note == "a \"b\", c")
        #expect(request.name == "ci")
        #expect(request.clientID == Sample.clientID)
    }

    @Test("rows end at LF, CRLF, CR and at the end of the file", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) throws {
        let text = ["id", Sample.uuid, "", Sample.other].joined(separator: end)
        for text in [text, text + end] {
            let reading = try read(text, defaultScope: scope)
            #expect(reading.requests.map(\.position.line) == [2, 4])
            #expect(reading.requests.map(\.tokenID.description) == [Sample.uuid, Sample.other])
            #expect(reading.invalid.isEmpty)
        }
    }

    @Test("lines within quotes are counted", arguments: ["\n", "\r\n", "\r"])
    func embeddedLineEnds(end: String) throws {
        let text = ["id,note", "\(Sample.uuid),\"one", "two\"\"", "\"", "\(Sample.other),x"].joined(separator: end)
        let reading = try read(text, defaultScope: scope)
        #expect(reading.requests.map(\.position.line) == [2, 5])
        #expect(reading.requests.first?.note == "one\(end)two\"\(end)")
    }

    @Test("header names have aliases, any case and space around", arguments: ["service_token_id", " ID ", "Token_Id", "\"id\""])
    func aliases(name: String) throws {
        #expect(try ids("name,\(name)\nx,\(Sample.uuid)\n") == [Sample.uuid])
    }

    @Test("semicolons and tabs delimit where the header shows it", arguments: [";", "\t"])
    func delimiters(delimiter: String) throws {
        let text = [["id", "account_id", "note"], [Sample.uuid, Sample.account, "a,b"]].map { $0.joined(separator: delimiter) }
        let request = try #require(try read(text.joined(separator: "\n")).requests.first)
        #expect(request.note == "a,b")
        #expect(request.scope == scope)
    }

    @Test("a comma in the header settles the delimiter")
    func commaWins() throws {
        #expect(try ids("id,a;note\n\(Sample.uuid),x\n") == [Sample.uuid])
        #expect(throws: ManifestError.self) { try read("id;name,note\n\(Sample.uuid);a,b\n") }
    }

    @Test("a byte order mark and blank lines before the header are passed")
    func byteOrderMark() throws {
        let reading = try read("\u{FEFF}\r\n  \r\nid\r\n\(Sample.uuid)\r\n", defaultScope: scope)
        #expect(reading.requests.map(\.position.line) == [4])
    }

    @Test("blank rows are passed: empty, white space, only delimiters")
    func blankRows() throws {
        let reading = try read("id,note\n\n  \t\n,\n , \n\(Sample.uuid),x\n", defaultScope: scope)
        #expect(reading.requests.map(\.position.line) == [6])
        #expect(reading.invalid.isEmpty)
    }

    @Test("a header alone is a manifest of no rows", arguments: ["id", "id\n", "\n\nid,name\r\n"])
    func headerOnly(text: String) throws {
        #expect(try read(text).rows.isEmpty)
    }

    @Test("rows with too few or too many fields are invalid, and nothing of them is guessed but the text of the id")
    func fieldCounts() throws {
        let text = "id,name,note\n\(Sample.uuid),x\n\(Sample.other),x,y,z\n"
        let invalid = try read(text, defaultScope: scope).invalid
        #expect(invalid.map(\.reason) == ["too few fields", "too many fields"])
        #expect(invalid.map(\.tokenText) == [Sample.uuid, Sample.other])
        #expect(invalid.map(\.name) == [nil, nil])
        #expect(invalid.first?.hint == "the header has 3 columns, this row 2 fields")
    }

    @Test("text after a closing quote makes the row invalid, and only that row")
    func textAfterQuote() throws {
        let reading = try read("id,note\n\(Sample.uuid),\"a\"b\n\(Sample.other),\"c\"\n", defaultScope: scope)
        #expect(reading.invalid.map(\.reason) == ["text after a closing quote"])
        #expect(reading.requests.map(\.tokenID.description) == [Sample.other])
    }

    @Test("an unterminated quote names the line where it opened, and the lines that it swallowed")
    func unterminatedQuote() throws {
        let text = "id,note\n\(Sample.uuid),x\n\(Sample.uuid),\"open\n\(Sample.other),y\n\(Sample.other),z"
        let reading = try read(text, defaultScope: scope)
        #expect(reading.requests.count == 1)
        let row = try #require(reading.invalid.first)
        #expect(row.position.line == 3)
        #expect(row.reason == "a quote is never closed")
        #expect(row.hint == "it opens on line 3; lines 3 to 5 were taken for one row")
    }

    @Test("a quote within a plain field is a character like any other")
    func innerQuote() throws {
        #expect(try read("id,note\n\(Sample.uuid),5\" disk\n", defaultScope: scope).requests.first?.note == "5\" disk")
    }

    @Test("a row that is too long is invalid, and reading goes on at the next row")
    func longRow() throws {
        var limits = ManifestLimits()
        limits.rowBytes = 100
        let filler = String(repeating: "y", count: 300)
        let text = "id,note\n\(Sample.uuid),\(filler)\n\(Sample.uuid),\"\(filler)\n\(filler)\"\n\(Sample.other),z\n"
        let reading = try read(text, defaultScope: scope, limits: limits)
        #expect(reading.invalid.map(\.reason) == ["the row is too long", "the row is too long"])
        #expect(reading.invalid.map(\.position.line) == [2, 3])
        #expect(reading.invalid.last?.hint == "a row has at most 100 bytes; lines 3 to 4 were taken for one row")
        #expect(reading.requests.map(\.position.line) == [5])
    }

    @Test("a row of exactly the limit is read", arguments: ["\n", ""])
    func longestRow(end: String) throws {
        var limits = ManifestLimits()
        limits.rowBytes = 50
        let note = String(repeating: "y", count: 50 - Sample.uuid.utf8.count - 1)
        #expect(try read("id,note\n\(Sample.uuid),\(note)\(end)", defaultScope: scope, limits: limits).requests.count == 1)
        #expect(try read("id,note\n\(Sample.uuid),\(note)y\(end)", defaultScope: scope, limits: limits).invalid.count == 1)
    }

    @Test("bytes that are no UTF-8 and NUL bytes make the row invalid")
    func badBytes() throws {
        var bytes = Array("id,note,x\n\(Sample.uuid),caf".utf8) + [0xE9]
        bytes += Array(",\n\(Sample.uuid),a\u{0}b,\n\(Sample.other),b,".utf8) + [0xE9]
        let reading = try read(bytes, defaultScope: scope)
        #expect(reading.invalid.map(\.reason) == ["not UTF-8", "a NUL character"])
        #expect(reading.invalid.map(\.field) == ["note", nil])
        // An ignored column may hold anything.
        #expect(reading.requests.map(\.position.line) == [4])
    }

    @Test("defused formulas stay as they are, ids lose the space around them")
    func values() throws {
        let request = try read("id,account_id,note\n \(Sample.uuid)\t, \(Sample.account) ,'=1+1 \n").requests.first
        #expect(request?.tokenID.description == Sample.uuid)
        #expect(request?.note == "'=1+1 ")
    }

    @Test("unknown columns are ignored and named, without secrets and control characters")
    func ignored() throws {
        let text = "id,status,,Owner\u{1B}[31m,\(Sample.clientSecret)\n\(Sample.uuid),a,b,c,d\n"
        let reading = try read(text, defaultScope: scope)
        #expect(reading.requests.count == 1)
        #expect(reading.ignored == ["status", "column 3", "Owner\u{FFFD}[31m", "<redacted>"])
    }
}
