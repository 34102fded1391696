import Glibc
import SweepTestSupport
import Testing

/// Jobs: their names, going on with them, and looking at them.
@Suite(.timeLimit(.minutes(3)))
struct JobTests {
    /// Leaves an unfinished job behind: its credential was refused.
    private func halt(_ bench: Workbench, _ words: String...) async throws {
        let refused = try await bench.end(
            of: try bench.start(["run", "--yes"] + words, environment: ["CLOUDFLARE_API_TOKEN": Sample.revokedToken]))
        expectExit(refused, 3)
    }

    @Test func `the same manifest goes on with the unfinished job`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 6 }")) { bench in
            try bench.folder.write(Sample.csv(1...6), to: "m.csv")
            try await halt(bench, "m.csv")
            let again = try await bench.call("run", "m.csv", "--yes")
            expectExit(again, 0)
            #expect(again.errors.contains("Going on with the unfinished job"))
            #expect(try await bench.jobs().count == 1)
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...6))
        }
    }

    @Test func `a new job is started where that is asked for`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 6 }")) { bench in
            try bench.folder.write(Sample.csv(1...6), to: "m.csv")
            try await halt(bench, "m.csv", "--name", "first")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--new", "--name", "second"), 0)
            expectExit(try await bench.call("run", "m.csv", "--yes", "--name", "third"), 0)
            let jobs = try await bench.jobs()
            #expect(jobs.map(\.name) == ["third", "second", "first"])
            #expect(jobs.map(\.state) == ["finished", "finished", "halted"])
            #expect(try await bench.report("third").outcomes == Array(repeating: "already_absent", count: 6))
        }
    }

    @Test func `a job is gone on with under its own name`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 6 }")) { bench in
            try bench.folder.write(Sample.csv(1...6), to: "m.csv")
            try await halt(bench, "m.csv", "--name", "incident")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--name", "incident"), 0)
            #expect(try await bench.jobs().map(\.name) == ["incident"])
        }
    }

    @Test func `a name does not hide an unfinished job with another plan`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 6 }")) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "a.csv")
            try bench.folder.write(Sample.csv(4...6), to: "b.csv")
            try await halt(bench, "a.csv", "--name", "incident")
            for words in [["b.csv"], ["b.csv", "--new"]] {
                let refused = try await bench.end(of: try bench.start(["run", "--yes", "--name", "incident"] + words))
                expectExit(refused, 2)
                #expect(refused.errors.contains("the unfinished job incident"))
            }
            #expect(try await bench.jobs().map(\.name) == ["incident"])
            #expect(try bench.simulator.ledger().removed.isEmpty)
        }
    }

    @Test func `the name of a finished job can be used again, and means the newest`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 6 }")) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "a.csv")
            try bench.folder.write(Sample.csv(4...6), to: "b.csv")
            expectExit(try await bench.call("run", "a.csv", "--yes", "--name", "incident"), 0)
            expectExit(try await bench.call("run", "b.csv", "--yes", "--name", "incident"), 0)
            #expect(try await bench.jobs().map(\.name) == ["incident", "incident"])
            #expect(Set(try await bench.report("incident").map(\.key)) == Sample.keys(4...6))
        }
    }

    @Test func `a job is found by name and by id, and the newest without either`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 6 }")) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "a.csv")
            try bench.folder.write(Sample.csv(4...6), to: "b.csv")
            expectExit(try await bench.call("run", "a.csv", "--yes", "--name", "alpha"), 0)
            expectExit(try await bench.call("run", "b.csv", "--yes", "--name", "beta"), 0)
            #expect(try await bench.status("alpha").name == "alpha")
            let alpha = try await bench.status("alpha").job
            #expect(try await bench.status("\(alpha)").name == "alpha")
            #expect(try await bench.status().name == "beta")
            let unknown = try await bench.call("status", "alpa")
            expectExit(unknown, 2)
            #expect(unknown.errors.contains("did you mean 'alpha'?"))
        }
    }

    @Test func `a running job can be looked at without disturbing it`() async throws {
        // Long enough for any machine; it is interrupted when all has been seen.
        try await Workbench.with(world: Sample.world("{ generate: 500 }", settings: "rate: 'none', latency: '100ms'")) { bench in
            try bench.folder.write(Sample.csv(1...500), to: "m.csv")
            let child = try bench.start(["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "1", "--name", "slow"])
            try await bench.simulator.ledger(holding: 3)
            let status = try await bench.status()
            let words = try await bench.call("status")
            let jobs = try await bench.call("jobs")
            let report = try await bench.report()
            #expect(child.ending == nil)
            #expect(status.running == true)
            #expect(status.owner?.contains("process \(child.pid)") == true)
            #expect(status.state == "unfinished")
            #expect(status.total == 500)
            #expect((1..<500).contains(status.gone))
            #expect(words.output.contains("running (process \(child.pid)"))
            #expect(jobs.output.contains("running"))
            #expect(report.count == 500)
            #expect(report.count("pending") > 0)
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...500))

            child.send(SIGINT)
            expectExit(try await bench.end(of: child), 4)
            #expect(try await bench.call("jobs").output.contains("unfinished"))
            expectExit(try await bench.call("resume", "--concurrency", "128"), 0)
            let after = try await bench.status()
            #expect(after.running == false)
            #expect(after.state == "finished")
            #expect(after.outcomes["deleted"] == 500)
            #expect(try await bench.call("jobs").output.contains("finished"))
            let ledger = try bench.simulator.ledger()
            #expect(ledger.deletes.count == 500)
            expectAgreement(try await bench.report(), ledger, existing: Sample.keys(1...500))
        }
    }

    @Test func `no more requests are in flight than allowed`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 60 }", settings: "rate: 'none', latency: '60ms'")) { bench in
            try bench.folder.write(Sample.csv(1...60), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--rate", "none", "--concurrency", "5"), 0)
            let entries = try bench.simulator.ledger().entries
            let most = entries.map { entry in
                entries.count { $0.atMs <= entry.atMs && entry.atMs < ($0.answeredMs ?? .max) }
            }.max()
            #expect(most == 5)
        }
    }

    @Test func `a job is never taken to another API`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            try await halt(bench, "m.csv")
            // The real API, out of reach behind a proxy that is not there.
            let real: [String: String?] = ["CLOUDFLARE_BASE_URL": nil, "HTTPS_PROXY": "http://127.0.0.1:1"]
            let refused = try await bench.call("resume", environment: real)
            expectExit(refused, 2)
            #expect(refused.errors.contains(bench.simulator.baseURL))
            #expect(try await bench.status().state == "halted")
        }
    }

    @Test func `watching a status ends with the job`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 20 }", settings: "rate: 'none', latency: '100ms'")) { bench in
            try bench.folder.write(Sample.csv(1...20), to: "m.csv")
            let child = try bench.start(["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "1"])
            // The first request asks about the credential, and there is no job before its answer.
            try await bench.simulator.ledger(holding: 2)
            let watcher = try bench.start(["status", "--watch"])
            expectExit(try await bench.end(of: child), 0)
            let seen = try await bench.end(of: watcher)
            expectExit(seen, 0)
            #expect(seen.output.contains("All 20 tokens are gone"))
        }
    }

    @Test func `an unfinished job has a report and a status`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 4 }")) { bench in
            try bench.folder.write(Sample.csv(1...4), to: "m.csv")
            try await halt(bench, "m.csv", "--report", "out.csv")
            // Written when the command ends, however it ends.
            #expect(
                try Table(csv: try bench.folder.text(of: "out.csv")).rows.map { $0["outcome"] } == Array(repeating: "pending", count: 4))
            #expect(try await bench.report().outcomes == Array(repeating: "pending", count: 4))
            let status = try await bench.status()
            #expect(status.state == "halted")
            #expect(status.stopReason?.contains("credential") == true)
            #expect(try await bench.call("status").output.contains("To go on: tokensweep resume"))
            // The report is the job's: `resume` writes it again.
            expectExit(try await bench.call("resume"), 0)
            #expect(
                try Table(csv: try bench.folder.text(of: "out.csv")).rows.map { $0["outcome"] } == Array(repeating: "deleted", count: 4))
        }
    }

    @Test func `a finished job that is resumed sends nothing and says how it ended`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 2 }, { generate: 1, first: 50, in_use: true }")) { bench in
            try bench.folder.write(Sample.csv([1, 50]), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 1)
            let sent = try bench.simulator.ledger().entries.count
            let again = try await bench.call("resume")
            expectExit(again, 1)
            #expect(again.errors.contains("1 of 2 tokens"))
            #expect(try bench.simulator.ledger().entries.count == sent)
            #expect(try await bench.status().state == "finished")
        }
    }

    @Test func `a report shows only what is asked for`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }, { generate: 2, first: 50, in_use: true }")) { bench in
            try bench.folder.write(Sample.csv(Array(1...3) + [50, 51, 99]), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 1)
            let some = try await bench.call("report", "--only", "blocked,already_absent")
            let table = try Table(csv: some.output)
            #expect(table.columns == RunTests.columns)
            #expect(table.rows.map { $0["outcome"] } == ["blocked", "blocked", "already_absent"])
            for format in ["text", "md"] {
                let shown = try await bench.call("report", "--format", format)
                expectExit(shown, 0)
                #expect(shown.output.contains("4 of 6 tokens are gone"))
            }
            expectExit(try await bench.call("report", "--format", "pdf"), 2)
        }
    }

    @Test func `blocked and failed tokens are tried again when that is asked for`() async throws {
        // The token of the second row is refused once, the one of the third as long as it is in use: for one attempt.
        let world = Sample.world(
            "{ generate: 1 }", "{ generate: 1, first: 2, faults: [{ kind: 'invalid_request_12130', times: 1 }] }",
            "{ generate: 1, first: 3, faults: [{ kind: 'answer', times: 1, status: 400, body: \(Self.inUse) }] }")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--name", "r"), 1)
            #expect(try await bench.report().outcomes == ["deleted", "failed", "blocked"])
            expectExit(try await bench.call("retry", "r"), 0)
            #expect(try await bench.report().outcomes == ["deleted", "pending", "blocked"])
            expectExit(try await bench.call("resume"), 1)
            #expect(try await bench.report().outcomes == ["deleted", "deleted", "blocked"])
            expectExit(try await bench.call("retry", "r", "--blocked"), 0)
            expectExit(try await bench.call("resume", "r"), 0)
            let report = try await bench.report()
            #expect(report.outcomes == ["deleted", "deleted", "deleted"])
            #expect(report.map(\.attempts) == [1, 2, 2])
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...3))
        }
    }

    private static let inUse =
        "{ success: false, errors: [{ code: 12139, message: 'access.api.error.service_token_in_use: it is used.' }], messages: [], result: null }"
}
