import Glibc
import SweepTestSupport
import Testing

/// A job that goes in front of one that runs on the same queue.
@Suite(.timeLimit(.minutes(3)))
struct UrgencyTests {
    private static let pace = ["--rate", "30/1s", "--reserve", "0%", "--concurrency", "4"]
    private static let world = Sample.world("{ generate: 640 }", settings: "rate: '30/1s', window: 'sliding', latency: '30ms'")
    private static let urgent = Set((401...430).map { Sample.id($0) })

    /// Starts the job `slow` with 400 tokens, and returns when its first requests were answered.
    private func start(_ bench: Workbench) async throws -> ChildProcess {
        try bench.folder.write(Sample.csv(1...400), to: "slow.csv")
        try bench.folder.write(Sample.csv(401...430), to: "urgent.csv")
        let run = try bench.start(["run", "slow.csv", "--yes", "--name", "slow", "--report", "slow.jsonl"] + Self.pace)
        try await bench.simulator.ledger(holding: 20)
        return run
    }

    /// Starts the urgent job, which has the queue as soon as it asks, and returns when it asks and the slow job waits.
    private func askBeforeSlow(_ bench: Workbench, _ slow: ChildProcess) async throws -> (urgent: ChildProcess, terminal: Terminal) {
        let terminal = try Terminal()
        let urgent = try bench.start(words("--before", "slow"), input: .terminal(terminal))
        try await eventually("the question") { terminal.text.contains("Type 30 to go on: ") }
        try await eventually("the wait") { slow.errors.contains("this one goes on when that is done") }
        return (urgent, terminal)
    }

    private func words(_ more: String...) -> [String] { ["run", "urgent.csv", "--name", "urgent"] + more + Self.pace }

    /// Expects that no DELETE of the slow job stands among those of the urgent one, and that the budget held across both.
    private func expectInFront(_ ledger: Ledger, sourceLocation: SourceLocation = #_sourceLocation) {
        let isUrgent = ledger.deletes.map { Self.urgent.contains($0.tokenId ?? "") }
        let (first, last) = (isUrgent.firstIndex(of: true) ?? 0, isUrgent.lastIndex(of: true) ?? 0)
        #expect(isUrgent[first...last].allSatisfy { $0 }, sourceLocation: sourceLocation)
        #expect(first > 0 && last < isUrgent.count - 1, "the slow job had begun and was not done", sourceLocation: sourceLocation)
        #expect(!ledger.entries.contains { $0.rateLimited }, sourceLocation: sourceLocation)
        #expect(ledger.mostArrivals(within: 1000) <= 30, sourceLocation: sourceLocation)
        #expect(ledger.deletesByToken.values.allSatisfy { $0 == 1 }, sourceLocation: sourceLocation)
    }

    @Test func `the urgent job goes first, the other waits and goes on by itself`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            let slow = try await start(bench)
            let urgent = try await bench.end(of: try bench.start(words("--yes", "--before", "slow")))
            expectExit(urgent, 0)
            let result = try await bench.end(of: slow)
            expectExit(result, 0)
            #expect(result.errors.contains("making way for a more urgent job") && result.errors.contains("going on"))
            #expect(!result.errors.contains("Stopped"))
            let ledger = try bench.simulator.ledger()
            expectInFront(ledger)
            #expect(ledger.removed == Sample.keys(1...430))
            expectAgreement(
                try JSONReading.lines(ReportLine.self, try bench.folder.text(of: "slow.jsonl")), ledger.only { !Self.urgent.contains($0) },
                existing: Sample.keys(1...640))
            for job in try await bench.jobs() { #expect(job.state == "finished" && job.gone == job.total) }
        }
    }

    @Test func `who went in front of a job that went in front comes first again`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            let slow = try await start(bench)
            try bench.folder.write(Sample.csv(431...440), to: "top.csv")
            try bench.folder.write(Sample.csv(441...640), to: "middle.csv")
            let middle = try bench.start(["run", "middle.csv", "--name", "middle", "--yes", "--before", "slow"] + Self.pace)
            let isMiddle = { (entry: LedgerEntry) in (441...640).contains { Sample.id($0) == entry.tokenId } }
            try await eventually("its first DELETE") { try bench.simulator.ledger().deletes.contains(where: isMiddle) }
            expectExit(try await bench.end(of: try bench.start(["run", "top.csv", "--yes", "--before", "middle"] + Self.pace)), 0)
            expectExit(try await bench.end(of: middle), 0)
            expectExit(try await bench.end(of: slow), 0)
            let deletes = try bench.simulator.ledger().deletes
            let top = deletes.indices.filter { index in (431...440).contains { Sample.id($0) == deletes[index].tokenId } }
            #expect(top.count == 10 && (top.last ?? 0) - (top.first ?? 0) == 9)
            let (first, last) = (deletes.firstIndex(where: isMiddle) ?? 0, deletes.lastIndex(where: isMiddle) ?? 0)
            #expect(last - first == 209, "nothing of the slow job between the first and the last of the middle one")
            #expect(try bench.simulator.ledger().entries.allSatisfy { !$0.rateLimited })
        }
    }

    @Test func `manifests are worked in the order given`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 30 }")) { bench in
            for (name, numbers) in [("a.csv", 1...10), ("b.csv", 21...30), ("c.csv", 11...20)] {
                try bench.folder.write(Sample.csv(numbers), to: name)
            }
            expectExit(try await bench.call("run", "b.csv", "c.csv", "a.csv", "--yes", "--concurrency", "1"), 0)
            let numbers = [21...30, 11...20, 1...10].joined()
            #expect(try bench.simulator.ledger().deletes.map(\.tokenId) == numbers.map { Sample.id($0) })
        }
    }

    @Test func `without a terminal nobody goes in front who does not say so`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            let slow = try await start(bench)
            for words in [words("--yes"), words()] {
                let refused = try await bench.end(of: try bench.start(words))
                expectExit(refused, 2)
                #expect(refused.errors.contains("the job slow (1) is running on this queue") && refused.errors.contains("--before slow"))
            }
            expectExit(try await bench.end(of: try bench.start(words("--yes", "--before", "sloow"))), 2)
            expectExit(try await bench.call("cancel", "slow"), 0)
            expectExit(try await bench.end(of: slow), 1)
            #expect(try bench.simulator.ledger().deletes.allSatisfy { !Self.urgent.contains($0.tokenId ?? "") })
            // Where nobody runs there is nobody to go in front of.
            let late = try await bench.end(of: try bench.start(words("--yes", "--before", "slow")))
            expectExit(late, 0)
            #expect(late.errors.contains("is not running: nobody has to wait"))
        }
    }

    @Test(arguments: ["y", "n"])
    func `on a terminal it is offered`(answer: String) async throws {
        try await Workbench.with(world: Self.world) { bench in
            let slow = try await start(bench)
            let terminal = try Terminal()
            let urgent = try bench.start(words(), input: .terminal(terminal))
            try await eventually("the offer") { terminal.text.contains("Go in front of it?") }
            try terminal.type(answer)
            if answer == "y" {
                try await eventually("the question") { terminal.text.contains("Type 30 to go on: ") }
                try terminal.type("30")
            }
            expectExit(try await bench.end(of: urgent), answer == "y" ? 0 : 2)
            expectExit(try await bench.end(of: slow), 0)
            let ledger = try bench.simulator.ledger()
            if answer == "y" { expectInFront(ledger) }
            #expect(ledger.removed == Sample.keys(1...(answer == "y" ? 430 : 400)))
        }
    }

    @Test func `a plan that is refused after all costs the other job a pause and nothing else`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            let slow = try await start(bench)
            expectExit(try await bench.end(of: try bench.start(words("--yes", "--before", "slow", "--max-deletes", "1"))), 2)
            expectExit(try await bench.end(of: slow), 0)
            #expect(try await bench.jobs().map(\.name) == ["slow"])
            #expect(try bench.simulator.ledger().removed == Sample.keys(1...400))
        }
    }

    @Test func `an urgent job that is killed lets the other one go on`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            let slow = try await start(bench)
            let urgent = try bench.start(words("--yes", "--before", "slow"))
            try await eventually("an urgent DELETE") {
                try bench.simulator.ledger().deletes.contains { Self.urgent.contains($0.tokenId ?? "") }
            }
            urgent.send(SIGKILL)
            _ = try await urgent.wait()
            expectExit(try await bench.end(of: slow), 0)
            expectExit(try await bench.call("resume", "urgent"), 0)
            let ledger = try bench.simulator.ledger()
            #expect(ledger.removed == Sample.keys(1...430) && !ledger.entries.contains { $0.rateLimited })
            expectAgreement(try await bench.report("urgent"), ledger.only { Self.urgent.contains($0) }, existing: Sample.keys(1...640))
        }
    }

    @Test(arguments: ["pause", "cancel"])
    func `a job that waits heeds other terminals`(command: String) async throws {
        try await Workbench.with(world: Self.world) { bench in
            let slow = try await start(bench)
            let (urgent, terminal) = try await askBeforeSlow(bench, slow)
            expectExit(try await bench.call(command, "slow"), 0)
            let sent = try bench.simulator.ledger().deletes.count
            if command == "pause" {
                expectExit(try await bench.end(of: slow), 4)
                #expect(try await bench.status("slow").stopReason == "paused")
            } else {
                #expect(try await bench.call("status", "slow").output.contains("given up, its tokens to be skipped"))
            }
            try terminal.type("30")
            expectExit(try await bench.end(of: urgent), 0)
            if command == "cancel" {
                expectExit(try await bench.end(of: slow), 1)
                #expect(try await bench.status("slow").state == "finished")
            }
            let ledger = try bench.simulator.ledger()
            #expect(ledger.deletes.count == sent + 30, "what waited sends nothing more")
            let report = try await bench.report("slow")
            expectAgreement(report, ledger.only { !Self.urgent.contains($0) }, existing: Sample.keys(1...640))
            #expect(report.count(command == "pause" ? "pending" : "skipped") == 400 - sent)
        }
    }

    @Test func `a job that waits can be interrupted and resumed`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            let slow = try await start(bench)
            let (urgent, terminal) = try await askBeforeSlow(bench, slow)
            let status = try await bench.status("slow")
            #expect(status.state == "unfinished" && status.stopReason == "waiting for a more urgent job")
            slow.send(SIGTERM)
            expectExit(try await bench.end(of: slow), 4)
            #expect(bench.folder.holds("slow.jsonl"))
            try terminal.type("30")
            expectExit(try await bench.end(of: urgent), 0)
            expectExit(try await bench.call("resume", "slow"), 0)
            #expect(try bench.simulator.ledger().removed == Sample.keys(1...430))
        }
    }
}

extension Ledger {
    /// The requests about some tokens.
    fileprivate func only(_ isMeant: (String) -> Bool) -> Ledger {
        var part = self
        part.entries = entries.filter { isMeant($0.tokenId ?? "") }
        return part
    }
}
