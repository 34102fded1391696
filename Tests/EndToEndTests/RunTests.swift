import FoundationEssentials
import SweepTestSupport
import Testing

/// `tokensweep run` from the manifest to the report.
@Suite(.timeLimit(.minutes(3)))
struct RunTests {
    static let columns = [
        "manifest", "line", "service_token_id", "scope", "scope_id", "outcome", "reason", "attempts", "http_status", "error_code",
        "error_message", "documentation_url", "ray_id", "name", "client_id", "duration", "expires_at", "first_attempt_at", "finished_at",
        "note",
    ]

    private static let wide = Sample.world(
        accounts: [
            (Sample.account, "{ generate: 20, prefix: 'ci-' }, { generate: 1, first: 50, in_use: true }"),
            (Sample.otherAccount, "{ generate: 7, first: 200 }"),
        ], more: "zones: [{ id: '\(Sample.zone)', tokens: [{ generate: 5, first: 300 }] }]")

    private static let existing =
        Sample.keys(1...20).union(Sample.keys([50])).union(Sample.keys(200..<207, in: Sample.otherAccount))
        .union(Sample.keys(300..<305, in: Sample.zone))

    @Test func `accounts and a zone, from CSV and JSON lines, with every kind of report`() async throws {
        try await Workbench.with(world: Self.wide) { bench in
            try bench.folder.write(Sample.csv(Array(1...20) + [50, 99]), to: "one.csv")
            // The format is told by content: this name says nothing.
            try bench.folder.write(
                Sample.jsonLines(200..<207, Sample.otherAccount) + Sample.jsonLines(300..<305, scope: "zone_id", Sample.zone), to: "two.txt"
            )
            let result = try await bench.call(
                "run", "one.csv", "two.txt", "--yes", "--rate", "none", "--concurrency", "4", "--report", "out.csv", "--report",
                "out.jsonl",
                "--report", "out.md", "--report", "out.txt", "--report", "out.html")
            expectExit(result, 1)
            #expect(result.output.isEmpty)

            let ledger = try bench.simulator.ledger()
            let report = try JSONReading.lines(ReportLine.self, try bench.folder.text(of: "out.jsonl"))
            #expect(report.count == 34)
            expectAgreement(report, ledger, existing: Self.existing)
            #expect(report.count("deleted") == 32)
            #expect(report.filter { $0.outcome == "blocked" }.map(\.key) == [TokenKey(Sample.account, Sample.id(50))])
            #expect(report.filter { $0.outcome == "already_absent" }.map(\.key) == [TokenKey(Sample.account, Sample.id(99))])
            #expect(ledger.deletesByToken.values.allSatisfy { $0 == 1 })
            // In manifest order, with the places of the rows.
            #expect(report.map(\.manifest) == Array(repeating: "one.csv", count: 22) + Array(repeating: "two.txt", count: 12))
            #expect(report.map(\.line) == Array(2...23) + Array(1...12))
            try expectSameRows(report, try Table(csv: try bench.folder.text(of: "out.csv")))
            // Reports are renamed into place: nothing else is left.
            #expect(try bench.folder.files().filter { $0.contains("out.") && !$0.hasPrefix("call-") && $0 != "simulator.out" }.count == 5)
            for name in ["out.md", "out.txt", "out.html"] { #expect(try bench.folder.text(of: name).contains("33 of 34 tokens are gone")) }
        }
    }

    private func expectSameRows(_ report: [ReportLine], _ table: Table) throws {
        #expect(table.columns == Self.columns)
        #expect(table.rows.map { $0["service_token_id"] } == report.map(\.serviceTokenId))
        for (line, row) in zip(report, table.rows) {
            #expect(row["scope_id"] == line.scopeId)
            #expect(row["scope"] == line.scope)
            #expect(row["outcome"] == line.outcome)
            #expect(row["attempts"] == String(line.attempts))
            #expect(row["http_status"] == line.httpStatus.map(String.init))
            #expect(row["error_code"] == line.errorCode.map(String.init) ?? "")
            #expect(row["error_message"] == line.errorMessage ?? "")
            #expect(row["ray_id"] == line.rayId)
            #expect(row["name"] == line.name ?? "")
            #expect(row["first_attempt_at"] == line.firstAttemptAt)
            #expect(row["finished_at"] == line.finishedAt)
            let log = try #require(line.attemptLog)
            #expect(log.count == line.attempts)
            #expect(log.first?.startedAt == line.firstAttemptAt)
            #expect(log.last?.finishedAt == line.finishedAt)
        }
    }

    @Test func `facts that the API told stand in the report`() async throws {
        let token = """
            { id: 'F174E90A-fafe-4643-bbbc-4a0ed4fc8415', name: 'CI/CD', client_id: '88bf3b6d86161464f6509f7219099e57.access', duration: '60m',
              expires_at: '2027-02-03T04:05:06Z' }
            """
        try await Workbench.with(world: Sample.world(token)) { bench in
            try bench.folder.write(
                "id,account_id,name,note\nF174E90A-FAFE-4643-BBBC-4A0ED4FC8415,\(Sample.account.uppercased()),CI/CD,\"ticket 7, urgent\"\n",
                to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 0)
            let line = try #require(try await bench.report().first)
            #expect(line.serviceTokenId == "f174e90a-fafe-4643-bbbc-4a0ed4fc8415")
            #expect(line.clientId == "88bf3b6d86161464f6509f7219099e57.access")
            #expect(line.duration == "60m")
            #expect(line.expiresAt == "2027-02-03T04:05:06.000Z")
            #expect(line.name == "CI/CD")
            #expect(line.note == "ticket 7, urgent")
            #expect(line.httpStatus == 200)
        }
    }

    @Test(arguments: ["csv", "jsonl"])
    func `standard input is a manifest like any other`(format: String) async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            let ids = (1...3).map { format == "csv" ? "\(Sample.id($0))\n" : "{\"token_id\":\"\(Sample.id($0))\"}\n" }
            let path = try bench.folder.write((format == "csv" ? "token_id\n" : "\n  ") + ids.joined(), to: "input")
            let result = try await bench.call("run", "-", "--yes", "--account", Sample.account, input: .file(path))
            expectExit(result, 0)
            let report = try await bench.report()
            #expect(report.outcomes == ["deleted", "deleted", "deleted"])
            #expect(report.allSatisfy { $0.manifest == "-" })
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...3))
        }
    }

    @Test func `rows without a scope use the one of the environment`() async throws {
        let world = Sample.world(accounts: [], more: "zones: [{ id: '\(Sample.zone)', tokens: [{ generate: 2 }] }]")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write("service_token_id\n\(Sample.id(1))\n\(Sample.id(2))\n", to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 2)
            try await expectUntouched(bench)
            expectExit(try await bench.call("run", "m.csv", "--yes", environment: ["CLOUDFLARE_ZONE_ID": Sample.zone]), 0)
            let report = try await bench.report()
            #expect(report.map(\.scope) == ["zone", "zone"])
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...2, in: Sample.zone))
        }
    }

    @Test func `the JSON stream tells every token once, then the summary`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 12 }, { generate: 1, first: 50, in_use: true }")) { bench in
            try bench.folder.write(Sample.csv(Array(1...12) + [50, 99]), to: "m.csv")
            let result = try await bench.call("run", "m.csv", "--yes", "--json", "--rate", "none")
            expectExit(result, 1)
            let lines = result.output.split(separator: "\n")
            struct Last: Decodable { var summary: JobLine }
            let summary = try JSONReading.value(Last.self, try #require(lines.last)).summary
            let stream = try lines.dropLast().map { try JSONReading.value(ReportLine.self, $0) }
            let report = try await bench.report()
            #expect(stream.count == 14)
            #expect(
                Dictionary(uniqueKeysWithValues: stream.map { ($0.key, $0.outcome) })
                    == Dictionary(uniqueKeysWithValues: report.map { ($0.key, $0.outcome) }))
            #expect(summary.outcomes["deleted"] == 12)
            #expect(summary.outcomes["blocked"] == 1)
            #expect(summary.outcomes["already_absent"] == 1)
            #expect(summary.outcomes.count == 9)
            #expect(summary.total == 14)
            #expect(summary.gone == 13)
            #expect(summary.state == "finished")
        }
    }

    @Test func `a row that cannot be used stops the run, unless it is to be skipped`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try bench.folder.write(
                "service_token_id,account_id,note\n\(Sample.id(1)),\(Sample.account),first\nnonsense,\(Sample.account),second\n\(Sample.id(2)),nowhere,third\n",
                to: "m.csv")
            let refused = try await bench.call("run", "m.csv", "--yes")
            expectExit(refused, 2)
            #expect(refused.errors.contains("m.csv:3:"))
            #expect(refused.errors.contains("m.csv:4:"))
            #expect(refused.errors.contains("--skip-invalid"))
            try await expectUntouched(bench)

            let result = try await bench.call("run", "m.csv", "--yes", "--skip-invalid")
            expectExit(result, 1)
            let report = try await bench.report()
            #expect(report.outcomes == ["deleted", "invalid", "invalid"])
            #expect(report.map(\.line) == [2, 3, 4])
            #expect(report.map(\.note) == ["first", "second", "third"])
            #expect(report[1].reason?.isEmpty == false)
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...3))
            #expect(try bench.simulator.ledger().deletes.count == 1)
        }
    }

    @Test func `a token that stands twice in a scope is deleted once`() async throws {
        let world = Sample.world(accounts: [(Sample.account, "{ generate: 3 }"), (Sample.otherAccount, "{ generate: 3 }")])
        try await Workbench.with(world: world) { bench in
            // The third row is the first one in capitals; the fourth is another account's token with the same id.
            let rows = Sample.csv([1, 2]) + "\(Sample.id(1).uppercased()),\(Sample.account)\n\(Sample.id(1)),\(Sample.otherAccount)\n"
            try bench.folder.write(rows, to: "m.csv")
            // And the whole manifest a second time.
            let result = try await bench.call("run", "m.csv", "m.csv", "--yes")
            expectExit(result, 0)
            let report = try await bench.report()
            #expect(report.map(\.line) == [2, 3, 5])
            #expect(try await bench.status().duplicates == 5)
            let ledger = try bench.simulator.ledger()
            #expect(ledger.deletes.count == 3)
            expectAgreement(report, ledger, existing: Sample.keys(1...3).union(Sample.keys(1...3, in: Sample.otherAccount)))
        }
    }

    @Test func `a finished manifest run again finds everything gone`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 5 }")) { bench in
            try bench.folder.write(Sample.csv(1...5), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--name", "first"), 0)
            let removed = try bench.simulator.ledger().removed
            expectExit(try await bench.call("run", "m.csv", "--yes", "--name", "second"), 0)
            #expect(try await bench.report("first").outcomes == Array(repeating: "deleted", count: 5))
            #expect(try await bench.report("second").outcomes == Array(repeating: "already_absent", count: 5))
            let ledger = try bench.simulator.ledger()
            #expect(ledger.removed == removed)
            #expect(ledger.entries.count { $0.effect == "deleted" } == 5)
        }
    }

    @Test func `a job file says what flags would, and flags win`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 4 }")) { bench in
            _ = try bench.folder.makeFolder("jobs")
            try bench.folder.write("service_token_id\n\(Sample.id(1))\n\(Sample.id(2))\n", to: "jobs/leaked.csv")
            try bench.folder.write(
                """
                // after the incident
                { name: 'incident-42', manifests: ['leaked.csv'], account: '\(Sample.account)', rate: '1200/5m', max_deletes: 1,
                  report: ['incident-42.csv'], }
                """, to: "jobs/incident.json5")
            expectExit(try await bench.call("run", "--job", "jobs/incident.json5", "--yes"), 2)
            try await expectUntouched(bench)
            expectExit(try await bench.call("run", "--job", "jobs/incident.json5", "--yes", "--max-deletes", "2"), 0)
            #expect(try await bench.jobs().map(\.name) == ["incident-42"])
            #expect(try Table(csv: try bench.folder.text(of: "incident-42.csv")).rows.count == 2)
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...4))

            try bench.folder.write("{ manifest: ['leaked.csv'] }", to: "jobs/wrong.json5")
            let wrong = try await bench.call("run", "--job", "jobs/wrong.json5", "--yes")
            expectExit(wrong, 2)
            #expect(wrong.errors.contains("did you mean 'manifests'?"))
        }
    }

    @Test func `a report that cannot be written in the end is told, and can be had later`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 200 }", settings: "rate: 'none', latency: '100ms'")) { bench in
            try bench.folder.write(Sample.csv(1...200), to: "m.csv")
            let place = try bench.folder.makeFolder("reports")
            let words = ["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "3", "--json", "--report", "reports/out.csv"]
            let child = try bench.start(words)
            // Told as it happens, not at the end.
            try await eventually("the first token") { child.output.contains("\n") }
            #expect(child.ending == nil)
            try FileManager.default.removeItem(atPath: place)
            let result = try await bench.end(of: child)
            expectExit(result, 5)
            #expect(result.errors.contains("reports/out.csv"))
            #expect(result.output.split(separator: "\n").count == 201)
            expectExit(try await bench.call("report", "--report", "later.csv"), 0)
            #expect(try Table(csv: try bench.folder.text(of: "later.csv")).rows.count == 200)
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...200))
        }
    }

    @Test func `reports are checked before anything is sent`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 1 }")) { bench in
            try bench.folder.write(Sample.csv([1]), to: "m.csv")
            let unknown = try await bench.call("run", "m.csv", "--yes", "--report", "out.docx")
            expectExit(unknown, 2)
            let nowhere = try await bench.call("run", "m.csv", "--yes", "--report", "no/such/folder/out.csv")
            #expect(nowhere.exitCode != 0)
            try await expectUntouched(bench)
        }
    }
}
