import Glibc
import SweepTestSupport
import Testing

/// Many processes on one queue: owners that are stopped and go on, and a storm of commands beside one.
@Suite(.timeLimit(.minutes(3)))
struct ConcurrencyTests {
    private func start(_ bench: Workbench, _ count: Int, _ options: String...) async throws -> ChildProcess {
        try bench.folder.write(Sample.csv(1...count), to: "m.csv")
        let run = try bench.start(["run", "m.csv", "--yes", "--name", "j", "--rate", "none", "--concurrency", "4"] + options)
        try await bench.simulator.ledger(holding: 10)
        return run
    }

    @Test(arguments: [false, true])
    func `an owner that is stopped stays the owner, and goes on`(isLong: Bool) async throws {
        let world = Sample.world("{ generate: 400 }", settings: "rate: 'none', latency: '30ms'")
        try await Workbench.with(world: world) { bench in
            let run = try await start(bench, 400, "--timeout", isLong ? "1s" : "30s")
            run.send(SIGSTOP)
            let stopped = ContinuousClock.now
            for words in [["run", "m.csv", "--yes"], ["resume"], ["retry", "j"]] {
                let refused = try await bench.end(of: try bench.start(words))
                expectExit(refused, 2)
                #expect(refused.errors.contains("process \(run.pid)"))
            }
            let before = try await bench.report()
            #expect(before.count == 400 && before.contains { $0.outcome == "in_flight" })
            expectAgreement(before, try bench.simulator.ledger(), existing: Sample.keys(1...400))
            // Longer than its requests may take: what was in flight has run out of time when it wakes.
            if isLong { try await eventually("two seconds") { ContinuousClock.now - stopped > .seconds(2) } }
            run.send(SIGCONT)
            expectExit(try await bench.end(of: run), 0)
            let (report, ledger) = (try await bench.report(), try bench.simulator.ledger())
            expectAgreement(report, ledger, existing: Sample.keys(1...400))
            #expect(ledger.removed == Sample.keys(1...400))
            #expect(ledger.deletes.count <= 404, "more was sent again than was in flight")
        }
    }

    @Test func `a pause of an owner that is stopped is heeded when it goes on`() async throws {
        let world = Sample.world("{ generate: 400 }", settings: "rate: 'none', latency: '30ms'")
        try await Workbench.with(world: world) { bench in
            let run = try await start(bench, 400)
            let pause = try await eventually("a moment in which it holds no lock") {
                run.send(SIGSTOP)
                let pause = try bench.start(["pause", "j"])
                let isHeard = try await eventually("the wish, or its refusal") { () -> Bool? in
                    if try await bench.call("status", "j", "--json").output.contains(#""wish":"pause""#) { return true }
                    return pause.ending == nil ? nil : false
                }
                run.send(SIGCONT)
                if isHeard { return pause }
                // It was stopped in the middle of a commit: nobody else can write then, and that is said.
                expectExit(try await bench.end(of: pause), 5)
                #expect(pause.errors.contains("keeps it locked"), "\(pause.errors)")
                return nil
            }
            expectExit(try await bench.end(of: run), 4)
            expectExit(try await bench.end(of: pause), 0)
            #expect(try await bench.status("j").stopReason == "paused")
            expectExit(try await bench.call("resume", "--concurrency", "64"), 0)
            let ledger = try bench.simulator.ledger()
            expectAgreement(try await bench.report(), ledger, existing: Sample.keys(1...400))
            #expect(ledger.deletes.count == 400)
        }
    }

    @Test func `a storm of readers disturbs neither the owner nor each other`() async throws {
        let world = Sample.world("{ generate: 600 }", settings: "rate: 'none', latency: '20ms'")
        try await Workbench.with(world: world) { bench in
            let run = try await start(bench, 600)
            let commands = [
                ["status", "--json"], ["status"], ["jobs", "--json"], ["report", "--format", "jsonl"], ["report", "--format", "csv"],
                ["audit"],
            ]
            while run.ending == nil {
                let storm = try commands.map { try bench.start($0) }
                for child in storm { expectExit(try await bench.end(of: child), 0) }
                let lines = try JSONReading.lines(ReportLine.self, storm[3].output)
                #expect(lines.count == 600)
                expectAgreement(lines, try bench.simulator.ledger(), existing: Sample.keys(1...600))
            }
            expectExit(try await bench.end(of: run), 0)
            let ledger = try bench.simulator.ledger()
            expectAgreement(try await bench.report(), ledger, existing: Sample.keys(1...600))
            #expect(ledger.deletes.count == 600)
        }
    }

    @Test func `a storm of pauses, resumes and cancels ends with every token accounted for`() async throws {
        let world = Sample.world("{ generate: 600 }", settings: "rate: 'none', latency: '20ms'")
        try await Workbench.with(world: world) { bench in
            let run = try await start(bench, 600)
            for _ in 1...4 {
                let words = [["pause", "j"], ["resume", "j", "--concurrency", "4"], ["pause", "j"], ["status", "j"], ["resume", "j"]]
                for child in try words.map({ try bench.start($0) }) {
                    let code = try await bench.end(of: child).exitCode
                    // Gone on with by somebody else, paused again, or even finished.
                    #expect([0, 2, 4].contains(code), "\(child.command.arguments): \(child.errors)")
                }
            }
            _ = try await bench.end(of: run)
            let last = try ["cancel", "pause", "cancel"].map { try bench.start([$0, "j"]) }
            for child in last { expectExit(try await bench.end(of: child), 0) }
            let (report, ledger) = (try await bench.report(), try bench.simulator.ledger())
            #expect(try await bench.status("j").state == "finished")
            #expect(report.count("deleted") + report.count("skipped") == 600)
            expectAgreement(report, ledger, existing: Sample.keys(1...600))
            #expect(ledger.deletes.count == report.count("deleted"), "something was sent twice")
            expectExit(try await bench.call("audit", "--check"), 0)
        }
    }

    @Test func `started and interrupted again and again, it loses nothing`() async throws {
        // Enough that no round comes to the end, also where the signal is late.
        let world = Sample.world("{ generate: 1000 }", settings: "rate: 'none', latency: '10ms'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...1000), to: "m.csv")
            let words = ["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "2"]
            for round in 1...12 {
                let child = try bench.start(words)
                // A request or two further each time; at first before there is a queue.
                let goal = (round - 1) * 4
                try await eventually("\(goal) requests") {
                    try child.ending != nil || bench.simulator.ledger().deletes.count >= goal
                }
                child.send(SIGINT)
                let ending = try await child.wait()
                // Before it heeds signals, one ends it.
                #expect(ending.exitCode == 4 || ending.exitCode == 0 || ending.signal == SIGINT, "\(child.errors)")
            }
            expectExit(try await bench.call("run", "m.csv", "--yes", "--rate", "none"), 0)
            let ledger = try bench.simulator.ledger()
            #expect(ledger.removed == Sample.keys(1...1000))
            #expect(ledger.deletes.count == 1000, "an interruption cost a DELETE twice")
            #expect(try await bench.jobs().count == 1)
        }
    }
}
