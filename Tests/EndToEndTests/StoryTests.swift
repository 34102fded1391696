import FoundationEssentials
import SweepTestSupport
import Testing

/// The stories of `jobs/`, which `scripts/demo` tells: their own worlds, job files and lists.
@Suite(.timeLimit(.minutes(3)))
struct StoryTests {
    private static let jobs = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../jobs").standardized.path

    private func text(_ name: String) throws -> String { try String(contentsOfFile: "\(Self.jobs)/\(name)", encoding: .utf8) }

    /// What stands between two marks, wherever it occurs.
    private func all(_ start: String, _ end: Character, in text: String) -> [String] {
        text.split(separator: start).dropFirst().map { String($0.prefix { $0 != end }) }
    }

    private func discover(_ bench: Workbench, _ words: [String], _ variables: [String: String?]) async throws -> ChildProcess.Input {
        let listed = try await bench.end(of: try bench.start(["discover"] + words, environment: variables))
        expectExit(listed, 0)
        return .file(try bench.folder.write(listed.output, to: "found.jsonl"))
    }

    @Test func `leaked client ids over five accounts are revoked, and nothing else is`() async throws {
        let credentials = try text("incident/credentials.json5")
        var variables: [String: String?] = ["CLOUDFLARE_API_TOKEN": nil]
        for (index, name) in all("token_env: \"", "\"", in: credentials).enumerated() {
            variables[name] = "cfut_incident0incident0incident0incident000\(index + 1)"
        }
        let accounts = all("account: \"", "\"", in: credentials)
        #expect(accounts.count == 5)
        let log = try text("incident/leaked-build.log")
        let leaked = Set(log.split { !$0.isHexDigit && $0 != "." }.filter { $0.hasSuffix(".acce") }.map { String($0.prefix(32)) })
        #expect(leaked.count == 126)

        try await Workbench.with(world: try text("incident/world.json5")) { bench in
            let words =
                accounts.flatMap { ["--account", $0] } + [
                    "--credentials", "\(Self.jobs)/incident/credentials.json5", "--client-id-file",
                    "\(Self.jobs)/incident/leaked-build.log",
                ]
            let found = try await discover(bench, words, variables)
            let run = ["run", "--job", "\(Self.jobs)/incident/job.json5", "--yes", "--report", "outcome.csv"]
            let result = try await bench.end(of: try bench.start(run, input: found, environment: variables))
            expectExit(result, 1)
            #expect(result.errors.contains("Proven gone: 123 of 125 tokens"))
            let report = try await bench.report()
            let ledger = try bench.simulator.ledger()
            #expect(report.count("blocked") == 2 && report.count == 125)
            expectAgreement(report, ledger, existing: Set(report.map(\.key)))
            #expect(ledger.removed.count == 123)
            #expect(ledger.removed.allSatisfy { key in leaked.contains { key.description.hasSuffix($0.suffix(12)) } })
            let owners = Dictionary(grouping: ledger.entries, by: { $0.scopeId ?? "" }).mapValues { Set($0.compactMap(\.credential)) }
            #expect(accounts.map { owners[$0] } == ["shop", "payments", "warehouse", "support", "partner"].map { [$0] })
            expectExit(try await bench.call("audit", "--check"), 0)
        }
    }

    @Test func `what is unused goes, but for what is protected, in use, or used`() async throws {
        let variables = ["CLOUDFLARE_API_TOKEN": "cfut_cleanup0cleanup0cleanup0cleanup00001"]
        let account = "6a1b2c3d4e5f60718293a4b5c6d7e8f9"
        try await Workbench.with(world: try text("cleanup/world.json5")) { bench in
            let found = try await discover(bench, ["--account", account, "--unused-since", "90d"], variables)
            let run = ["run", "--job", "\(Self.jobs)/cleanup/job.json5", "--yes"]
            let result = try await bench.end(of: try bench.start(run, input: found, environment: variables))
            expectExit(result, 1)
            let report = try await bench.report()
            let ledger = try bench.simulator.ledger()
            expectAgreement(report, ledger, existing: Set(report.map(\.key)))
            #expect(ledger.removed == Sample.keys(1...60, in: account).union(Sample.keys(101...190, in: account)))
            let skipped = Set(report.filter { $0.outcome == "skipped" }.map(\.key))
            #expect(skipped == Sample.keys([401, 402, 403, 404, 405, 451], in: account))
            #expect(skipped.isDisjoint(with: ledger.deletesByToken.keys))
            #expect(report.count("blocked") == 3)
            expectExit(try await bench.call("audit", "--check"), 0)
        }
    }
}
