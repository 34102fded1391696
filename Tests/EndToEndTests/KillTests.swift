import Glibc
import SweepTestSupport
import Testing

/// Processes that are killed, interrupted, or two at once.
@Suite(.timeLimit(.minutes(3)))
struct KillTests {
    /// Enough for seconds after the last kill, so that no kill comes too late; what follows the kills is sent faster.
    private static let count = 1500
    private static let concurrency = 8
    private static let world = Sample.world(
        "{ generate: \(count - 10) }, { generate: 10, first: \(count - 9), in_use: true }",
        settings: "rate: 'none', latency: '20ms', jitter: '20ms'")
    private static let words = ["m.csv", "--yes", "--rate", "none", "--concurrency", "\(concurrency)", "--name", "k"]

    @Test(arguments: 1...2)
    func `killed again and again, the job ends like one that was left alone`(round: Int) async throws {
        let undisturbed = try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...Self.count), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--rate", "none", "--concurrency", "64"), 1)
            return try await bench.report()
        }
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...Self.count), to: "m.csv")
            var caught: Set<TokenKey> = []
            // The first request asks about the credential.
            let kills = [2, 35 * round, 120, 210 + round, 350]
            for (index, entries) in kills.enumerated() {
                let child = try bench.start(index == 0 ? ["run"] + Self.words : ["resume"])
                try await bench.simulator.ledger(holding: entries)
                child.send(SIGKILL)
                #expect(try await child.wait().signal == SIGKILL, "the job ended too early for this test")
                // What a dead owner left behind says so itself, and every row is still there.
                let report = try await bench.report()
                #expect(report.count == Self.count)
                expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...Self.count))
                let inFlight = report.filter { $0.outcome == "in_flight" }.map(\.key)
                #expect(inFlight.count <= Self.concurrency)
                caught.formUnion(inFlight)
            }
            expectExit(try await bench.call("resume", "--concurrency", "64"), 1)

            let report = try await bench.report()
            let ledger = try bench.simulator.ledger()
            expectAgreement(report, ledger, existing: Sample.keys(1...Self.count))
            let repeated = Set(ledger.deletesByToken.filter { $0.value > 1 }.keys)
            #expect(repeated.isSubset(of: caught), "a DELETE was sent again although its answer was known")
            #expect(repeated.count <= Self.concurrency * kills.count)
            #expect(ledger.deletesByToken.count == Self.count)
            expectEqual(report, undisturbed, but: caught)
        }
    }

    /// Row by row, but for times, rays and what a lost answer would have told.
    private func expectEqual(_ report: [ReportLine], _ undisturbed: [ReportLine], but caught: Set<TokenKey>) {
        #expect(report.map(\.key) == undisturbed.map(\.key))
        for (line, other) in zip(report, undisturbed) {
            #expect([line.manifest, "\(line.line)", line.scope, line.note] == [other.manifest, "\(other.line)", other.scope, other.note])
            if line.outcome == "presumed_deleted" {
                #expect(caught.contains(line.key))
                #expect(other.outcome == "deleted")
                continue
            }
            #expect(line.outcome == other.outcome)
            #expect(
                [line.reason, line.name, line.clientId, line.duration, line.expiresAt] == [
                    other.reason, other.name, other.clientId, other.duration, other.expiresAt,
                ])
            #expect([line.httpStatus, line.errorCode] == [other.httpStatus, other.errorCode])
            if !caught.contains(line.key) { #expect(line.attempts == 1) }
        }
    }

    @Test func `killed among faults, the report still tells the truth`() async throws {
        let faults = ["lost_reply", "reset_before", "truncated", "wrong_id", "wrong_id_done", "http_500", "not_json_200"]
        let rules = faults.map { "{ kind: '\($0)', probability: 0.05 }" }.joined(separator: ", ")
        let world = Sample.world(
            "{ generate: 500 }", settings: "rate: 'none', latency: '8ms', jitter: '8ms', seed: 3", more: "faults: [\(rules)]")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...510), to: "m.csv")
            for (index, entries) in [10, 90, 170, 250].enumerated() {
                let child = try bench.start(index == 0 ? ["run", "--new"] + Self.words : ["resume"])
                try await bench.simulator.ledger(holding: entries)
                child.send(SIGKILL)
                _ = try await child.wait()
                expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...500))
            }
            expectExit(try await bench.call("resume", "--concurrency", "32"), 0)
            let report = try await bench.report()
            let ledger = try bench.simulator.ledger()
            expectAgreement(report, ledger, existing: Sample.keys(1...500))
            #expect(report.count == 510)
            #expect(ledger.removed == Sample.keys(1...500))
        }
    }

    @Test func `killed at its very beginning, it leaves a queue that works`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 30 }")) { bench in
            try bench.folder.write(Sample.csv(1...30), to: "m.csv")
            // What appears in this order while a queue is made.
            for file in ["", "queue.db-owner", "queue.db", "queue.db-wal", "queue.db", "queue.db-wal"] {
                let child = try bench.start(["run", "m.csv", "--yes", "--rate", "none"])
                try await eventually("\(file)") { child.ending != nil || bench.folder.holds("state/tokensweep/\(file)") }
                child.send(SIGKILL)
                _ = try await child.wait()
            }
            expectExit(try await bench.call("run", "m.csv", "--yes", "--rate", "none"), 0)
            let ledger = try bench.simulator.ledger()
            #expect(ledger.removed == Sample.keys(1...30))
            for job in try await bench.jobs() {
                // A job that was killed in the middle has been gone on with; only its beginning may have been lost.
                #expect(job.state == "finished")
                let report = try await bench.report("\(job.job)")
                #expect(report.count == 30)
                #expect(report.allSatisfy { ledger.removed.contains($0.key) })
            }
        }
    }

    @Test(arguments: [2, 5, 10])
    func `of many that start at once, one works and none does harm`(count: Int) async throws {
        let world = Sample.world("{ generate: 60 }", settings: "rate: 'none', latency: '20ms'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...60), to: "m.csv")
            let herd = try (1...count).map { _ in try bench.start(["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "2"]) }
            var codes: [Int32?] = []
            for child in herd { codes.append(try await bench.end(of: child).exitCode) }
            #expect(codes.contains(0))
            #expect(codes.allSatisfy { $0 == 0 || $0 == 2 }, "\(codes)")
            let ledger = try bench.simulator.ledger()
            #expect(ledger.removed == Sample.keys(1...60))
            #expect(ledger.entries.count { $0.effect == "deleted" } == 60)
            // Whoever came after the end found everything gone.
            let jobs = try await bench.jobs()
            #expect(jobs.count == codes.count { $0 == 0 })
            #expect(ledger.deletes.count == 60 * jobs.count)
        }
    }

    @Test func `a second runner is told who owns the queue, and sends nothing`() async throws {
        // Long enough for any machine; it is interrupted when all has been seen.
        let world = Sample.world("{ generate: 600 }", settings: "rate: 'none', latency: '100ms'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...500), to: "m.csv")
            try bench.folder.write(Sample.csv(501...600), to: "other.csv")
            let child = try bench.start(["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "1", "--name", "first"])
            try await bench.simulator.ledger(holding: 2)
            let other: [String: String?] = [
                "CLOUDFLARE_API_TOKEN": nil, "CLOUDFLARE_EMAIL": Sample.email, "CLOUDFLARE_API_KEY": Sample.key,
            ]
            for words in [["run", "other.csv", "--yes"], ["run", "m.csv", "--yes"], ["resume"], ["retry", "first"]] {
                let refused = try await bench.end(of: try bench.start(words, environment: other))
                expectExit(refused, 2)
                #expect(refused.errors.contains("process \(child.pid)"))
            }
            child.send(SIGINT)
            expectExit(try await bench.end(of: child), 4)
            expectExit(try await bench.call("resume", "--concurrency", "128"), 0)
            let ledger = try bench.simulator.ledger()
            #expect(ledger.entries.allSatisfy { $0.credential == "ops" })
            #expect(ledger.removed == Sample.keys(1...500))
            #expect(ledger.deletes.count == 500)
            #expect(try await bench.jobs().map(\.name) == ["first"])
        }
    }

    @Test func `killed while it asks, it leaves no job behind`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            let terminal = try Terminal()
            let child = try bench.start(["run", "m.csv", "--name", "k"], input: .terminal(terminal))
            try await eventually("the question") { terminal.text.contains("to go on: ") }
            child.send(SIGKILL)
            _ = try await child.wait()
            try await expectUntouched(bench, lookups: 1)
            expectExit(try await bench.call("run", "m.csv", "--yes", "--name", "k"), 0)
            #expect(try await bench.jobs().map(\.name) == ["k"])
        }
    }

    @Test func `interrupted while it asks, it sends nothing and leaves no job behind`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            let terminal = try Terminal()
            let child = try bench.start(["run", "m.csv"], input: .terminal(terminal))
            try await eventually("the question") { terminal.text.contains("to go on: ") }
            child.send(SIGINT)
            expectExit(try await bench.end(of: child), 4)
            try await expectUntouched(bench, lookups: 1)
        }
    }

    @Test func `interrupted while it waits for a manifest, it sends nothing and leaves no job behind`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            let terminal = try Terminal()
            let child = try bench.start(["run", "-", "--yes"], input: .terminal(terminal))
            try terminal.type("service_token_id,account_id")
            try await eventually("the queue") { try await bench.call("jobs").exitCode == 0 }
            child.send(SIGINT)
            let result = try await bench.end(of: child)
            expectExit(result, 4)
            #expect(result.errors.contains("nothing was sent"))
            try await expectUntouched(bench)
        }
    }

    // MARK: - Signals

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `the first signal lets requests in flight finish`(signal: Int32) async throws {
        let world = Sample.world("{ generate: 200 }", settings: "rate: 'none', latency: '300ms'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...200), to: "m.csv")
            let child = try bench.start(["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "4", "--report", "out.jsonl"])
            // After the gentle first request four are in flight at any time.
            try await bench.simulator.ledger(holding: 5)
            child.send(signal)
            let result = try await bench.end(of: child)
            expectExit(result, 4)
            let ledger = try bench.simulator.ledger()
            let report = try JSONReading.lines(ReportLine.self, try bench.folder.text(of: "out.jsonl"))
            expectAgreement(report, ledger, existing: Sample.keys(1...200))
            #expect(report.count("in_flight") == 0)
            #expect(report.count("deleted") == ledger.removed.count)
            #expect(report.count("deleted") + report.count("pending") == 200)
            #expect(report.count("deleted") < 200)
            #expect(result.errors.contains("tokensweep resume"))

            expectExit(try await bench.call("resume", "--concurrency", "64"), 0)
            let after = try bench.simulator.ledger()
            #expect(after.deletesByToken.values.allSatisfy { $0 == 1 }, "an interruption costs no DELETE twice")
            expectAgreement(try await bench.report(), after, existing: Sample.keys(1...200))
            #expect(try await bench.report().count("deleted") == 200)
        }
    }

    @Test func `a signal ends a wait for the budget at once`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 20 }")) { bench in
            try bench.folder.write(Sample.csv(1...20), to: "m.csv")
            let child = try bench.start(["run", "m.csv", "--yes", "--rate", "6/10m", "--reserve", "0%"])
            try await bench.simulator.ledger(holding: 6)
            child.send(SIGTERM)
            // The budget would let it wait for ten minutes.
            expectExit(try await bench.end(of: child), 4)
            #expect(try bench.simulator.ledger().deletes.count == 5)
            #expect(try await bench.report().count("pending") == 15)
        }
    }

    @Test func `the second signal stops at once, and what was in flight is remembered`() async throws {
        // The API deletes both tokens that hang, and never says so.
        let world = Sample.world(
            "{ generate: 3 }", "{ generate: 2, first: 4, faults: [{ kind: 'hang', done: true, times: 1 }] }", "{ generate: 3, first: 6 }")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...8), to: "m.csv")
            let child = try bench.start(["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "2", "--timeout", "10m"])
            try await eventually("two requests that hang") { try bench.simulator.ledger().entries.count { $0.fault == "hang" } == 2 }
            child.send(SIGINT)
            try await eventually("the word that it is stopping") { child.errors.contains("stopping") }
            #expect(child.ending == nil)
            child.send(SIGINT)
            // The requests would hang for ten minutes.
            expectExit(try await bench.end(of: child), 4)
            let ledger = try bench.simulator.ledger()
            let report = try await bench.report()
            expectAgreement(report, ledger, existing: Sample.keys(1...8))
            #expect(report.count("deleted") == 3)

            expectExit(try await bench.call("resume"), 0)
            let after = try await bench.report()
            #expect(after.filter { $0.outcome == "presumed_deleted" }.map(\.serviceTokenId) == [Sample.id(4), Sample.id(5)])
            #expect(after.count("deleted") == 6)
            expectAgreement(after, try bench.simulator.ledger(), existing: Sample.keys(1...8))
        }
    }
}
