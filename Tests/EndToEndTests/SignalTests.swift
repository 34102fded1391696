import Glibc
import SweepTestSupport
import Testing

/// A stop that comes at any stage of a run, and terminals that go away.
@Suite(.timeLimit(.minutes(3)))
struct SignalTests {
    /// What a run is doing when the signal comes.
    struct Stage: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Of the world, beside its three tokens.
        var faults: String
        var settings = "rate: 'none'"
        var options: [String] = []
        var looksUp = false
        /// So many requests have come by then.
        var requests: Int
        /// Whether there is a job that can be resumed.
        var leavesJob: Bool
        /// Whether the request that waits may end before the program does: a second signal cuts it short.
        var takesTwo = false
    }

    private static let stages = [
        Stage(testDescription: "it asks about the credential", faults: hang("path: '/tokens/verify'"), requests: 1, leavesJob: false),
        Stage(
            testDescription: "it lists an account", faults: hang("path: '/access/service_tokens'"), looksUp: true, requests: 1,
            leavesJob: false),
        Stage(
            testDescription: "the first DELETE hangs", faults: "{ kind: 'hang', ms: 100000 }", requests: 2, leavesJob: true, takesTwo: true),
        Stage(
            testDescription: "it waits out a 429", faults: "{ kind: 'rate_limited_971', seconds: 300, times: 1 }", requests: 2,
            leavesJob: true),
        Stage(
            testDescription: "it waits for the budget", faults: "", options: ["--rate", "2/10m", "--reserve", "0%"], requests: 2,
            leavesJob: true),
        Stage(testDescription: "it waits for another try", faults: "{ kind: 'http_500' }", requests: 3, leavesJob: true),
    ]

    private static func hang(_ condition: String) -> String { "{ kind: 'hang', ms: 100000, methods: ['GET'], \(condition) }" }

    @Test(arguments: stages, [SIGTERM, SIGINT, SIGHUP])
    func `a signal ends it at any stage`(stage: Stage, signal: Int32) async throws {
        let world = Sample.world("{ generate: 3 }", settings: stage.settings, more: "faults: [\(stage.faults)]")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            let environment: [String: String?] = stage.looksUp ? ["TOKENSWEEP_NO_LOOKUP": nil] : [:]
            let words = ["run", "m.csv", "--yes", "--concurrency", "1", "--timeout", "80s", "--name", "s"] + stage.options
            let child = try bench.start(words, environment: environment)
            try await bench.simulator.ledger(holding: stage.requests)
            child.send(signal)
            if stage.takesTwo {
                try await eventually("the word that it is stopping") { child.errors.contains("stopping") }
                child.send(signal)
            }
            let result = try await bench.end(of: child, within: .seconds(60))
            expectExit(result, 4)
            if stage.leavesJob {
                #expect(try await bench.status("s").state == "unfinished")
                let report = try await bench.report()
                expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...3))
                #expect(report.count("in_flight") == 0 || stage.takesTwo)
            } else {
                #expect(result.errors.contains("nothing was sent"))
                #expect(try await bench.jobs().isEmpty)
            }
        }
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func `a signal while it verifies ends the listing, and the report is written`(signal: Int32) async throws {
        let fault = Self.hang("path: '/access/service_tokens'")
        try await Workbench.with(world: Sample.world("{ generate: 3 }", more: "faults: [\(fault)]")) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            let words = ["run", "m.csv", "--yes", "--rate", "none", "--timeout", "80s", "--verify", "--report", "out.jsonl"]
            let child = try bench.start(words)
            // The credential, three tokens, and a list that does not come.
            try await bench.simulator.ledger(holding: 5)
            child.send(signal)
            let result = try await bench.end(of: child, within: .seconds(60))
            #expect(result.exitCode == 4, "\(result.errors)")
            let report = try JSONReading.lines(ReportLine.self, try bench.folder.text(of: "out.jsonl"))
            #expect(report.outcomes == Array(repeating: "deleted", count: 3))
            #expect(try await bench.status().state == "finished")
        }
    }

    @Test func `a terminal that is closed stops it as SIGHUP does, and the report is written`() async throws {
        let world = Sample.world("{ generate: 200 }", settings: "rate: 'none', latency: '50ms'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...200), to: "m.csv")
            let terminal = try Terminal()
            let words = ["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "2", "--report", "out.jsonl"]
            let child = try bench.start(words, input: .terminal(terminal))
            try await bench.simulator.ledger(holding: 10)
            terminal.hangUp()
            #expect(try await child.wait().exitCode == 4)
            let report = try JSONReading.lines(ReportLine.self, try bench.folder.text(of: "out.jsonl"))
            #expect(report.count == 200 && report.count("in_flight") == 0 && report.count("pending") > 0)
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...200))
            expectExit(try await bench.call("resume", "--concurrency", "64"), 0)
            #expect(try bench.simulator.ledger().deletes.count == 200)
        }
    }

    @Test func `a terminal that is closed while it asks is no yes`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            let terminal = try Terminal()
            let child = try bench.start(["run", "m.csv"], input: .terminal(terminal))
            try await eventually("the question") { terminal.text.contains("to go on: ") }
            terminal.hangUp()
            // The signal and the end of the input come at once.
            #expect([2, 4].contains(try await child.wait().exitCode))
            try await expectUntouched(bench, lookups: 1)
        }
    }

    @Test func `under nohup a hang-up is ignored`() async throws {
        let world = Sample.world("{ generate: 200 }", settings: "rate: 'none', latency: '20ms'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...200), to: "m.csv")
            let words = ["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "2"]
            let child = try bench.start(words, through: ["nohup"])
            try await bench.simulator.ledger(holding: 10)
            child.send(SIGHUP)
            expectExit(try await bench.end(of: child), 0)
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...200))
        }
    }

    @Test func `what a shell started in the background heeds SIGTERM, not SIGINT`() async throws {
        let world = Sample.world("{ generate: 200 }", settings: "rate: 'none', latency: '50ms'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...200), to: "m.csv")
            let words = ["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "2"]
            // A shell without job control starts background commands like this.
            let child = try bench.start(words, through: ["env", "--ignore-signal=INT"])
            try await bench.simulator.ledger(holding: 10)
            child.send(SIGINT)
            let count = try bench.simulator.ledger().entries.count
            try await bench.simulator.ledger(holding: count + 10)
            child.send(SIGTERM)
            expectExit(try await bench.end(of: child), 4)
        }
    }
}
