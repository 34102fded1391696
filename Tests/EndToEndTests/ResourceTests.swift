import SweepTestSupport
import Testing

/// Little of everything: descriptors, processes, memory.
@Suite(.timeLimit(.minutes(3)))
struct ResourceTests {
    @Test(arguments: [256, 64, 48])
    func `with few file descriptors it uses fewer connections, and no token fails`(descriptors: Int) async throws {
        let world = Sample.world("{ generate: 600 }", settings: "rate: 'none', latency: '100ms'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...600), to: "m.csv")
            let words = ["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "256", "--report", "out.csv"]
            let child = try bench.start(words, through: ["prlimit", "--nofile=\(descriptors):\(descriptors)"])
            expectExit(try await bench.end(of: child), 0)
            let (report, ledger) = (try await bench.report(), try bench.simulator.ledger())
            expectAgreement(report, ledger, existing: Sample.keys(1...600))
            #expect(report.allSatisfy { $0.outcome == "deleted" && $0.attempts == 1 })
            #expect(ledger.deletes.count == 600)
        }
    }

    @Test func `with few file descriptors many accounts are listed all the same, each by its own credential`() async throws {
        let numbers = 10...69
        let accounts = numbers.map { "{ id: '\(Self.account($0))', tokens: [{ generate: 1 }] }" }
        let credentials = numbers.map { "{ label: 'c\($0)', token: '\(Self.token($0))', accounts: ['\(Self.account($0))'] }" }
        let world = """
            { rate: 'none', latency: '300ms', accounts: [\(accounts.joined(separator: ", "))],
              credentials: [\(credentials.joined(separator: ", "))] }
            """
        try await Workbench.with(world: world) { bench in
            let entries = numbers.map { "{ account: '\(Self.account($0))', token_env: 'TOKEN_\($0)' }" }
            try bench.folder.write("{ credentials: [\(entries.joined(separator: ", "))] }", to: "credentials.json5")
            let secrets = Dictionary(uniqueKeysWithValues: numbers.map { ("TOKEN_\($0)", Optional(Self.token($0))) })
            let words = ["discover", "--credentials", "credentials.json5", "--all-accounts", "--rate", "none"]
            let child = try bench.start(words, environment: secrets, through: ["prlimit", "--nofile=64:64"])
            let result = try await bench.end(of: child)
            expectExit(result, 0)
            #expect(result.output.split(separator: "\n").count == numbers.count)
        }
    }

    private static func account(_ number: Int) -> String { "0c" + String(repeating: "0", count: 28) + "\(number)" }

    private static func token(_ number: Int) -> String { "cfut_" + String(repeating: "d", count: 40) + "\(number)" }

    @Test(.enabled(if: Binaries.areReleased, "the memory of a debug build says nothing"))
    func `a hundred thousand tokens fit into 64 MiB`() async throws {
        // The account has none of them: what counts is how many there are.
        try await Workbench.with(world: Sample.world("{ generate: 1 }")) { bench in
            try bench.folder.write(Sample.csv(1...100_000), to: "m.csv")
            let measure = """
                import resource, subprocess, sys
                code = subprocess.run(sys.argv[1:]).returncode
                print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
                sys.exit(code)
                """
            let words = ["run", "m.csv", "--yes", "--rate", "none", "--quiet", "--report", "out.csv"]
            let child = try bench.start(words, through: ["python3", "-c", measure])
            let result = try await bench.end(of: child, within: .seconds(170))
            expectExit(result, 0)
            let peak = try #require(Int(result.output.split(separator: "\n").last ?? ""))
            #expect(peak < 64 * 1024, "\(peak) KiB")
            #expect(try bench.folder.text(of: "out.csv").utf8.count { $0 == UInt8(ascii: "\n") } == 100_001)
        }
    }
}
