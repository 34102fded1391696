import Glibc
import SweepTestSupport
import Testing

/// What the program starts, which is the pager and the command of `--on-finish`: neither gets a credential, in whatever way it was given,
/// nor any file that is open.
@Suite(.timeLimit(.minutes(3)))
struct ChildSecrecyTests {
    /// How the program gets its credential.
    struct Source: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var options: [String] = []
        var variables: [String: String?] = [:]
        /// What no child may be told.
        var secret = Workbench.token

        static let all = [
            Source(testDescription: "a variable", variables: ["SPARE": Workbench.token, "HEADER": "Bearer \(Workbench.token)"]),
            Source(
                testDescription: "an address and a key",
                variables: [
                    "CLOUDFLARE_API_TOKEN": nil, "CLOUDFLARE_EMAIL": Sample.email, "CLOUDFLARE_API_KEY": Sample.key,
                    "HEADER": "X-Auth-Key: \(Sample.key)",
                ], secret: Sample.key),
            Source(
                testDescription: "a variable that a credentials file names", options: ["--credentials", "variable.json5"],
                variables: ["CLOUDFLARE_API_TOKEN": nil, "CF_REST": Workbench.token, "HEADER": "Bearer \(Workbench.token)"]),
            Source(
                testDescription: "a file that a credentials file names", options: ["--credentials", "file.json5"],
                variables: ["CLOUDFLARE_API_TOKEN": nil]),
        ]
    }

    /// Writes down what it was given: its environment, the words of itself and of who started it, its input, and which files it has. (A
    /// shell would have files of its own making.)
    private static let spy = """
        import os, sys
        def is_open(number):
            try: return bool(os.fstat(number))
            except OSError: return False
        files = [number for number in map(int, os.listdir("/proc/self/fd")) if is_open(number)]
        for part, paths in [("environ", ["self"]), ("cmdline", ["self", str(os.getppid())])]:
            with open(sys.argv[1] + "." + part, "wb") as copy:
                for path in paths: copy.write(open(f"/proc/{path}/{part}", "rb").read())
        open(sys.argv[1] + ".files", "w").write(str(sorted(files)))
        open(sys.argv[1] + ".input", "wb").write(sys.stdin.buffer.read())
        """

    /// Starts the program with files open that it did not ask for, one of them behind the numbers that it would use itself.
    private static let withFilesLeftOpen = [
        "prlimit", "--nofile=4096", "python3", "-c",
        "import os, sys; [os.dup2(0, n, inheritable=True) for n in (7, 3000)]; os.execvp(sys.argv[1], sys.argv[1:])",
    ]

    private func prepare(_ bench: Workbench, _ tokens: Int) throws {
        try bench.folder.write(Sample.csv(1...tokens), to: "m.csv")
        guard chmod(try bench.folder.write(Workbench.token + "\n", to: "secret.txt"), 0o600) == 0 else { throw SystemFailure("hide") }
        try bench.folder.write(Self.spy, to: "spy.py")
        try bench.folder.write("{ credentials: [{ default: true, token_env: 'CF_REST' }] }", to: "variable.json5")
        try bench.folder.write("{ credentials: [{ default: true, token_file: 'secret.txt' }] }", to: "file.json5")
    }

    private func expectInnocence(
        _ name: String, _ source: Source, _ bench: Workbench, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        // Each with what shows that there was something to look at.
        for (part, sign) in [("environ", "CLOUDFLARE_BASE_URL"), ("cmdline", name), ("input", Sample.account)] {
            let text = try bench.folder.text(of: "\(name).\(part)")
            #expect(text.contains(sign), sourceLocation: sourceLocation)
            #expect(!text.contains(source.secret), "\(part) of the \(name) has the credential", sourceLocation: sourceLocation)
        }
        #expect(try bench.folder.text(of: "\(name).files") == "[0, 1, 2]", "files of the \(name)", sourceLocation: sourceLocation)
    }

    @Test(arguments: Source.all) func `the command at the end gets no credential and no file`(source: Source) async throws {
        try await Workbench.with(world: Sample.world("{ generate: 2 }")) { bench in
            try prepare(bench, 2)
            let words =
                ["run", "m.csv", "--yes", "--on-finish", "python3 spy.py hook", "--log", "l.jsonl", "--report", "r.csv"] + source.options
            let child = try bench.start(words, environment: source.variables, through: Self.withFilesLeftOpen)
            expectExit(try await bench.end(of: child), 0)
            try expectInnocence("hook", source, bench)
        }
    }

    @Test(arguments: Source.all) func `the pager gets no credential and no file`(source: Source) async throws {
        try await Workbench.with(world: Sample.world("{ generate: 60 }")) { bench in
            try prepare(bench, 60)
            let changes: [String: String?] = ["TERM": "xterm", "PAGER": "python3 spy.py pager", "TOKENSWEEP_NO_LOOKUP": nil]
            let terminal = try Terminal(columns: 80)
            let child = try bench.start(
                ["run", "m.csv"] + source.options, input: .terminal(terminal, file: nil),
                environment: source.variables.merging(changes) { $1 },
                through: Self.withFilesLeftOpen)
            try await eventually("the question") { terminal.text.contains("Type 60 to go on: ") }
            try terminal.type("no")
            expectExit(try await bench.end(of: child), 2)
            try expectInnocence("pager", source, bench)
        }
    }
}
