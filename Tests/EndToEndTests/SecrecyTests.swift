import FoundationEssentials
import Glibc
import SweepTestSupport
import Testing

/// Where a credential could leak to other programs and other users of the machine: arguments, environments, files, a crash.
@Suite(.timeLimit(.minutes(3)))
struct SecrecyTests {
    /// No other test has it, so that it can be looked for in all processes of the machine.
    private static let token = "cfut_e2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2E0077"

    private func world(_ tokens: String) -> String {
        """
        { rate: 'none', accounts: [{ id: '\(Sample.account)', tokens: [\(tokens)] }],
          credentials: [{ label: 'ops', token: '\(Self.token)' }] }
        """
    }

    /// A job whose credential stands in a file: nothing else may hold it, the program's own environment included.
    private func prepare(_ bench: Workbench) throws -> [String] {
        try bench.folder.write(Sample.csv(1...2), to: "m.csv")
        chmod(try bench.folder.write(Self.token + "\n", to: "secret.txt"), 0o600)
        try bench.folder.write("{ credentials: [{ default: true, token_file: 'secret.txt' }] }", to: "c.json5")
        return ["run", "m.csv", "--yes", "--verbose", "--json", "--credentials", "c.json5", "--report", "out.csv", "--report", "out.jsonl"]
    }

    /// Nothing in the folder holds the credential but what it was read from.
    private func expectHidden(_ bench: Workbench, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for name in try bench.folder.files() where !["secret.txt", "simulator.world.json5"].contains(name) {
            let isThere = try bench.folder.bytes(of: name).contains(Array(Self.token.utf8))
            #expect(!isThere, "\(name) holds the credential", sourceLocation: sourceLocation)
        }
    }

    @Test func `neither arguments nor environments hold the credential, and a crash tells nothing`() async throws {
        let world = world("{ generate: 1 }, { generate: 1, first: 2, faults: [{ kind: 'hang', times: 1 }] }")
        try await Workbench.with(world: world) { bench in
            let words = try prepare(bench)
            let wantsTraces = "enable=yes,registers=all,threads=all,color=no"
            let child = try bench.start(words, environment: ["CLOUDFLARE_API_TOKEN": nil, "SWIFT_BACKTRACE": wantsTraces])
            try await eventually("a request that hangs") { try bench.simulator.ledger().entries.contains { $0.fault == "hang" } }

            let processes = try Process.all()
            #expect(processes.contains { $0.pid == child.pid })
            for process in processes {
                #expect(!process.arguments.contains(Self.token), "process \(process.pid) has it among its arguments")
                #expect(!process.environment.contains(Self.token), "process \(process.pid) has it in its environment")
            }
            let limits = try String(contentsOfFile: "/proc/\(child.pid)/limits", encoding: .utf8)
            let core = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
            #expect(core.split(separator: " ").suffix(3) == ["0", "0", "bytes"])
            #expect(bench.folder.holds("state/tokensweep/queue.db-wal"))
            try expectHidden(bench)

            child.send(SIGSEGV)
            #expect(try await child.wait().signal == SIGSEGV)
            #expect(!child.errors.contains("Registers") && !child.errors.contains("Thread 0"))
            #expect(try bench.folder.files().allSatisfy { !$0.hasPrefix("core") })
            try expectHidden(bench)
            #expect(try bench.simulator.ledger().entries.allSatisfy { $0.userAgent?.contains(Self.token) == false })

            expectExit(try await bench.call("resume", "--credentials", "c.json5", environment: ["CLOUDFLARE_API_TOKEN": nil]), 0)
            try expectHidden(bench)
        }
    }

    @Test func `files are for their owner alone, whatever the umask says`() async throws {
        try await Workbench.with(world: world("{ generate: 2 }")) { bench in
            let words = try prepare(bench)
            var variables = bench.environment
            variables["CLOUDFLARE_API_TOKEN"] = nil
            let before = Set(try bench.folder.entries())
            let child = try ChildProcess(
                ChildProcess.Command(
                    "/bin/sh", ["-c", "umask 0; exec \"$0\" \"$@\"", Binaries.tokensweep] + words, environment: variables,
                    folder: bench.folder.path, output: bench.folder["child.out"], errors: bench.folder["child.err"]))
            #expect(try await child.wait().exitCode == 0)
            let made = try bench.folder.entries().filter {
                !before.contains($0) && !["child.out", "child.err", "simulator.ledger"].contains($0)
            }
            #expect(Set(made).isSuperset(of: ["state/tokensweep", "state/tokensweep/queue.db", "out.csv", "out.jsonl"]))
            for name in made {
                var facts = stat()
                try #require(lstat(bench.folder[name], &facts) == 0)
                let isFolder = facts.st_mode & S_IFMT == S_IFDIR
                #expect(facts.st_mode & 0o777 == (isFolder ? 0o700 : 0o600), "\(name) has mode \(String(facts.st_mode & 0o777, radix: 8))")
            }
        }
    }

    @Test func `a report takes the place of a symbolic link, and leaves alone what that points to`() async throws {
        try await Workbench.with(world: world("{ generate: 2 }")) { bench in
            let words = try prepare(bench)
            try bench.folder.write("mine", to: "precious")
            try #require(symlink("precious", bench.folder["out.csv"]) == 0)
            expectExit(try await bench.end(of: try bench.start(words, environment: ["CLOUDFLARE_API_TOKEN": nil])), 0)
            #expect(try bench.folder.text(of: "precious") == "mine")
            #expect(try bench.folder.text(of: "out.csv").hasPrefix("manifest,line,"))
        }
    }
}

/// A process of this machine as its users see it.
private struct Process {
    var pid: Int32
    var arguments: String
    /// Empty where this user may not look.
    var environment: String

    static func all() throws -> [Process] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { name in
            // A process may end while it is looked at.
            guard let pid = Int32(name), let arguments = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return nil }
            let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data()
            return Process(
                pid: pid, arguments: String(decoding: arguments, as: UTF8.self), environment: String(decoding: environment, as: UTF8.self))
        }
    }
}

extension ScratchFolder {
    /// Paths of everything inside, folders too, relative to the folder.
    fileprivate func entries() throws -> [String] { try FileManager.default.subpathsOfDirectory(atPath: path) }
}
