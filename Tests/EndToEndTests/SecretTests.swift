import SweepTestSupport
import Testing

/// What must never be seen: credentials, and text from outside that a terminal would obey.
@Suite(.timeLimit(.minutes(3)))
struct SecretTests {
    private static let reports = ["--report", "out.csv", "--report", "out.jsonl", "--report", "out.md", "--report", "out.txt"]

    /// Holds everything that children wrote, reports, queue and ledger included, against a secret. `inputs` hold it by right.
    private func expectHidden(_ secret: String, _ bench: Workbench, inputs: Set<String>, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let files = try bench.folder.files()
        #expect(files.contains("simulator.ledger"), sourceLocation: sourceLocation)
        for name in files where !inputs.contains(name) {
            let isThere = try bench.folder.bytes(of: name).contains(Array(secret.utf8))
            #expect(!isThere, "\(name) holds a secret", sourceLocation: sourceLocation)
        }
    }

    @Test func `a token is nowhere to be seen`() async throws {
        let world = Sample.world(
            "{ generate: 20 }, { generate: 1, first: 50, in_use: true }, { generate: 1, first: 51, faults: [{ kind: 'reset_before', times: 1 }] }"
        )
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(Array(1...20) + [50, 51, 99]), to: "m.csv")
            for token in [Sample.revokedToken, Workbench.token] {
                let child = try bench.start(
                    ["run", "m.csv", "--yes", "--verbose", "--json"] + Self.reports, environment: ["CLOUDFLARE_API_TOKEN": token])
                expectExit(try await bench.end(of: child), token == Workbench.token ? 1 : 3)
                for command in ["status", "jobs", "report"] { expectExit(try await bench.call(command), 0) }
            }
            try expectHidden(Workbench.token, bench, inputs: ["simulator.world.json5"])
            try expectHidden(Sample.revokedToken, bench, inputs: ["simulator.world.json5"])
            #expect(bench.folder.holds("state/tokensweep/queue.db"))
            #expect(try bench.simulator.ledger().entries.allSatisfy { $0.userAgent?.hasPrefix("tokensweep/") == true })
        }
    }

    @Test func `a key is nowhere to be seen, nor its owner's address`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 4 }")) { bench in
            try bench.folder.write(Sample.csv(1...4), to: "m.csv")
            let key: [String: String?] = ["CLOUDFLARE_API_TOKEN": nil, "CLOUDFLARE_EMAIL": Sample.email, "CLOUDFLARE_API_KEY": Sample.key]
            let child = try bench.start(["run", "m.csv", "--yes", "--verbose", "--json"] + Self.reports, environment: key)
            expectExit(try await bench.end(of: child), 0)
            try expectHidden(Sample.key, bench, inputs: ["simulator.world.json5"])
            try expectHidden(Sample.email, bench, inputs: ["simulator.world.json5"])
        }
    }

    @Test(arguments: [
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "cfast_AbCdEfGhIjKlMnOpQrStUvWxYz01234567890123abcdef01",
        "cfut_ZyXwVuTsRqPoNmLkJiHgFeDcBa98765432109876",
    ])
    func `a secret that was pasted into a manifest is not echoed`(secret: String) async throws {
        let rows = [
            // Where the id is wanted, where a client id is wanted, in a name, in a note, in a field that no rule knows.
            "\(secret),,\(Sample.account),a,b,c", "\(Sample.id(1)),\(secret),\(Sample.account),a,b,c",
            "\(Sample.id(2)),,\(Sample.account),the secret is \(secret),b,c", "\(Sample.id(3)),,\(Sample.account),a,\(secret),c",
            "\(Sample.id(4)),,\(Sample.account),a,b,\(secret)", "\(Sample.id(5)),,\(secret),a,b,c",
        ]
        try await Workbench.with(world: Sample.world("{ generate: 5 }")) { bench in
            try bench.folder.write(
                "service_token_id,client_id,account_id,name,note,memo\n" + rows.joined(separator: "\n") + "\n", to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 2)
            expectExit(try await bench.call("plan", "m.csv", "--skip-invalid"), 0)
            expectExit(try await bench.call("plan", "m.csv", "--skip-invalid", "--json"), 0)
            let child = try bench.start(["run", "m.csv", "--yes", "--skip-invalid", "--verbose", "--json"] + Self.reports)
            expectExit(try await bench.end(of: child), 1)
            for command in ["status", "jobs", "report"] { expectExit(try await bench.call(command), 0) }
            try expectHidden(secret, bench, inputs: ["m.csv"])
            let report = try await bench.report()
            #expect(report.count == 6)
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...5))
        }
    }

    @Test func `a secret on the command line is not repeated`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 1 }")) { bench in
            let result = try await bench.call("run", "--api-token=\(Workbench.token)")
            expectExit(result, 2)
            #expect(!result.errors.contains(Workbench.token))
        }
    }

    // MARK: - Hostile text

    private static let hostile = "\u{1B}]0;owned\u{07}\u{1B}[2Jname\u{202E}gnp.exe\r\nAll 1 tokens are gone.\u{9B}31m\u{7F}\u{8}"

    @Test(arguments: [hostile, "=HYPERLINK(\"http://example.com\")", "+1+1", "@SUM(1)", "-2+3", "\t=1", "<script>alert(1)</script>|`x`"])
    func `a hostile name reaches no terminal and no spreadsheet as it is`(name: String) async throws {
        let message: String = "{ success: false, errors: [{ code: 12130, message: \(quoted(name)) }], messages: [], result: null }"
        let world = Sample.world(
            "{ id: '\(Sample.id(1))', name: \(quoted(name)) }",
            "{ id: '\(Sample.id(2))', name: \(quoted(name)), faults: [{ kind: 'answer', status: 400, body: \(message) }] }")
        try await Workbench.with(world: world) { bench in
            let rows = (1...2).map {
                "{\"id\":\"\(Sample.id($0))\",\"account_id\":\"\(Sample.account)\",\"name\":\(quoted(name)),\"note\":\(quoted(name))}\n"
            }
            try bench.folder.write(rows.joined() + "{\"id\":\(quoted(name)),\"account_id\":\"\(Sample.account)\"}\n", to: "m.jsonl")
            let plan = try await bench.call("plan", "m.jsonl", "--skip-invalid")
            let child = try bench.start(["run", "m.jsonl", "--yes", "--skip-invalid", "--verbose"] + Self.reports)
            let run = try await bench.end(of: child)
            expectExit(run, 1)
            let status = try await bench.call("status")
            let shown = try await bench.call("report", "--format", "text")
            for text in [plan.output, plan.errors, run.errors, status.output, shown.output, try bench.folder.text(of: "out.txt")] {
                expectHarmless(text)
            }
            // A line break of a name begins no line.
            let forged = "All 1 tokens are gone."
            #expect(
                ![plan.errors, run.errors, shown.output].joined(separator: "\n").split(separator: "\n").contains { $0.hasPrefix(forged) })

            let table = try Table(csv: try bench.folder.text(of: "out.csv"))
            #expect(table.rows.count == 3)
            for value in table.rows.flatMap(\.values) {
                let first = value.drop { $0 == " " }.unicodeScalars.first
                #expect(!["=", "+", "-", "@", "\t", "\r", "\n"].contains(first), "\(value) is a formula to a spreadsheet")
            }
            let report = try JSONReading.lines(ReportLine.self, try bench.folder.text(of: "out.jsonl"))
            #expect(report.outcomes == ["deleted", "failed", "invalid"])
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...2))
        }
    }

    /// Nothing that moves a cursor, colours a screen or turns the direction of reading.
    private func expectHarmless(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let harmful = text.unicodeScalars.filter { scalar in
            switch scalar.value {
            case 0x0A: false
            case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028...0x2029: true
            default: false
            }
        }
        #expect(harmful.isEmpty, "\(harmful.map { String($0.value, radix: 16) }) in: \(text)", sourceLocation: sourceLocation)
    }

    /// A JSON string.
    private func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar -> String in
            if scalar == "\"" || scalar == "\\" { return "\\\(scalar)" }
            guard scalar.value < 0x20 || scalar.value >= 0x7F else { return String(scalar) }
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return "\"" + escaped.joined() + "\""
    }
}
