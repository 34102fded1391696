import SweepModel
import SweepReport
import Testing

@Suite("CSV")
struct CSVTests {
    private let header = """
        manifest,line,service_token_id,scope,scope_id,outcome,reason,attempts,http_status,error_code,error_message,documentation_url,\
        ray_id,name,client_id,duration,expires_at,first_attempt_at,finished_at,note\r\n
        """

    @Test("has the columns of the contract, and a value in each")
    func golden() throws {
        let expected = """
            leaked.csv,7,f174e90a-fafe-4643-bbbc-4a0ed4fc8415,account,023e105f4ecef8ad9ca31a8372d0c353,presumed_deleted,\
            gone after a lost answer,2,404,12130,not found,https://example.com/12130,8f2c-FRA,ci,88bf.access.example.com,8760h,\
            2026-11-24T19:21:57.042Z,2026-11-23T19:21:57.042Z,2026-11-23T19:21:59.042Z,ticket 9\r\n
            """
        #expect(try report(.csv, Sample.job(), [Sample.row()]) == header + expected)
    }

    @Test("tells when a verified job's tokens were proven gone, behind the contract's columns")
    func verified() throws {
        var job = try Sample.job()
        job.verifiedAt = Sample.start
        let lines = try report(.csv, job, [Sample.row(), Sample.invalid()]).split(separator: "\r\n")
        #expect(lines.first?.hasSuffix(",note,verified_at") == true)
        #expect(lines.dropFirst().first?.hasSuffix(",ticket 9,2026-11-23T19:22:00.042Z") == true)
        #expect(lines.last?.hasSuffix(",,") == true)
    }

    @Test("leaves empty what is not known")
    func unknown() throws {
        let text = try report(.csv, Sample.job(), [Sample.invalid()])
        #expect(text == header + "-,3,,,,invalid,not a UUID,0,,,,,,,,,,,,\r\n")
    }

    @Test("is a header alone where there are no rows")
    func empty() throws {
        #expect(try report(.csv, Sample.job([:]), []) == header)
    }

    @Test(
        "defuses formulas and quotes only where it must",
        arguments: [
            ("plain text", "plain text"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@A1", "'@A1"), ("\tx", "\"'\tx\""), ("\rx", "\"'\rx\""),
            ("  =1", "'  =1"), ("\u{FF1D}1", "'\u{FF1D}1"), ("\u{FF0B}1", "'\u{FF0B}1"), ("\u{FF0D}1", "'\u{FF0D}1"),
            ("\u{FF20}1", "'\u{FF20}1"), ("\u{FEFF}=1", "'\u{FEFF}=1"), ("\u{A0}=1", "'\u{A0}=1"), ("\u{0}=1", "'=1"),
            ("=1,2", "\"'=1,2\""), ("-", "-"), ("a=b", "a=b"), (" indented", " indented"), ("a\u{0}b", "ab"), ("\u{FF21}", "\u{FF21}"),
            ("é", "é"), ("\u{A0}", "\u{A0}"),
        ] as [(Given, Given)])
    func fields(value: Given, expected: Given) throws {
        var row = try Sample.row()
        row.note = value.text
        let text = try report(.csv, Sample.job(), [row])
        let before = "2026-11-23T19:21:59.042Z,"
        #expect(text.hasSuffix(before + expected.text + "\r\n"))
    }

    @Test("is read back unchanged by Python", .enabled(if: Python.isThere))
    func readBack() throws {
        let scratch = try Scratch()
        let rows = try Sample.hostileTexts.map(Sample.hostile)
        try scratch.write(report(.csv, Sample.job(), rows), to: "report.csv")
        let program = """
            import csv, json, sys
            csv.field_size_limit(10**6)
            with open(sys.argv[1], newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file, strict=True))
            fields = ["manifest", "reason", "error_message", "documentation_url", "ray_id", "name", "client_id", "duration", "note"]
            for row in rows:
                assert None not in row and None not in row.values(), row
                assert row["line"] == "7" and row["outcome"] == "presumed_deleted"
                assert len({row[field] for field in fields}) == 1, row
                print(row["note"].encode("utf-8").hex())
            """
        let output = try Python.run(program, arguments: ["\(scratch.path)/report.csv"], in: scratch)
        let read = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        #expect(read == Sample.hostileTexts.map { hex(expectedValue($0)) })
    }

    /// What a reader gets for a value: the same without NUL, with an apostrophe where it could be a formula.
    private func expectedValue(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text.unicodeScalars.filter { $0 != "\u{0}" })
        let start = scalars.first { $0 != " " && $0 != "\u{FEFF}" }
        let isFormula = start.map { "=+-@\t\r\n\u{FF1D}".unicodeScalars.contains($0) } ?? false
        return isFormula && text != "-" ? "'" + String(scalars) : String(scalars)
    }

    private func hex(_ text: String) -> String {
        text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
