import SweepTestSupport
import Testing

/// `verify` and `--verify`: what is called gone was proven, and what lives is named.
@Suite(.timeLimit(.minutes(3)))
struct VerifyTests {
    private struct Verification: Decodable {
        struct Counts: Decodable, Equatable {
            var total, gone, live, contradictions, unproven, unusable: Int
        }

        var verification: Counts
    }

    private func counts(_ text: String) throws -> Verification.Counts {
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("{\"verification\"") })
        return try JSONReading.value(Verification.self, line).verification
    }

    private func verifiedLines(_ bench: Workbench) async throws -> Int {
        let report = try await bench.call("report", "--format", "jsonl")
        return report.output.split(separator: "\n").count { $0.contains("\"verified_at\":\"") }
    }

    @Test func `what is gone is proven and kept, what is not is named`() async throws {
        let world = Sample.world("{ generate: 5, prefix: 'ci-' }", "{ generate: 1, first: 9, prefix: 'used-', in_use: true }")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv([1, 2, 3, 9]), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 1)
            #expect(try await verifiedLines(bench) == 0)
            let verified = try await bench.call("verify")
            expectExit(verified, 1)
            #expect(verified.output.contains("1 token still there:\n  \(Sample.id(9))  account \(Sample.account)  blocked  used-9\n"))
            #expect(verified.output.contains("\nProven gone: 3 of 4 tokens of the job m-"))
            #expect(try await verifiedLines(bench) == 3)
            let expected = Verification.Counts(total: 4, gone: 3, live: 1, contradictions: 0, unproven: 0, unusable: 0)
            #expect(try counts(try await bench.call("verify", "--json").output) == expected)
        }
    }

    @Test func `a token that lives although the job says gone is called out first`() async throws {
        // The API says "deleted" and does nothing.
        let fault = "{ kind: 'success_null_result', done: false }"
        let world = Sample.world(
            "{ generate: 1 }", "{ generate: 1, first: 2, faults: [\(fault)] }", "{ generate: 1, first: 3, in_use: true }")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            let run = try await bench.call("run", "m.csv", "--yes", "--verify", "--report", bench.folder["r.jsonl"])
            expectExit(run, 1)
            #expect(try await bench.report().outcomes == ["deleted", "deleted", "blocked"])
            #expect(run.errors.contains("1 token LIVE although the job says gone:\n  \(Sample.id(2))"))
            #expect(try await verifiedLines(bench) == 1)
            let verified = try await bench.call("verify")
            expectExit(verified, 1)
            #expect(verified.output.hasPrefix("1 token LIVE although the job says gone:\n  \(Sample.id(2))"))
        }
    }

    @Test func `without permission nothing is called gone`() async throws {
        let blind = "cfut_e2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2E0003"
        let world = Sample.world("{ generate: 3 }")
            .replacing("credentials: [", with: "credentials: [ { label: 'blind', token: '\(blind)', access: 'none' },")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 0)
            let verified = try await bench.call("verify", "--json", environment: ["CLOUDFLARE_API_TOKEN": blind])
            expectExit(verified, 3)
            #expect(try counts(verified.output) == .init(total: 3, gone: 0, live: 0, contradictions: 0, unproven: 3, unusable: 0))
            #expect(try await verifiedLines(bench) == 0)
        }
    }

    @Test func `run and resume verify at the end, and write it into the report`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try bench.folder.write(Sample.csv(1...4), to: "m.csv")
            let halted = try await bench.end(
                of: try bench.start(
                    ["run", "m.csv", "--yes", "--verify", "--report", "r.jsonl"], environment: ["CLOUDFLARE_API_TOKEN": Sample.revokedToken]
                ))
            expectExit(halted, 3)
            // The job remembers that it wants to be verified.
            let resumed = try await bench.call("resume", "--json")
            expectExit(resumed, 0)
            #expect(try counts(resumed.output).gone == 4)
            #expect(resumed.output.split(separator: "\n").last?.hasPrefix("{\"summary\"") == true)
            #expect(try bench.folder.text(of: "r.jsonl").split(separator: "\n").allSatisfy { $0.contains("verified_at") })
        }
    }

    @Test func `a job that runs cannot be verified, another one can`() async throws {
        let world = Sample.world("{ generate: 200 }", settings: "rate: 'none', latency: '300ms'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...2), to: "first.csv")
            try bench.folder.write(Sample.csv(3...200), to: "second.csv")
            expectExit(try await bench.call("run", "first.csv", "--yes", "--name", "first"), 0)
            let running = try bench.start(["run", "second.csv", "--yes", "--name", "second", "--concurrency", "1"])
            try await eventually("a DELETE of the second job") { try bench.simulator.ledger().deletes.count > 2 }
            let refused = try await bench.call("verify", "second")
            expectExit(refused, 2)
            #expect(refused.errors.contains("the job second is running"))
            let other = try await bench.call("verify", "first")
            expectExit(other, 0)
            #expect(other.errors.contains("shown but not kept"))
            expectExit(try await bench.call("pause", "second"), 0)
            expectExit(try await bench.end(of: running), 4)
        }
    }
}
