import FoundationEssentials
import Glibc
import SweepTestSupport
import Testing

/// A queue that cannot be used: exit code 5, and a sentence that says what to do.
@Suite(.timeLimit(.minutes(3)))
struct QueueErrorTests {
    private static let isRoot = geteuid() == 0

    /// Calls every command that opens the queue.
    private func expectRefusals(
        _ bench: Workbench, _ queue: String, saying words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try bench.folder.write(Sample.csv(1...3), to: "m.csv")
        for command in [["run", "m.csv", "--yes"], ["resume"], ["status"], ["report"], ["jobs"], ["retry", "x"]] {
            let result = try await bench.end(of: try bench.start(command + ["--queue", queue]))
            #expect(result.exitCode == 5, "\(command): \(result.errors)", sourceLocation: sourceLocation)
            #expect(result.errors.contains(queue), "\(command): \(result.errors)", sourceLocation: sourceLocation)
            // What it is, and what to do about it.
            for word in words { #expect(result.errors.contains(word), "\(command): \(result.errors)", sourceLocation: sourceLocation) }
        }
        #expect(try bench.simulator.ledger().entries.isEmpty, sourceLocation: sourceLocation)
    }

    @Test func `a text file is left as it is`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            let text = String(repeating: "to do: write the list\n", count: 100)
            let path = try bench.folder.write(text, to: "notes.txt")
            try await expectRefusals(bench, path, saying: "not a queue", "--queue FILE")
            #expect(try bench.folder.text(of: "notes.txt") == text)
            #expect(!bench.folder.holds("notes.txt-wal"))
        }
    }

    @Test
    func `a database of another program is left as it is`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            let path = bench.folder["other.db"]
            try await sql(bench, path, "CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('soup')")
            let before = try bench.folder.bytes(of: "other.db")
            try await expectRefusals(bench, path, saying: "not a queue", "--queue FILE")
            #expect(try bench.folder.bytes(of: "other.db") == before)
        }
    }

    @Test func `a folder is no queue`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try await expectRefusals(bench, try bench.folder.makeFolder("folder"), saying: "cannot be opened", "--queue FILE")
        }
    }

    @Test
    func `the permissions of what is no queue stay as they are`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            let file = try bench.folder.write(String(repeating: "to do: write the list\n", count: 100), to: "notes.txt")
            let folder = try bench.folder.makeFolder("folder")
            guard chmod(file, 0o644) == 0, chmod(folder, 0o755) == 0 else { throw SystemFailure("set permissions") }
            for path in [file, folder] { expectExit(try await bench.call("run", "m.csv", "--yes", "--queue", path), 5) }
            #expect(permissions(of: file) == 0o644)
            #expect(permissions(of: folder) == 0o755)
        }
    }

    private func permissions(of path: String) -> mode_t? {
        var details = stat()
        return lstat(path, &details) == 0 ? details.st_mode & 0o777 : nil
    }

    @Test func `a queue of a newer version is left as it is`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            let path = bench.folder["newer.db"]
            expectExit(try await bench.call("run", try bench.folder.write(Sample.csv([99]), to: "m.csv"), "--yes", "--queue", path), 0)
            let sent = try bench.simulator.ledger().entries.count
            try await sql(bench, path, "PRAGMA user_version = 99")
            for command in [["run", "m.csv", "--yes"], ["resume"], ["status"], ["report"], ["jobs"]] {
                let result = try await bench.end(of: try bench.start(command + ["--queue", path]))
                expectExit(result, 5)
                #expect(result.errors.contains("newer version"))
            }
            #expect(try bench.simulator.ledger().entries.count == sent)
        }
    }

    @Test func `a queue that fails while the outcome is verified keeps no report from being written`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 1 }", settings: "rate: 'none', latency: '6s'")) { bench in
            try bench.folder.write(Sample.csv([1]), to: "m.csv")
            let run = try bench.start(["run", "m.csv", "--yes", "--rate", "none", "--verify", "--report", "out.jsonl"])
            try await bench.simulator.ledger(holding: 2)
            try await eventually("the end of the job") { try await bench.status().state == "finished" }
            try await sql(bench, bench.queue, "UPDATE owner SET epoch = epoch + 1")
            let result = try await bench.end(of: run)
            expectExit(result, 5)
            #expect(result.errors.contains("another tokensweep has taken it over"))
            let report = try JSONReading.lines(ReportLine.self, try bench.folder.text(of: "out.jsonl"))
            #expect(report.outcomes == ["deleted"])
        }
    }

    @Test func `a queue that is not there is made by run alone`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            let path = bench.folder["deep/er/queue.db"]
            let status = try await bench.call("status", "--queue", path)
            expectExit(status, 5)
            #expect(status.errors.contains("no such file"))
            #expect(!bench.folder.holds("deep"))
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--queue", path), 0)
            expectExit(try await bench.call("status", "--queue", path), 0)
            #expect(permissions(of: path) == 0o600)
            #expect(permissions(of: bench.folder["deep"]) == 0o700)
            #expect(permissions(of: bench.folder["deep/er"]) == 0o700)
        }
    }

    @Test func `a relative path and the environment name a queue too`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--queue", "q.db"), 0)
            expectExit(try await bench.call("status", environment: ["TOKENSWEEP_QUEUE": "./q.db"]), 0)
            #expect(bench.folder.holds("q.db"))
            expectExit(try await bench.call("run", "m.csv", "--yes", "--queue", "some/where/q.db"), 0)
            #expect(bench.folder.holds("some/where/q.db"))
            #expect(!bench.folder.holds("state/tokensweep/queue.db"))
        }
    }

    @Test(.enabled(if: isRoot, "only root may mount, and nothing else stops root from writing"))
    func `a place that cannot be written is told as such`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            try await withSmallDisk(bench, "size=1m,ro") { place in
                let result = try await bench.call("run", "m.csv", "--yes", "--queue", "\(place)/queue.db")
                expectExit(result, 5)
                #expect(result.errors.contains("cannot be written"))
                #expect(result.errors.contains("--queue FILE"))
                #expect(try bench.simulator.ledger().entries.isEmpty)
            }
        }
    }

    @Test(.enabled(if: isRoot, "only root may mount, and nothing else stops root from writing"), arguments: [true, false])
    func `a queue in a place that became read-only is read where that can be, and changed by nobody`(withItsLog: Bool) async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            try await withSmallDisk(bench, "size=1m") { place in
                let queue = "\(place)/queue.db"
                expectExit(try await bench.call("run", "m.csv", "--yes", "--queue", queue), 0)
                let sent = try bench.simulator.ledger().entries.count
                if !withItsLog { for tail in ["-wal", "-shm"] { guard unlink(queue + tail) == 0 else { throw SystemFailure("unlink") } } }
                // MS_REMOUNT and MS_RDONLY
                guard mount("tokensweep-test", place, nil, 33, nil) == 0 else { throw SystemFailure("make a disk read-only") }
                for command in ["status", "report", "jobs"] {
                    let result = try await bench.call(command, "--queue", queue)
                    expectExit(result, withItsLog ? 0 : 5)
                    if !withItsLog {
                        for word in [queue, "takes a file beside it", "copy it", "-wal"] { #expect(result.errors.contains(word)) }
                    }
                }
                let retry = try await bench.call("retry", "1", "--queue", queue)
                expectExit(retry, 5)
                let run = try await bench.call("run", "m.csv", "--yes", "--new", "--queue", queue)
                expectExit(run, 5)
                #expect(run.errors.contains("cannot be written (Read-only file system)") && run.errors.contains("--queue FILE"))
                #expect(try bench.simulator.ledger().entries.count == sent)
            }
        }
    }

    @Test(.enabled(if: isRoot, "only root may mount a small disk"))
    func `a disk that fills up stops the job, and room lets it go on`() async throws {
        let world = Sample.world("{ generate: 2000 }", settings: "rate: 'none', latency: '25ms'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...2000), to: "m.csv")
            try await withSmallDisk(bench, "size=16m") { place in
                let queue = "\(place)/queue.db"
                let child = try bench.start(["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "4", "--queue", queue])
                try await bench.simulator.ledger(holding: 40)
                try fill(place)
                let result = try await bench.end(of: child)
                expectExit(result, 5)
                #expect(result.errors.contains("the disk is full"))
                #expect(result.errors.contains("tokensweep resume"))
                let sent = try bench.simulator.ledger()
                #expect(sent.deletes.count < 2000)
                // What the log's file has allocated can be written again, so that some more may be done before it ends alike.
                try fill(place)
                expectExit(try await bench.call("resume", "--queue", queue), 5)

                guard unlink("\(place)/filler") == 0 else { throw SystemFailure("make room") }
                expectExit(try await bench.call("resume", "--queue", queue, "--concurrency", "128", "--timeout", "5m"), 0)
                let shown = try await bench.call("report", "--queue", queue, "--format", "jsonl")
                let report = try JSONReading.lines(ReportLine.self, shown.output)
                let ledger = try bench.simulator.ledger()
                expectAgreement(report, ledger, existing: Sample.keys(1...2000))
                #expect(ledger.removed.count == 2000)
                // Four were in flight each time.
                #expect(ledger.deletesByToken.values.count { $0 > 1 } <= 8)
            }
        }
    }

    @Test(.enabled(if: isRoot, "only root may mount a small disk"))
    func `a manifest that does not fit on the disk is refused before anything is sent`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try bench.folder.write(Sample.csv(1...30_000), to: "m.csv")
            try await withSmallDisk(bench, "size=1m") { place in
                let result = try await bench.call("run", "m.csv", "--yes", "--queue", "\(place)/queue.db")
                expectExit(result, 5)
                #expect(result.errors.contains("the disk is full"))
                #expect(result.errors.contains("make room on that disk, then give the same command again; nothing was deleted"))
                #expect(try bench.simulator.ledger().entries.isEmpty)
            }
        }
    }

    /// Lends a file system of its own, which goes away on every path.
    private func withSmallDisk(_ bench: Workbench, _ options: String, _ body: (String) async throws -> Void) async throws {
        let place = try bench.folder.makeFolder("disk")
        guard
            mount("tokensweep-test", place, "tmpfs", options.hasSuffix(",ro") ? 1 : 0, options.split(separator: ",").first.map(String.init))
                == 0
        else {
            throw SystemFailure("mount a small disk")
        }
        defer {
            // Detached: whoever still has a file open there keeps it until the end.
            _ = umount2(place, 2)
        }
        try await body(place)
    }

    @Test func `no report has a verdict that its rows contradict`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }, { generate: 1, first: 4, in_use: true }")) { bench in
            try bench.folder.write(Sample.csv(1...4), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 1)
            let damage = "UPDATE tally SET count = 4 WHERE state = 'deleted'; UPDATE tally SET count = 0 WHERE state = 'blocked'"
            try await sql(bench, bench.queue, damage)
            for format in ["text", "html", "md"] {
                let result = try await bench.call("report", "--format", format)
                expectExit(result, 5)
                #expect(result.output.isEmpty && result.errors.contains("the counts of the job are not those of its items"))
            }
            expectExit(try await bench.call("report", "--report", "r.html"), 5)
            #expect(!FileManager.default.fileExists(atPath: bench.folder["r.html"]))
            // The rows are as true as they were.
            #expect(try await bench.report().map(\.outcome) == ["deleted", "deleted", "deleted", "blocked"])
        }
    }

    @Test func `a run that ends with counts that its items contradict tells none of them`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }, { generate: 1, first: 4, in_use: true }")) { bench in
            try bench.folder.write(Sample.csv(1...4), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--name", "n"), 1)
            expectExit(try await bench.call("retry", "n", "--blocked"), 0)
            try await sql(bench, bench.queue, "UPDATE tally SET count = 4 WHERE state = 'deleted'")
            let result = try await bench.call("resume", "n", "--json", "--report", "r.html")
            expectExit(result, 5)
            #expect(!result.errors.contains("are gone") && !result.output.contains("\"summary\""))
            #expect(result.errors.contains("the counts of the job are not those of its items"))
            #expect(!FileManager.default.fileExists(atPath: bench.folder["r.html"]))
        }
    }

    /// Writes a file until the disk is full.
    private func fill(_ place: String) throws {
        let file = open("\(place)/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemFailure("fill the disk") }
        defer { close(file) }
        for size in [65_536, 4096, 1] {
            let zeros = [UInt8](repeating: 0, count: size)
            while write(file, zeros, size) > 0 {}
        }
        guard errno == ENOSPC else { throw SystemFailure("fill the disk") }
    }

    /// Runs statements on a database from outside of the program.
    private func sql(_ bench: Workbench, _ path: String, _ statements: String) async throws {
        let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit(); c.close()"
        let process = try ChildProcess(
            ChildProcess.Command(
                "/usr/bin/env", ["python3", "-c", script, path, statements],
                environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"],
                folder: bench.folder.path, output: bench.folder["sql.out"], errors: bench.folder["sql.err"]))
        guard try await process.wait().exitCode == 0 else { throw FixtureFailure("python3: \(process.errors)") }
    }

    @Test func `who asks for a job that is not there learns which are`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 1 }")) { bench in
            try bench.folder.write(Sample.csv(1...1), to: "m.csv")
            let queue = ["--queue", "another queue.db"]
            expectExit(try await bench.end(of: bench.start(["run", "m.csv", "--yes", "--name", "leak-1"] + queue)), 0)
            for command in ["status", "report", "resume", "verify", "enable", "pause", "cancel", "retry", "audit"] {
                let result = try await bench.end(of: bench.start([command, "leak-2"] + queue))
                expectExit(result, 2)
                #expect(result.errors.contains("there is no job 'leak-2'; did you mean 'leak-1'?"))
                #expect(result.errors.contains("`tokensweep jobs --queue 'another queue.db'` lists all jobs"))
            }
        }
    }
}
