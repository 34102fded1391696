import FoundationEssentials
import Glibc
import SweepTestSupport
import Testing

/// Clocks that are set while a job runs or between two of its runs, and a night of sleep.
@Suite(.timeLimit(.minutes(3)))
struct ClockTests {
    private static let world = Sample.world("{ generate: 60 }")
    /// Twelve requests in any four seconds.
    private static let pace = ["--rate", "12/4s", "--reserve", "0%"]

    private static let shim = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Clock/clock.c").path

    /// Starts the program with clocks that `move` moves.
    private func start(_ bench: Workbench, _ words: [String]) throws -> ChildProcess {
        let library = bench.folder["clock.so"]
        let script = """
            cc -shared -fPIC -o '\(library)' '\(Self.shim)' &&
            exec env LD_PRELOAD='\(library)' CLOCK_SHIM='\(bench.folder["clock"])' "$0" "$@"
            """
        return try bench.start(words, through: ["sh", "-c", script])
    }

    /// Sets the calendar, and the clock that counts the time a machine sleeps, by so many seconds.
    private func move(_ bench: Workbench, calendar: Int, sleep: Int = 0) throws {
        // At once, for it is read all the time.
        try bench.folder.write("\(calendar) \(sleep)", to: "clock.new")
        guard rename(bench.folder["clock.new"], bench.folder["clock"]) == 0 else { throw SystemFailure("move a clock") }
    }

    /// The simulator's clock is not moved: its ledger tells what was promised.
    private func expectPace(_ ledger: Ledger) {
        #expect(ledger.mostArrivals(within: 4000) <= 12)
        #expect(ledger.entries.allSatisfy { !$0.rateLimited })
    }

    @Test(arguments: [3600, -3600])
    func `a clock that is set in the middle changes nothing`(seconds: Int) async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...30), to: "m.csv")
            // One at a time: of several in flight, a later one may be answered first.
            let child = try start(bench, ["run", "m.csv", "--yes", "--json", "--concurrency", "1"] + Self.pace)
            try await bench.simulator.ledger(holding: 12)
            try move(bench, calendar: seconds)
            expectExit(try await bench.end(of: child), 0)
            let ledger = try bench.simulator.ledger()
            expectPace(ledger)
            expectAgreement(try await bench.report(), ledger, existing: Sample.keys(1...60))
            // Times in the report are those of one clock.
            let times = try await bench.report().compactMap(\.finishedAt)
            #expect(times == times.sorted() && times.count == 30)
        }
    }

    @Test(arguments: [3600, -3600])
    func `a clock that was set between two runs lets no request too many go`(seconds: Int) async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...30), to: "m.csv")
            let child = try start(bench, ["run", "m.csv", "--yes"] + Self.pace)
            try await bench.simulator.ledger(holding: 12)
            child.send(SIGKILL)
            _ = try await child.wait()
            try move(bench, calendar: seconds)
            expectExit(try await bench.end(of: try start(bench, ["resume"])), 0)
            let ledger = try bench.simulator.ledger()
            expectPace(ledger)
            expectAgreement(try await bench.report(), ledger, existing: Sample.keys(1...60))
        }
    }

    @Test func `after a night of sleep it goes on, within its budget and without spinning`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...40), to: "m.csv")
            let child = try start(bench, ["run", "m.csv", "--yes", "--timeout", "30s"] + Self.pace)
            try await bench.simulator.ledger(holding: 12)
            child.send(SIGSTOP)
            try move(bench, calendar: 8 * 3600, sleep: 8 * 3600)
            let before = try child.processorTicks()
            child.send(SIGCONT)
            try await eventually("work after the night") { try bench.simulator.ledger().deletes.count >= 30 }
            #expect(try child.processorTicks() - before < 100, "it spins")
            expectExit(try await bench.end(of: child), 0)
            // By its own clock the window is long over; by the API's, which did not sleep, it may not be. Only that is forgiven.
            let ledger = try bench.simulator.ledger()
            #expect(ledger.mostArrivals(within: 4000) <= 24)
            expectAgreement(try await bench.report(), ledger, existing: Sample.keys(1...60))
            #expect(ledger.deletesByToken.values.allSatisfy { $0 <= 2 })
        }
    }

    @Test func `who waits for hours uses no processor`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...30), to: "m.csv")
            let child = try bench.start(["run", "m.csv", "--yes", "--rate", "5/2h", "--reserve", "0%"])
            try await bench.simulator.ledger(holding: 5)
            let before = try child.processorTicks()
            let start = ContinuousClock.now
            try await eventually("four seconds") { ContinuousClock.now - start > .seconds(4) }
            // A hundredth of a second each: a tenth of the time would be a spin that yields.
            #expect(try child.processorTicks() - before < 40)
            child.send(SIGTERM)
            expectExit(try await bench.end(of: child), 4)
        }
    }
}

extension ChildProcess {
    /// Processor time that it used so far, in the kernel's ticks of 10 ms.
    func processorTicks() throws -> Int {
        let text = String(decoding: try Data(contentsOf: URL(filePath: "/proc/\(pid)/stat")), as: UTF8.self)
        // The name, in parentheses, may hold blanks.
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else {
            throw FixtureFailure("unreadable: \(text)")
        }
        return user + system
    }
}
