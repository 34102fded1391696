import Glibc
import SweepTestSupport
import Testing

/// The log for machines, and the command that runs at the end.
@Suite(.timeLimit(.minutes(3)))
struct LogTests {
    /// A line of the log, as far as these tests read it.
    private struct Line: Decodable, Equatable {
        var time: String
        var level: String
        var event: String
        var job: Int?
        var jobName: String?
        var serviceTokenId: String?
        var outcome: String?
        var exitCode: Int?
        var lost: Int?
        var result: String?
        var code: Int?
        var end: String?
        var by: String?
    }

    private static let world = Sample.world("{ generate: 3 }, { generate: 1, first: 4, in_use: true }")

    @Test func `every token has its line, and the ledger says the same`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...4), to: "m.csv")
            expectExit(
                try await bench.call("run", "m.csv", "--yes", "--name", "n", "--log", "l.jsonl", "--quiet", "--report", "r\n\u{1B}{.csv"), 1
            )
            let lines = try Self.lines(bench)
            #expect(lines.first?.event == "command.started" && lines.last?.event == "command.ended")
            #expect(lines.last?.exitCode == 1)
            #expect(lines.filter { $0.event == "run.ended" }.map(\.end) == ["finished"])
            let finished = lines.filter { $0.event == "token.finished" }
            let deleted = finished.filter { $0.outcome == "deleted" }.compactMap(\.serviceTokenId)
            #expect(Set(deleted) == Set(try bench.simulator.ledger().removed.map(\.tokenID)))
            #expect(finished.count == 4 && finished.filter { $0.outcome == "blocked" }.map(\.level) == ["warning"])
            #expect(finished.allSatisfy { $0.job == 1 && $0.jobName == "n" })
            let text = try bench.folder.text(of: "l.jsonl")
            #expect(!text.contains(Workbench.token) && !text.contains("\u{1B}"))
            #expect(text.contains(#"r\n\u001b{.csv"#))
            #expect(lines.allSatisfy { $0.time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil })
        }
    }

    @Test func `a log is appended to, is its owner's alone, and follows no link`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...2), to: "m.csv")
            expectExit(try await bench.call("plan", "m.csv", "--log", "l.jsonl"), 0)
            let first = try bench.folder.text(of: "l.jsonl")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--log", "l.jsonl"), 0)
            #expect(try bench.folder.text(of: "l.jsonl").hasPrefix(first))
            #expect(try await shell(bench, "stat -c %a l.jsonl") == "600\n")
            try bench.folder.write("mine\n", to: "other")
            _ = try await shell(bench, "ln -s other link")
            let refused = try await bench.call("run", "m.csv", "--yes", "--log", "link")
            expectExit(refused, 5)
            #expect(refused.errors.contains("symbolic link") && refused.errors.contains("nothing was sent"))
            #expect(try bench.folder.text(of: "other") == "mine\n")
        }
    }

    @Test func `a log that would stand in the queue is refused, under whatever name`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...2), to: "m.csv")
            let queue = bench.folder["q.db"]
            let new = try await bench.call("run", "m.csv", "--yes", "--queue", queue, "--log", queue)
            expectExit(new, 2)
            #expect(new.errors.contains("would stand in the queue; nothing was sent"))
            #expect(try bench.simulator.ledger().deletes.isEmpty)
            expectExit(try await bench.call("run", "m.csv", "--yes", "--queue", queue), 0)
            let before = try bench.folder.bytes(of: "q.db")
            _ = try await shell(bench, "ln q.db other")
            for log in ["q.db", "other", "q.db-owner"] {
                expectExit(try await bench.call("verify", "--queue", queue, "--log", log), 2)
            }
            #expect(try bench.folder.bytes(of: "q.db") == before)
        }
    }

    @Test func `a full disk below the log loses lines and no outcome, and is told once`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            let result = try await bench.call("run", "m.csv", "--yes", "--log", "/dev/full")
            expectExit(result, 0)
            #expect(result.errors.ranges(of: "cannot be written: No space left on device").count == 1)
            #expect(try await bench.report().allSatisfy { $0.outcome == "deleted" })
        }
    }

    @Test func `journald gets priorities, and every known event has a line in the manual`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv([1, 4]), to: "m.csv")
            let result = try await bench.call("run", "m.csv", "--yes", "--quiet", "--log", "journald")
            expectExit(result, 1)
            let lines = result.errors.split(separator: "\n").filter { $0.contains("\"event\":") }
            #expect(lines.count >= 6 && lines.allSatisfy { $0.starts(with: /<[3-7]>\{/) })
            #expect(lines.contains { $0.hasPrefix("<4>") && $0.contains("blocked") })
            let manual = try await bench.call("manual").output
            for line in lines {
                guard let event = line.firstMatch(of: /"event":"([a-z.]+)"/)?.1 else { continue }
                #expect(manual.contains(event), "\(event)")
            }
        }
    }

    // MARK: - The command at the end

    @Test func `the command gets the summary and the exit code, and no credential`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv([1, 4]), to: "m.csv")
            let hook = "cat > summary.json; env > variables; echo \"code $TOKENSWEEP_EXIT_CODE\"; test -s r.csv && exit 7"
            let result = try await bench.call(
                "run", "m.csv", "--yes", "--json", "--report", "r.csv", "--on-finish", hook, "--log", "l.jsonl",
                environment: ["SPARE": Workbench.token])
            expectExit(result, 1)
            #expect(try bench.folder.text(of: "summary.json") == (result.output.split(separator: "\n").last.map { $0 + "\n" }))
            let variables = try bench.folder.text(of: "variables")
            #expect(!variables.contains(Workbench.token) && variables.contains("CLOUDFLARE_BASE_URL"))
            // What it prints must not mix with data.
            #expect(!result.output.contains("code 1") && result.errors.contains("code 1"))
            #expect(result.errors.contains("ended with exit code 7"))
            #expect(try Self.lines(bench).filter { $0.event == "hook.ended" }.map(\.code) == [7])
        }
    }

    @Test func `a halted run tells its reason, and the command gets no credential of a credentials file`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            try bench.folder.write("{ credentials: [{ default: true, token_env: 'CF_REST' }] }", to: "c.json5")
            let words = ["run", "m.csv", "--yes", "--credentials", "c.json5", "--log", "l.jsonl", "--on-finish"]
            let hook = "env > variables; echo $TOKENSWEEP_EXIT_CODE > code"
            let variables = ["CF_REST": Sample.revokedToken, "CLOUDFLARE_API_TOKEN": nil]
            expectExit(try await bench.end(of: try bench.start(words + [hook], environment: variables)), 3)
            #expect(try bench.folder.text(of: "code") == "3\n")
            #expect(try !bench.folder.text(of: "variables").contains("CF_REST"))
            let lines = try Self.lines(bench)
            #expect(lines.filter { $0.event == "run.ended" }.map(\.end) == ["halted"])
            #expect(lines.contains { $0.event == "credential.checked" && $0.level == "error" })
            #expect(lines.contains { $0.event == "lane.refused" && $0.level == "error" })
            #expect(try !bench.folder.text(of: "l.jsonl").contains(Sample.revokedToken))
            #expect(try bench.simulator.ledger().deletes.isEmpty)
        }
    }

    @Test func `a command that hangs is ended with all that it started`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv([1]), to: "m.csv")
            try bench.folder.write("trap '' TERM; echo $$ > stubborn.pid; sleep 600; :", to: "stubborn.sh")
            let result = try await bench.call(
                "run", "m.csv", "--yes", "--on-finish", "sh stubborn.sh; echo over", "--on-finish-timeout", "200ms", "--log", "l.jsonl")
            expectExit(result, 0)
            let state = "/proc/$(cat stubborn.pid)/status"
            try await eventually("the end of what it started") {
                // One that has ended stays in sight where nobody asks for it.
                try await shell(bench, "grep -qs '^State:.[^Z]' \(state) || echo ended") == "ended\n"
            }
            #expect(result.errors.contains("took longer than 200 ms") && !result.errors.contains("over\n"))
            #expect(try Self.lines(bench).filter { $0.event == "hook.ended" }.map(\.result) == ["timeout"])
        }
    }

    @Test func `it runs when the job was interrupted, and again when resume has finished it`() async throws {
        let world = Sample.world("{ generate: 40 }", settings: "rate: '10/30s'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...40), to: "m.csv")
            let hook = "cat >> summaries; echo $TOKENSWEEP_EXIT_CODE >> codes"
            let child = try bench.start([
                "run", "m.csv", "--yes", "--rate", "10/30s", "--reserve", "0%", "--on-finish", hook, "--log", "l.jsonl",
            ])
            try await eventually("a token to finish") { try Self.lines(bench).contains { $0.event == "token.finished" } }
            child.send(SIGINT)
            expectExit(try await bench.end(of: child), 4)
            #expect(try bench.folder.text(of: "codes") == "4\n")
            #expect(try Self.lines(bench).filter { $0.event == "stop.requested" }.map(\.by) == ["signal"])
            let job = try await bench.status().name
            expectExit(try await bench.call("cancel", job), 0)
            expectExit(try await bench.call("resume"), 1)
            // The job keeps its log and its command.
            #expect(try bench.folder.text(of: "codes") == "4\n1\n")
        }
    }

    private static func lines(_ bench: Workbench) throws -> [Line] {
        guard bench.folder.holds("l.jsonl") else { return [] }
        return try JSONReading.lines(Line.self, try bench.folder.text(of: "l.jsonl"))
    }

    private func shell(_ bench: Workbench, _ script: String) async throws -> String {
        let child = try ChildProcess(
            ChildProcess.Command(
                "/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"], folder: bench.folder.path,
                output: bench.folder["shell.out"], errors: bench.folder["shell.err"]))
        #expect(try await child.wait().exitCode == 0, "\(child.errors)")
        return child.output
    }
}
