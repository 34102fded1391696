import SweepTestSupport
import Testing

/// Completions in real shells, and the manual page: what the definitions promise, seen from the outside.
@Suite(.timeLimit(.minutes(3)))
struct ShellTests {
    /// What is typed, and what the last word becomes.
    private static let cases: [(words: [String], offered: [String])] = [
        (["tokensweep", "resu"], ["resume"]), (["tokensweep", "run", "--can"], ["--canary"]),
        (["tokensweep", "report", "--format", "js"], ["jsonl"]),
        (["tokensweep", "report", "--only", "deleted,fa"], ["deleted,failed"]), (["tokensweep", "run", "m.c"], ["m.csv"]),
        (["tokensweep", "status", "--names"], []),
    ]
    /// A name that a careless script would run.
    private static let jobName = "my job $(touch pwned)"

    private static let otherQueue = "my q's.db"
    private static let otherJob = "other"
    /// Every way to write it.
    private static let queueWords = [
        "--queue \"my q's.db\"", "--queue my\\ q\\'s.db", "--queue='my q'\\''s.db'", "--queue=\"my q's.db\"", "--queue ~/my\\ \"q's\".db",
        "--queue no.db --queue \"my q's.db\"",
    ]
    /// What would be run if it were read carelessly; there is no such queue.
    private static let strangeWords = ["--queue \"$(touch pwned)\"", "--queue `touch pwned`", "--queue=$(touch${IFS}pwned)"]

    @Test func `bash completes jobs of the queue that is typed`() async throws {
        try await withJob { bench in
            let lines = (Self.queueWords + Self.strangeWords).map { "tokensweep resume \($0) " }
            try bench.folder.write(lines.map { $0 + "\n" }.joined(), to: "typed")
            let script = """
                source <(tokensweep completion bash)
                while IFS= read -r COMP_LINE; do
                    COMP_WORDS=(tokensweep resume ''); COMP_CWORD=2; _tokensweep; printf '%s\\n' "${COMPREPLY[*]}"
                done < typed
                """
            let offered = try await shell(bench, "/bin/bash", ["-c", script], ["HOME": bench.folder.path])
                .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            #expect(offered.map(String.init) == Self.queueWords.map { _ in Self.otherJob } + Self.strangeWords.map { _ in "" })
        }
    }

    @Test func `fish completes jobs of the queue that is typed`() async throws {
        try await withJob { bench in
            for words in Self.queueWords + Self.strangeWords {
                let output = try await fish(bench, "tokensweep resume \(words) ")
                #expect(output == (Self.queueWords.contains(words) ? "\(Self.otherJob)\n" : ""), "\(words)")
            }
        }
    }

    @Test func `bash completes commands, options, values, files and jobs`() async throws {
        try await withJob { bench in
            let calls =
                Self.cases.map { "offered \($0.words.joined(separator: " "))" } + [
                    "offered tokensweep resume ''", "offered tokensweep run --before ''",
                ]
            let script = """
                source <(tokensweep completion bash)
                offered() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tokensweep; printf '%s\\n' "${COMPREPLY[*]}"; }
                \(calls.joined(separator: "\n"))
                """
            let lines = try await shell(bench, "/bin/bash", ["-c", script]).split(separator: "\n", omittingEmptySubsequences: false)
            let expected =
                Self.cases.map { $0.offered.joined(separator: " ") } + Array(repeating: "my\\ job\\ \\$\\(touch\\ pwned\\)", count: 2)
            #expect(lines.dropLast().map(String.init) == expected)
        }
    }

    @Test func `fish completes commands, options, values, files and jobs`() async throws {
        try await withJob { bench in
            let jobs = ["resume", "run --before"].map { (words: ["tokensweep", $0, ""], offered: [Self.jobName]) }
            // The manifest's file is no action.
            let noFile = (words: ["tokensweep", "run", "--when-blocked", "m"], offered: [String]())
            for (words, offered) in Self.cases + jobs + [noFile] {
                let output = try await fish(bench, words.joined(separator: " "))
                let first = output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
                #expect(first == offered, "\(words)")
            }
        }
    }

    private func fish(_ bench: Workbench, _ line: String) async throws -> String {
        let script = "tokensweep completion fish | source; complete -C \"$LINE\""
        return try await shell(bench, "/usr/bin/fish", ["--no-config", "-c", script], ["LINE": line, "HOME": bench.folder.path])
    }

    @Test func `zsh completes jobs of the queue that is typed`() async throws {
        try await withJob { bench in
            let lines = (Self.queueWords + Self.strangeWords).map { "tokensweep resume \($0) " }
            let expected = lines.map { $0.contains("my") ? "\($0)\(Self.otherJob)" : String($0.dropLast()) }
            let offered = try await zsh(bench, lines)
            #expect(offered == expected)
        }
    }

    @Test func `zsh completes commands, options, values, files and jobs`() async throws {
        try await withJob { bench in
            let typed = Self.cases.dropLast().map(\.words) + [["tokensweep", "resume", "my"]]
            let offered = try await zsh(bench, typed.map { $0.joined(separator: " ") })
            let expected = Self.cases.dropLast().map { $0.words.dropLast() + $0.offered }.map { $0.joined(separator: " ") }
            #expect(offered == expected + ["tokensweep resume my\\ job\\ \\$\\(touch\\ pwned\\)"])
        }
    }

    /// What zsh makes of lines when the tabulator key is pressed behind them.
    private func zsh(_ bench: Workbench, _ lines: [String]) async throws -> [String] {
        // The editor of zsh needs a terminal; what it makes of a line is then printed instead of being run.
        let script = """
            zmodload zsh/zpty
            zpty z zsh -f -i
            zpty -w z 'PS1=; autoload -Uz compinit; compinit -u -D; source <(tokensweep completion zsh); print REA""DY'
            read_until() { local chunk= all=; while [[ $all != *$1* ]]; do zpty -r z chunk || break; all+=$chunk; done; }
            read_until READY
            zpty -w z 'finish() { print -r -- "$BUFFER" >> offered; BUFFER=; zle -I; zle accept-line }; zle -N finish; bindkey "^X^F" finish; print REA""DY'
            read_until READY
            while IFS= read -r line; do
                zpty -w -n z "$line"$'\\t'$'\\C-x\\C-f'
                zpty -w z 'print REA""DY'
                read_until READY
            done
            """
        try bench.folder.write(lines.map { $0 + "\n" }.joined(), to: "typed")
        _ = try await shell(bench, "/bin/bash", ["-c", "zsh -f -c \"$SCRIPT\" < typed"], ["SCRIPT": script, "HOME": bench.folder.path])
        return try bench.folder.text(of: "offered").split(separator: "\n").map { line in
            String(line).replacing(/[ =,]$/, with: "")
        }
    }

    @Test func `the manual page has every command and is sound`() async throws {
        try await Workbench.with(world: "{}") { bench in
            let page = try await bench.call("manual")
            expectExit(page, 0)
            try bench.folder.write(page.output, to: "tokensweep.1")
            #expect(try await shell(bench, "/bin/bash", ["-c", "groff -man -ww -Tutf8 -z tokensweep.1 2>&1"]).isEmpty)
            let text = try await shell(bench, "/bin/bash", ["-c", "groff -man -Tutf8 -P-cbou tokensweep.1"])
            let help = try await bench.call("--help")
            let commands = help.output.matches(of: /\n  ([a-z]+)  +/).map { String($0.1) }
            #expect(commands.count >= 10)
            for command in commands { #expect(text.contains("tokensweep \(command) ["), "\(command)") }
            #expect(text.contains("EXIT STATUS") && text.contains("CLOUDFLARE_ACCOUNT_ID"))
        }
    }

    private func withJob(_ body: (Workbench) async throws -> Void) async throws {
        try await Workbench.with(world: Sample.world("{ generate: 1 }")) { bench in
            try bench.folder.write(Sample.csv([1]), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--name", Self.jobName), 0)
            expectExit(try await bench.call("run", "m.csv", "--yes", "--name", Self.otherJob, "--queue", Self.otherQueue), 0)
            try await body(bench)
            #expect(!bench.folder.holds("pwned"))
        }
    }

    private func shell(_ bench: Workbench, _ program: String, _ words: [String], _ more: [String: String] = [:]) async throws -> String {
        var variables = bench.environment.merging(more) { $1 }
        let folder = Binaries.tokensweep.split(separator: "/").dropLast().joined(separator: "/")
        variables["PATH"] = "/\(folder):/usr/bin:/bin"
        variables["TERM"] = "dumb"
        let child = try ChildProcess(
            ChildProcess.Command(
                program, words, environment: variables, folder: bench.folder.path, output: bench.folder["shell.out"],
                errors: bench.folder["shell.err"]))
        let code = try await child.wait().exitCode
        #expect(code == 0, "\(child.errors)")
        return child.output
    }
}
