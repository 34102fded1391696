import SweepModel
import SweepReport
import Testing

@Suite("JSON")
struct JSONTests {
    @Test("a row has the names of the columns, and the log of its tries")
    func golden() throws {
        let text = try report(.jsonl, Sample.job(), [Sample.row()])
        #expect(
            text == """
                {"manifest":"leaked.csv","line":7,"service_token_id":"f174e90a-fafe-4643-bbbc-4a0ed4fc8415","scope":"account",\
                "scope_id":"023e105f4ecef8ad9ca31a8372d0c353","outcome":"presumed_deleted","reason":"gone after a lost answer",\
                "attempts":2,"http_status":404,"error_code":12130,"error_message":"not found",\
                "documentation_url":"https://example.com/12130","ray_id":"8f2c-FRA","name":"ci","client_id":"88bf.access.example.com",\
                "duration":"8760h","expires_at":"2026-11-24T19:21:57.042Z","first_attempt_at":"2026-11-23T19:21:57.042Z",\
                "finished_at":"2026-11-23T19:21:59.042Z","note":"ticket 9",\
                "verified_at":"2026-11-23T19:22:00.042Z","attempt_log":[\
                {"started_at":"2026-11-23T19:21:57.042Z","finished_at":"2026-11-23T19:21:58.042Z","transport_error":"timeout"},\
                {"started_at":"2026-11-23T19:21:58.042Z","finished_at":"2026-11-23T19:21:59.042Z","http_status":404,"error_code":12130,\
                "error_message":"not found","documentation_url":"https://example.com/12130","ray_id":"8f2c-FRA","source_pointer":"/id",\
                "error_chain":"6111: deeper"}]}

                """)
    }

    @Test("leaves out what is not known")
    func unknown() throws {
        let text = try report(.jsonl, Sample.job(), [Sample.invalid()])
        #expect(text == #"{"manifest":"-","line":3,"outcome":"invalid","reason":"not a UUID","attempts":0,"attempt_log":[]}"# + "\n")
    }

    @Test("an item of `run --json` is the row without its log")
    func item() throws {
        let row = try Sample.row()
        let line = try report(.jsonl, Sample.job(), [row])
        let end = try #require(line.range(of: ",\"attempt_log\""))
        #expect(JSONText.item(row).text == line[..<end.lowerBound] + "}")
    }

    @Test("the summary counts every outcome of the closed list")
    func summary() throws {
        var job = try Sample.job()
        job.duplicates = 2
        let outcomes =
            #""outcomes":{"deleted":1990,"already_absent":6,"presumed_deleted":0,"blocked":0,"failed":4,"skipped":0,"invalid":0,"#
            + #""pending":0,"in_flight":0},"total":2000,"gone":1996"#
        #expect(
            JSONText.summary(job).text == """
                {"summary":{"job":12,"name":"incident-42","state":"finished","plan_id":"9f86d081","action":"delete",\
                "base_url":"https://api.cloudflare.com/client/v4","created_at":"2026-11-23T19:21:57.042Z",\
                "finished_at":"2026-11-23T19:25:17.042Z","manifests":["leaked.csv"],\(outcomes),"duplicates":2,\
                "scopes":[{"scope":"account","scope_id":"023e105f4ecef8ad9ca31a8372d0c353",\(outcomes)}]}}
                """)
    }

    @Test("escapes what JSON and terminals demand, and nothing else")
    func escaping() {
        var json = JSONText()
        json.object { json in
            json.member("text", "\"\\\n\r\t\u{0}\u{1B}\u{7F}\u{9B}\u{2028}\u{202E}\u{FEFF}é日👩/")
            json.member("nothing", String?.none)
            json.member("not a number", Double.nan)
            json.member("yes", true)
            json.member("half", 0.5)
            json.array("list") { json in
                json.element(-1)
                json.element("[")
                json.element("{")
                json.object { _ in }
                json.array { _ in }
            }
        }
        let escaped = #""\"\\\n\r\t\u0000\u001b\u007f\u009b\u2028\u202e\ufeffé日👩/""#
        #expect(json.text == "{\"text\":\(escaped),\"yes\":true,\"half\":0.5,\"list\":[-1,\"[\",\"{\",{},[]]}")
    }

    @Test("hostile values are read back unchanged by Python", .enabled(if: Python.isThere))
    func readBack() throws {
        let scratch = try Scratch()
        try scratch.write(report(.jsonl, Sample.job(), Sample.hostileTexts.map(Sample.hostile)), to: "report.jsonl")
        let program = """
            import json, sys
            fields = ["manifest", "reason", "error_message", "documentation_url", "ray_id", "name", "client_id", "duration", "note"]
            for line in open(sys.argv[1], newline="\\n", encoding="utf-8"):
                row = json.loads(line)
                assert row["line"] == 7 and len(row["attempt_log"]) == 2
                assert len({row[field] for field in fields}) == 1, row
                print(row["note"].encode("utf-8").hex())
            """
        let output = try Python.run(program, arguments: ["\(scratch.path)/report.jsonl"], in: scratch)
        let read = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        let expected = Sample.hostileTexts.map { text in
            text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        #expect(read == expected)
    }
}

extension StringProtocol {
    /// Where a text first occurs.
    func range(of text: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
    }
}
