import Glibc
import SweepTestSupport
import Testing

/// The budget is a promise: never more than it allows in any window. All that is counted comes from the simulator's ledger. How near to
/// the budget a run comes is for virtual time and for `scripts/benchmark` to tell, not for a machine that does other things as well.
@Suite(.timeLimit(.minutes(3)))
struct BudgetTests {
    private static let count = 1000
    private static let limit = 200
    private static let period = 5000
    private static let words = [
        "m.csv", "--yes", "--rate", "\(limit)/\(period / 1000)s", "--reserve", "0%", "--concurrency", "32", "--report", "out.jsonl",
    ]

    private static func world(_ window: String) -> String {
        Sample.world("{ generate: \(count) }", settings: "rate: '\(limit)/5s', window: '\(window)'")
    }

    @Test(arguments: ["fixed", "sliding"])
    func `a thousand tokens never take more than the budget`(window: String) async throws {
        try await Workbench.with(world: Self.world(window)) { bench in
            try bench.folder.write(Sample.csv(1...Self.count), to: "m.csv")
            expectExit(try await bench.end(of: try bench.start(["run"] + Self.words)), 0)
            let ledger = try expectBudgetKept(bench)
            #expect(ledger.deletes.count == Self.count)
        }
    }

    @Test func `killed and resumed in the middle, the budget holds across both`() async throws {
        // Requests in flight at the kill count twice, for nobody knows whether they were sent: room for them in the last burst.
        let count = Self.count - 40
        try await Workbench.with(world: Self.world("sliding")) { bench in
            try bench.folder.write(Sample.csv(1...count), to: "m.csv")
            let child = try bench.start(["run"] + Self.words)
            // In the middle of a burst.
            try await bench.simulator.ledger(holding: 450)
            child.send(SIGKILL)
            _ = try await child.wait()
            expectExit(try await bench.call("resume"), 0)
            let ledger = try expectBudgetKept(bench, of: count)
            #expect(ledger.deletes.count <= count + 32)
        }
    }

    @Test func `one job after the other, the budget holds across both`() async throws {
        try await Workbench.with(world: Self.world("sliding")) { bench in
            try bench.folder.write(Sample.csv(1...150), to: "a.csv")
            try bench.folder.write(Sample.csv(151...300), to: "b.csv")
            for manifest in ["a.csv", "b.csv"] {
                expectExit(try await bench.call("run", manifest, "--yes", "--rate", "200/5s", "--reserve", "0%"), 0)
            }
            let ledger = try bench.simulator.ledger()
            #expect(!ledger.entries.contains { $0.rateLimited })
            #expect(ledger.mostArrivals(within: Self.period) <= Self.limit)
            #expect(ledger.removed == Sample.keys(1...300))
        }
    }

    @Test func `the reserve is left to others`() async throws {
        try await Workbench.with(world: Self.world("sliding")) { bench in
            try bench.folder.write(Sample.csv(1...150), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--rate", "200/5s", "--reserve", "50%"), 0)
            let ledger = try bench.simulator.ledger()
            #expect(ledger.mostArrivals(within: Self.period) <= 100)
            #expect(ledger.removed == Sample.keys(1...150))
        }
    }

    @Test func `somebody else spends from the same budget, and nobody is refused`() async throws {
        try await Workbench.with(world: Self.world("sliding")) { bench in
            try bench.folder.write(Sample.csv(1...300), to: "a.csv")
            try bench.folder.write(Sample.csv(301...600), to: "b.csv")
            // Two queues know nothing of each other: only the API's headers tell. The reserve covers what is in flight.
            let both = try ["a", "b"].map { name in
                try bench.start([
                    "run", "\(name).csv", "--yes", "--rate", "200/5s", "--reserve", "30%", "--concurrency", "8", "--queue", "\(name).db",
                ])
            }
            for child in both { expectExit(try await bench.end(of: child), 0) }
            let ledger = try bench.simulator.ledger()
            #expect(ledger.entries.count { $0.rateLimited } == 0)
            #expect(ledger.removed == Sample.keys(1...600))
        }
    }

    @Test func `with the API's own limits nothing is refused`() async throws {
        // 1,200 requests in 5 min, and 200 a second from one address.
        try await Workbench.with(world: Sample.world("{ generate: 900 }", settings: "seed: 1")) { bench in
            try bench.folder.write(Sample.csv(1...900), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--concurrency", "64"), 0)
            let ledger = try bench.simulator.ledger()
            #expect(!ledger.entries.contains { $0.rateLimited })
            #expect(ledger.mostArrivals(within: 1000) <= 200)
            #expect(ledger.removed == Sample.keys(1...900))
        }
    }

    /// Zero refusals, and never more than the limit in any window: no allowance for anything.
    private func expectBudgetKept(_ bench: Workbench, of count: Int = count) throws -> Ledger {
        let ledger = try bench.simulator.ledger()
        #expect(!ledger.entries.contains { $0.rateLimited || $0.status == 429 })
        #expect(ledger.mostArrivals(within: Self.period) <= Self.limit, "\(tooClose(ledger))")
        let report = try JSONReading.lines(ReportLine.self, try bench.folder.text(of: "out.jsonl"))
        expectAgreement(report, ledger, existing: Sample.keys(1...Self.count))
        #expect(ledger.removed == Sample.keys(1...count))
        return ledger
    }

    /// Where more than the limit arrived within a period: the times of the first and the last of them, in ms.
    private func tooClose(_ ledger: Ledger) -> [String] {
        let entries = ledger.entries.sorted { $0.atMs < $1.atMs }
        let start = entries.first?.atMs ?? 0
        return zip(entries, entries.dropFirst(Self.limit)).filter { $1.atMs - $0.atMs < Self.period }
            .map { "\($0.method) at \($0.atMs - start), \($1.method) at \($1.atMs - start)" }
    }
}
