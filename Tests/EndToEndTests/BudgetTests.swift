import Glibc
import SweepTestSupport
import Testing

/// The budget is a promise: never more than it allows in any window, and not much slower than it allows either.
///
/// 1,000 tokens under 200 requests in 5 s: five bursts, of which the last begins 20 s after the first. All that is measured comes from
/// the simulator's ledger.
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
    func `a thousand tokens take what the budget dictates`(window: String) async throws {
        try await Workbench.with(world: Self.world(window)) { bench in
            try bench.folder.write(Sample.csv(1...Self.count), to: "m.csv")
            expectExit(try await bench.end(of: try bench.start(["run"] + Self.words)), 0)
            let ledger = try expectBudgetKept(bench)
            #expect(ledger.deletes.count == Self.count)
            expectPace(ledger, "\(window) window")
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
            expectPace(ledger, "killed and resumed")
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
            let took = (ledger.entries.map(\.atMs).max() ?? 0) - (ledger.entries.map(\.atMs).min() ?? 0)
            print("budget, two programs at once: 600 requests in \(took) ms, at most \(ledger.mostArrivals(within: Self.period)) in 5 s")
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

    /// What the budget dictates: the last burst begins as many periods after the first as there are bursts before it. To that comes the
    /// time that every burst takes on this machine, up to half a period each: more than that is no burst but a wait.
    private func expectPace(_ ledger: Ledger, _ title: String) {
        let arrivals = ledger.entries.map(\.atMs).sorted()
        let dictated = (arrivals.count - 1) / Self.limit * Self.period
        let bursts = stride(from: 0, to: arrivals.count, by: Self.limit).map { arrivals[$0..<min($0 + Self.limit, arrivals.count)] }
        let widths = bursts.map { ($0.last ?? 0) - ($0.first ?? 0) }
        let took = (arrivals.last ?? 0) - (arrivals.first ?? 0)
        let limit = dictated * 105 / 100 + widths.map { min($0, Self.period / 2) }.reduce(0, +)
        print(
            "budget, \(title): \(arrivals.count) requests in \(took) ms; the budget dictates \(dictated) ms; the bursts took \(widths) ms")
        #expect(took <= limit, "\(title): the budget dictates \(dictated) ms")
    }
}
