import Glibc
import SweepTestSupport
import Testing

/// Acting on a running job from another terminal.
@Suite(.timeLimit(.minutes(3)))
struct ControlTests {
    /// Starts a job that takes long, and returns when its first requests were answered.
    private func start(_ bench: Workbench, tokens: Int = 300) async throws -> ChildProcess {
        try bench.folder.write(Sample.csv(1...tokens), to: "m.csv")
        let run = try bench.start(["run", "m.csv", "--yes", "--name", "j", "--concurrency", "2", "--rate", "30/1s", "--reserve", "0%"])
        try await bench.simulator.ledger(holding: 10)
        return run
    }

    @Test func `a paused job stops soon, says so, and is resumed`() async throws {
        // Long before its end, which is more than a minute away; the owner looks every half second.
        let tokens = 3000
        try await Workbench.with(world: Sample.world("{ generate: \(tokens) }")) { bench in
            let run = try await start(bench, tokens: tokens)
            expectExit(try await bench.call("pause", "j"), 0)
            let result = try await bench.end(of: run)
            expectExit(result, 4)
            #expect(result.errors.contains("Stopped: paused"))
            let status = try await bench.status("j")
            #expect(status.state == "unfinished" && status.stopReason == "paused" && status.outcomes["in_flight"] ?? 0 == 0)
            let again = try await bench.call("pause", "j")
            expectExit(again, 0)
            #expect(again.errors.contains("is not running"))
            #expect((status.outcomes["pending"] ?? 0) > tokens / 2)
            expectExit(try await bench.call("resume", "j", "--rate", "none", "--concurrency", "64"), 0)
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...tokens))
        }
    }

    @Test func `a cancelled job skips what is open and is finished`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 300 }")) { bench in
            let run = try await start(bench)
            let cancelled = try await bench.call("cancel", "j")
            expectExit(cancelled, 0)
            #expect(cancelled.errors.contains("is cancelled"))
            expectExit(try await bench.end(of: run), 1)
            let report = try await bench.report()
            #expect(report.count("deleted") + report.count("skipped") == 300 && report.count("skipped") > 0)
            #expect(report.filter { $0.outcome == "skipped" }.allSatisfy { $0.reason == "cancelled" })
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...300))
            #expect(try bench.simulator.ledger().deletes.count == report.count("deleted"))
            #expect(try await bench.status("j").state == "finished")
            #expect(try await bench.call("cancel", "j").errors.contains("finished already"))
        }
    }

    @Test func `a job whose owner was killed is cancelled by the command itself`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 300 }")) { bench in
            let run = try await start(bench)
            run.send(SIGKILL)
            _ = try await run.wait()
            #expect(try await bench.call("pause", "j").errors.contains("is not running"))
            expectExit(try await bench.call("cancel", "j"), 0)
            let sent = try bench.simulator.ledger().deletes.count
            let status = try await bench.status("j")
            #expect(status.state == "finished" && status.total == 300)
            #expect((status.outcomes["skipped"] ?? 0) + status.gone == 300)
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...300))
            expectExit(try await bench.call("resume", "j"), 1)
            #expect(try bench.simulator.ledger().deletes.count == sent)
        }
    }

    @Test func `status tells what a job is about to do`() async throws {
        let world = Sample.world("{ generate: 20, faults: [{ kind: 'hang', ms: 20000 }] }")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...20), to: "m.csv")
            let run = try bench.start(["run", "m.csv", "--yes", "--name", "j", "--rate", "none", "--quiet"])
            _ = try await eventually("a request in flight") {
                // There is no queue at first, and then no job in it.
                try? await bench.status("j").outcomes["in_flight"].flatMap { $0 > 0 ? $0 : nil }
            }
            #expect(try await bench.call("status", "j").output.contains(": running (process"))
            let pause = try bench.start(["pause", "j"])
            try await eventually("the wish") { try await bench.call("status", "j", "--json").output.contains(#""wish":"pause""#) }
            #expect(try await bench.call("status", "j").output.contains(": pausing (process"))
            expectExit(try await bench.end(of: pause), 0)
            let result = try await bench.end(of: run)
            #expect(!result.errors.contains("as another terminal asked"))
            #expect(try await bench.call("status", "j", "--json").output.contains(#""wish""#) == false)
        }
    }

    @Test func `whoever cancels a job that nobody runs writes its reports, and resume leaves it as it is`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 300 }")) { bench in
            try bench.folder.write(Sample.csv(1...300), to: "m.csv")
            let words = ["run", "m.csv", "--yes", "--name", "j", "--concurrency", "2", "--rate", "30/1s", "--report", "out.jsonl"]
            let run = try bench.start(words)
            try await bench.simulator.ledger(holding: 10)
            run.send(SIGKILL)
            _ = try await run.wait()
            #expect(!bench.folder.holds("out.jsonl"))
            let cancelled = try await bench.call("cancel", "j")
            expectExit(cancelled, 0)
            #expect(cancelled.errors.contains("Report: "))
            let report = try JSONReading.lines(ReportLine.self, try bench.folder.text(of: "out.jsonl"))
            #expect(report.count == 300 && report.contains { $0.outcome == "skipped" && $0.reason == "cancelled" })
            expectExit(try await bench.call("resume", "j"), 1)
            #expect(try await bench.status("j").stopReason == "cancelled")
            #expect(try await bench.call("status", "j").output.contains("(1): cancelled at "))
        }
    }

    @Test func `a job that nobody knows is an error`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 1 }")) { bench in
            try bench.folder.write(Sample.csv([1]), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--name", "j"), 0)
            for command in ["pause", "cancel"] {
                expectExit(try await bench.call(command, "k"), 2)
                expectExit(try await bench.call(command), 2)
                expectExit(try await bench.call(command, "j"), 0)
            }
            #expect(try await bench.status("j").gone == 1)
        }
    }
}
