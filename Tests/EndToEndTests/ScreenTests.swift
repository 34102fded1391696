import FoundationEssentials
import Glibc
import SweepTestSupport
import Testing

/// What people see: in a terminal emulator that is resized, in one that can do nothing, and in a pager.
@Suite(.timeLimit(.minutes(3)))
struct ScreenTests {
    @Test func `a terminal that is resized shows one display, and the end names the next command`() async throws {
        // What is on its way while a terminal is resized is laid out for neither width, and a piece of it stays: no program can help
        // that. It is rare.
        if try await !keepsOneDisplay() { #expect(try await keepsOneDisplay()) }
    }

    private func keepsOneDisplay() async throws -> Bool {
        try await Workbench.with(world: Sample.world("{ generate: 200 }")) { bench in
            try bench.folder.write(Sample.csv(1...200), to: "m.csv")
            return try await Emulator.with(bench, columns: 200) { emulator in
                try await emulator.type("$PROGRAM run m.csv --yes --rate 20/1h --reserve 0% --name j")
                for columns in [60, 40, 50] {
                    try await eventually("a display") { try await emulator.lines().contains { $0.contains("of 200 finished") } }
                    // Too narrow for what stands there: the terminal breaks it, until it is drawn again.
                    try await emulator.resize(to: columns)
                    try await eventually("a display of \(columns) columns") {
                        try await emulator.lines().contains { $0.contains("of 200 finished") && $0.count < columns }
                    }
                    // What should have been drawn over is whole again in a wide one.
                    try await emulator.resize(to: 200)
                    let lines = try await emulator.lines()
                    guard lines.count(where: { $0.contains("of 200 finished") }) == 1, lines.count(where: { $0.contains(" pending") }) == 1
                    else { return false }
                }
                try await emulator.press("C-c")
                try await eventually("the next command") { try await emulator.lines().contains("To go on: tokensweep resume j") }
                #expect(try await !emulator.lines().contains { $0.contains("of 200 finished") })
                return true
            }
        }
    }

    @Test func `the end of a run fits 24 rows, however much is left`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 30 }, { generate: 40, first: 31, in_use: true }")) { bench in
            try bench.folder.write(Sample.csv(1...70), to: "m.csv")
            let reports = (1...9).map { "--report r\($0).csv" }.joined(separator: " ")
            try await Emulator.with(bench, columns: 80) { emulator in
                try await emulator.type("clear; $PROGRAM run m.csv --yes --quiet --verify --name j \(reports)")
                try await eventually("the end") { try await emulator.lines().contains { $0.contains("tokensweep retry j --blocked") } }
                let lines = try await emulator.lines()
                #expect(lines.contains { $0.contains("30 of 70 tokens are gone; 40 are not.") })
                #expect(lines.contains { $0.contains("more, which `tokensweep verify j` names") })
            }
        }
    }

    @Test func `a watched job is drawn over as long as it lasts`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 40 }")) { bench in
            try bench.folder.write(Sample.csv(1...40), to: "m.csv")
            let run = try bench.start(["run", "m.csv", "--yes", "--rate", "20/1h", "--reserve", "0%", "--name", "j"])
            try await eventually("a job") { (try? await bench.status().name) == "j" }
            try await Emulator.with(bench, columns: 60) { emulator in
                try await emulator.type("$PROGRAM status --watch")
                for columns in [60, 80, 200] {
                    try await emulator.resize(to: columns)
                    try await eventually("one screen") { try await emulator.lines().count { $0.hasPrefix("Job j") } == 1 }
                }
                run.send(2)
                expectExit(try await bench.end(of: run), 4)
                expectExit(try await bench.call("cancel", "j"), 0)
                try await eventually("the end") {
                    let lines = try await emulator.lines()
                    return lines.contains { $0.contains("cancelled at") } && lines.count { $0.hasPrefix("Job j") } == 1
                }
            }
        }
    }

    @Test(arguments: [("dumb", "", false), ("xterm", "1", false), ("xterm", "", true)])
    func `colors are for terminals that know them and people who want them`(term: String, noColor: String, isColored: Bool) async throws {
        try await Workbench.with(world: Sample.world("{ generate: 2 }")) { bench in
            try bench.folder.write(Sample.csv(1...2), to: "m.csv")
            let terminal = try Terminal()
            let child = try bench.start(
                ["run", "m.csv", "--yes"], input: .terminal(terminal, file: nil), environment: ["TERM": term, "NO_COLOR": noColor])
            expectExit(try await bench.end(of: child), 0)
            #expect(terminal.text.contains("\u{1B}[1;32mAll 2 tokens are gone.") == isColored)
            #expect(terminal.text.contains("All 2 tokens are gone."))
            if term == "dumb" { #expect(!terminal.text.contains("\u{1B}")) }
        }
    }

    @Test func `a plan longer than the screen goes through the pager before the question, and only there`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 60 }")) { bench in
            try bench.folder.write(Sample.csv(1...60), to: "m.csv")
            let variables: [String: String?] = ["TERM": "xterm", "PAGER": "cat > paged; env > variables", "TOKENSWEEP_NO_LOOKUP": nil]
            let terminal = try Terminal(columns: 80)
            let child = try bench.start(["run", "m.csv"], input: .terminal(terminal, file: nil), environment: variables)
            try await eventually("the question") { terminal.text.contains("Type 60 to go on: ") }
            #expect(try bench.folder.text(of: "paged").contains("delete 60 tokens"))
            #expect(!terminal.text.contains("delete 60 tokens"))
            #expect(try !bench.folder.text(of: "variables").contains(Workbench.token))
            try terminal.type("no")
            expectExit(try await bench.end(of: child), 2)
            _ = try bench.folder.write("", to: "paged")
            let unasked = try bench.start(
                ["run", "m.csv", "--yes"], input: .terminal(try Terminal(columns: 80), file: nil), environment: variables)
            expectExit(try await bench.end(of: unasked), 0)
            expectExit(try await bench.call("plan", "m.csv", environment: variables), 0)
            #expect(try bench.folder.text(of: "paged").isEmpty)
        }
    }
}

/// tmux with a server of its own, and a shell in it, which does not mind when a program of its stands still.
private struct Emulator {
    let bench: Workbench

    static func with<Result>(_ bench: Workbench, columns: Int, _ body: (Emulator) async throws -> Result) async throws -> Result {
        let emulator = Emulator(bench: bench)
        _ = try await emulator.call("new-session", "-d", "-x", String(columns), "-y", "24", "env PS1='$ ' /bin/sh +m -i")
        let result: Result
        do {
            result = try await body(emulator)
        } catch {
            // What failed is the one to tell.
            _ = try? await emulator.call("kill-server")
            throw error
        }
        _ = try await emulator.call("kill-server")
        return result
    }

    func type(_ line: String) async throws { _ = try await call("send-keys", line, "Enter") }
    func press(_ key: String) async throws { _ = try await call("send-keys", key) }

    /// Resizes while the shell's programs stand still: tmux lays its screen out anew at once, but tells them of a second resize up to a
    /// quarter of a second later.
    func resize(to columns: Int) async throws {
        let pane = try await call("display-message", "-p", "#{pane_pid} #{pane_tty}").split { $0 == " " || $0 == "\n" }.map(String.init)
        guard pane.count == 2 else { throw FixtureFailure("tmux has no such pane: \(pane)") }
        let children = URL(filePath: "/proc/\(pane[0])/task/\(pane[0])/children")
        let programs = String(decoding: try Data(contentsOf: children), as: UTF8.self)
            .split(separator: " ").compactMap { pid_t($0) }
        for program in programs { kill(program, SIGSTOP) }
        defer { for program in programs { kill(program, SIGCONT) } }
        _ = try await call("resize-window", "-x", String(columns), "-y", "24")
        try await eventually("a terminal that has \(columns) columns") { try Self.columns(of: pane[1]) == columns }
    }

    private static func columns(of terminal: String) throws -> Int {
        let descriptor = open(terminal, O_RDONLY | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFailure("open \(terminal)") }
        defer { close(descriptor) }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { throw SystemFailure("measure \(terminal)") }
        return Int(size.ws_col)
    }

    /// What is on the screen now.
    func lines() async throws -> [String] {
        try await call("capture-pane", "-p").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private func call(_ words: String...) async throws -> String {
        let child = try ChildProcess(
            ChildProcess.Command(
                "/usr/bin/tmux", ["-S", bench.folder["tmux"], "-f", "/dev/null"] + words,
                environment: bench.environment.merging(["PROGRAM": Binaries.tokensweep, "TERM": "xterm"]) { $1 },
                folder: bench.folder.path, output: bench.folder["tmux.out"], errors: bench.folder["tmux.err"]))
        guard try await child.wait().exitCode == 0 else { throw FixtureFailure("tmux: \(child.errors)") }
        return child.output
    }
}
