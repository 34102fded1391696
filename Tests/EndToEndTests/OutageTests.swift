import Glibc
import SweepTestSupport
import Testing

/// An API that is away, or has enough of its callers.
@Suite(.timeLimit(.minutes(3)))
struct OutageTests {
    @Test func `nobody answers from the start: exit code 5, and no token failed`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 5 }")) { bench in
            try bench.folder.write(Sample.csv(1...5), to: "m.csv")
            // Port 1 of the loopback address: nobody listens there.
            let nobody: [String: String?] = ["CLOUDFLARE_BASE_URL": "http://127.0.0.1:1/client/v4"]
            let result = try await bench.call("run", "m.csv", "--yes", environment: nobody)
            expectExit(result, 5)
            #expect(result.errors.contains("tokensweep resume"))
            #expect(try await bench.report().outcomes == Array(repeating: "pending", count: 5))
            #expect(try bench.simulator.ledger().entries.isEmpty)
            expectExit(try await bench.call("resume"), 0)
            let report = try await bench.report()
            // Nothing was ever sent, so nothing is presumed.
            #expect(report.outcomes == Array(repeating: "deleted", count: 5))
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...5))
        }
    }

    @Test(arguments: ["plain_522", "reset_before", "lost_reply"])
    func `an outage in the middle is waited out`(kind: String) async throws {
        // Ten failures in a row count as an outage; one more meets the probe, if it comes to that.
        let world = Sample.world("{ generate: 120 }", more: "outages: [{ kind: '\(kind)', after_requests: 40, requests: 11 }]")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...120), to: "m.csv")
            let result = try await bench.call("run", "m.csv", "--yes", "--rate", "none")
            expectExit(result, 0)
            let report = try await bench.report()
            let ledger = try bench.simulator.ledger()
            expectAgreement(report, ledger, existing: Sample.keys(1...120))
            #expect(ledger.removed == Sample.keys(1...120))
            #expect(ledger.entries.count { $0.fault == kind } == 11)
            // The lane pauses, so that the outage does not burn everybody's tries.
            #expect(ledger.deletes.count == 131)
            #expect(report.map(\.attempts).max() ?? 0 <= 3)
        }
    }

    @Test func `a 429 is waited out whole, and costs no token its tries`() async throws {
        let world = Sample.world("{ generate: 80 }", settings: "rate: '50/60s', ip_rate: 0, block_scale: 0.01, rate_limit_shape: 'mixed'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...80), to: "m.csv")
            // The program believes in a larger budget than there is, as when somebody else spends from it too.
            let result = try await bench.call("run", "m.csv", "--yes", "--rate", "none", "--attempts", "1")
            expectExit(result, 0)
            let ledger = try bench.simulator.ledger()
            let report = try await bench.report()
            expectAgreement(report, ledger, existing: Sample.keys(1...80))
            #expect(report.count("deleted") == 80)
            let refused = ledger.entries.filter(\.rateLimited)
            // Those in flight when the first refusal came, and none after it until the block was over.
            #expect((1...16).contains(refused.count))
            let first = try #require(refused.map(\.atMs).min())
            let last = try #require(refused.map(\.atMs).max())
            let next = try #require(ledger.entries.map(\.atMs).filter { $0 > last }.min())
            #expect(next - first >= 3000, "the block lasts 3 s, and the lane came back after \(next - first) ms")
        }
    }
}
