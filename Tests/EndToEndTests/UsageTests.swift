import SweepTestSupport
import Testing

/// What the program says of itself, and to words that it does not know.
@Suite(.timeLimit(.minutes(3)))
struct UsageTests {
    @Test(arguments: ["run", "plan", "resume", "status", "report", "jobs", "retry"])
    func `every command has help`(command: String) async throws {
        try await Workbench.with(world: "{}") { bench in
            let help = try await bench.call(command, "--help")
            expectExit(help, 0)
            #expect(help.output.hasPrefix("tokensweep \(command): "))
            #expect(help.output.contains("Usage: tokensweep \(command)"))
            #expect(help.errors.isEmpty)
            // No queue is touched by asking.
            #expect(!bench.folder.holds("state/tokensweep"))
            let program = try await bench.call("--help")
            expectExit(program, 0)
            #expect(program.output.contains("\n  \(command) "))
        }
    }

    @Test func `the version is one line`() async throws {
        try await Workbench.with(world: "{}") { bench in
            let result = try await bench.call("--version")
            expectExit(result, 0)
            #expect(result.output.wholeMatch(of: /tokensweep [0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
        }
    }

    @Test(arguments: [
        (["rnu"], "did you mean 'run'?"), (["run", "m.csv", "--concurency", "3"], "did you mean '--concurrency'?"),
        (["run", "m.csv", "--max-delete", "3"], "did you mean '--max-deletes'?"), (["frobnicate"], "unknown command"), ([], "missing"),
        (["run", "m.csv", "--rate", "fast"], "--rate"), (["run", "m.csv", "--concurrency", "0"], "1 to 256"),
        (["run", "m.csv", "--account", "x"], "32 hexadecimal digits"), (["report", "--only", "delted"], "did you mean 'deleted'?"),
        (["run", "m.csv", "--account", Sample.account, "--zone", Sample.zone], "exclude each other"),
        (["run"], "no manifest"), (["run", "no-such-file.csv", "--yes"], "no-such-file.csv"), (["run", "-", "-", "--yes"], "only once"),
        (["retry"], "JOB"), (["run", ".", "--yes"], "directory"), (["status", "x", "y"], "unexpected argument"),
    ])
    func `what cannot be obeyed is told, with what may have been meant`(words: [String], answer: String) async throws {
        try await Workbench.with(world: Sample.world("{ generate: 1 }")) { bench in
            try bench.folder.write(Sample.csv([1]), to: "m.csv")
            let result = try await bench.end(of: try bench.start(words))
            expectExit(result, 2)
            #expect(result.errors.contains(answer), "\(result.errors)")
            #expect(result.output.isEmpty)
            #expect(result.errors.split(separator: "\n").count <= 3)
            try await expectUntouched(bench)
        }
    }

    @Test func `a reader that goes away is nobody's fault`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 300 }")) { bench in
            try bench.folder.write(Sample.csv(1...300), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--rate", "none"), 0)
            var variables = bench.environment
            variables["PROGRAM"] = Binaries.tokensweep
            let script = "set -o pipefail; \"$PROGRAM\" report | head -n 1; exit \"${PIPESTATUS[0]}\""
            let child = try ChildProcess(
                ChildProcess.Command(
                    "/bin/bash", ["-c", script], environment: variables, folder: bench.folder.path, output: bench.folder["pipe.out"],
                    errors: bench.folder["pipe.err"]))
            #expect(try await child.wait().exitCode == 0)
            #expect(child.output.hasPrefix("manifest,line,"))
            #expect(child.errors.isEmpty)
        }
    }

    @Test func `a reader who leaves early does not turn a token that is there into one that is gone`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 30, in_use: true }")) { bench in
            try bench.folder.write(Sample.csv(1...30), to: "m.csv")
            var variables = bench.environment
            variables["PROGRAM"] = Binaries.tokensweep
            for words in ["run m.csv --yes --json", "verify", "verify --json"] {
                let script = "\"$PROGRAM\" \(words) | true; exit \"${PIPESTATUS[0]}\""
                let child = try ChildProcess(
                    ChildProcess.Command(
                        "/bin/bash", ["-c", script], environment: variables, folder: bench.folder.path,
                        output: bench.folder["pipe.out"], errors: bench.folder["pipe.err"]))
                #expect(try await child.wait().exitCode == 1, "\(words): \(child.errors)")
            }
        }
    }

    @Test func `a full disk under standard output stops no deletion, and is told`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 30 }")) { bench in
            try bench.folder.write(Sample.csv(1...30), to: "m.csv")
            for words in [["run", "m.csv", "--yes", "--json"], ["report"], ["status"], ["jobs"], ["plan", "m.csv"], ["--help"]] {
                let child = try ChildProcess(
                    ChildProcess.Command(
                        Binaries.tokensweep, words, environment: bench.environment, folder: bench.folder.path, output: "/dev/full",
                        errors: bench.folder["full.err"]))
                #expect(try await child.wait().exitCode == 5, "\(words): \(child.errors)")
                #expect(child.errors.contains("No space left on device"), "\(words): \(child.errors)")
            }
            let report = try await bench.report()
            #expect(report.outcomes == Array(repeating: "deleted", count: 30))
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...30))
        }
    }

    @Test func `without a home there is no place for a queue`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 1 }")) { bench in
            try bench.folder.write(Sample.csv([1]), to: "m.csv")
            let homeless: [String: String?] = ["HOME": nil, "XDG_STATE_HOME": nil]
            let result = try await bench.call("run", "m.csv", "--yes", environment: homeless)
            expectExit(result, 2)
            #expect(result.errors.contains("--queue FILE"))
            expectExit(try await bench.call("run", "m.csv", "--yes", "--queue", "q.db", environment: homeless), 0)
            // XDG_STATE_HOME counts where it is set, else the home.
            expectExit(try await bench.call("run", "m.csv", "--yes", environment: ["XDG_STATE_HOME": nil]), 0)
            #expect(bench.folder.holds("home/.local/state/tokensweep/queue.db"))
        }
    }

    @Test func `quiet says only what became of the job`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 1 }")) { bench in
            try bench.folder.write(Sample.csv([1]), to: "m.csv")
            let result = try await bench.call("run", "m.csv", "--yes", "--quiet")
            expectExit(result, 0)
            #expect(result.output.isEmpty)
            #expect(result.errors.contains("is gone"))
            #expect(!result.errors.contains("Plan "))
        }
    }
}
