import SweepTestSupport
import Testing

/// `discover`: what is printed can be deleted, and nothing is printed that is not the whole list.
@Suite(.timeLimit(.minutes(3)))
struct DiscoverTests {
    private static let blindToken = "cfut_e2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2E0003"

    /// A world whose credentials include one that may not read Access, and one of the first account only.
    private func world(_ accounts: [(id: String, tokens: String)], settings: String = "rate: 'none'", more: String = "") -> String {
        let text = Sample.world(accounts: accounts, settings: settings, more: more)
        return text.replacing("credentials: [", with: "credentials: [ { label: 'blind', token: '\(Self.blindToken)', access: 'none' },")
    }

    private func discover(_ bench: Workbench, _ words: String..., token: String = Workbench.token) async throws -> Workbench.Result {
        try await bench.end(
            of: try bench.start(["discover", "--account", Sample.account] + words, environment: ["CLOUDFLARE_API_TOKEN": token]))
    }

    private func ids(_ result: Workbench.Result) -> [String] {
        let mark = "{\"service_token_id\":\""
        return result.output.split(separator: "\n").filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count).prefix(36)) }
    }

    @Test func `all accounts are those that the credentials file names`() async throws {
        let world = world([(Sample.account, "{ generate: 2 }"), (Sample.otherAccount, "{ generate: 3, first: 10 }")])
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(
                "{ credentials: [{ accounts: ['\(Sample.account)', '\(Sample.otherAccount)'], token_env: 'CLOUDFLARE_API_TOKEN' }] }",
                to: "c.json5")
            let all = try await bench.call("discover", "--all-accounts", "--credentials", "c.json5")
            expectExit(all, 0)
            #expect(ids(all) == ([1, 2] + [10, 11, 12]).map { Sample.id($0) })
            let unnamed = try await bench.call("discover", "--all-accounts")
            expectExit(unnamed, 2)
            #expect(unnamed.errors.contains("every account that the credentials file names"))
        }
    }

    @Test func `what is listed can be run, in both formats and without a warning`() async throws {
        let zone = "zones: [{ id: '\(Sample.zone)', tokens: [{ generate: 2, first: 50 }] }],"
        let world = world([(Sample.account, "{ generate: 1003 }")], more: zone)
        try await Workbench.with(world: world) { bench in
            for format in ["jsonl", "csv"] {
                let listed = try await discover(bench, "--zone", Sample.zone, "--format", format)
                expectExit(listed, 0)
                let planned = try await bench.call(
                    "plan", "-", "--json", input: .file(try bench.folder.write(listed.output, to: "m.\(format)")))
                expectExit(planned, 0)
                #expect(!planned.errors.contains("ignored"))
                #expect(try JSONReading.value(PlanLine.self, planned.output).plan.deletions == 1005)
            }
        }
    }

    @Test func `filters combine`() async throws {
        let tokens = """
            { generate: 2, prefix: 'old-', created_at: '2024-01-01T00:00:00Z' },
            { generate: 2, first: 10, prefix: 'old-seen-', created_at: '2024-01-01T00:00:00Z', last_seen_at: '2999-01-01T00:00:00Z' },
            { generate: 2, first: 20, prefix: 'new-', created_at: '2998-01-01T00:00:00Z', expires_at: '2999-01-01T00:00:00Z' },
            { generate: 2, first: 30, prefix: 'off-', enabled: false, created_at: '2024-06-01T00:00:00.5Z', expires_at: '2025-01-01T00:00:00Z' }
            """
        try await Workbench.with(world: world([(Sample.account, tokens)])) { bench in
            let cases: [([String], [Int])] = [
                (["--name", "old-*"], [1, 2, 10, 11]), (["--name", "old-?"], [1, 2]), (["--unused-since", "90d"], [1, 2, 30, 31]),
                (["--unused-since", "90d", "--name", "old*"], [1, 2]), (["--disabled"], [30, 31]),
                (["--enabled", "--created-after", "2025-01-01"], [20, 21]), (["--created-before", "2024-01-02"], [1, 2, 10, 11]),
                (["--expired", "--disabled"], [30, 31]), (["--expired", "--enabled", "--name", "new-*"], []),
            ]
            for (words, numbers) in cases {
                let listed = try await bench.end(of: try bench.start(["discover", "--account", Sample.account] + words))
                expectExit(listed, 0)
                #expect(ids(listed) == numbers.map(Sample.id), "\(words)")
            }
        }
    }

    @Test func `client ids are found in a log, and those that nobody has are named`() async throws {
        try await Workbench.with(world: world([(Sample.account, "{ generate: 300 }")])) { bench in
            let unknown = String(repeating: "ab", count: 16) + ".access"
            let log = """
                {"CF-Access-Client-Id":"000000000000000000000000000000ff.access.example.com","x":"\\n00000000000000000000000000000007.access"}
                \(unknown). And \(unknown)!
                """
            let listed = try await discover(bench, "--client-id-file", try bench.folder.write(log, to: "build.log"))
            expectExit(listed, 0)
            #expect(ids(listed) == [Sample.id(7), Sample.id(255)])
            #expect(listed.errors.contains("1 client id is in none of the listed accounts and zones:\n  \(unknown)\n"))
            let empty = try await discover(bench, "--client-id-file", try bench.folder.write("nothing", to: "empty.log"))
            expectExit(empty, 2)
        }
    }

    @Test func `an empty list is a success only for whoever may read`() async throws {
        try await Workbench.with(world: world([(Sample.account, "")])) { bench in
            expectExit(try await discover(bench), 0)
            let blind = try await discover(bench, token: Self.blindToken)
            expectExit(blind, 3)
            #expect(blind.errors.contains("may not read there"))
        }
    }

    @Test func `an empty list whose permission cannot be proven is no success`() async throws {
        let fault = "faults: [{ kind: 'http_500', methods: ['GET'], path: '/policies', status: 400, body: '{}' }],"
        try await Workbench.with(world: world([(Sample.account, "")], more: fault)) { bench in
            let listed = try await discover(bench)
            expectExit(listed, 5)
            #expect(listed.output.isEmpty)
            #expect(listed.errors.contains("is not proven"))
        }
    }

    @Test func `one list that breaks off keeps all others back`() async throws {
        let fault = "faults: [{ kind: 'http_500', methods: ['GET'], path: '\(Sample.otherAccount)/access/service_tokens' }],"
        let world = world([(Sample.account, "{ generate: 3 }"), (Sample.otherAccount, "{ generate: 3 }")], more: fault)
        try await Workbench.with(world: world) { bench in
            let listed = try await discover(bench, "--account", Sample.otherAccount, "--attempts", "2")
            expectExit(listed, 5)
            #expect(listed.output.isEmpty)
            #expect(listed.errors.contains("account \(Sample.otherAccount): 2 tries failed"))
        }
    }

    @Test func `a refused credential, a wrong account and a dead network say so`() async throws {
        try await Workbench.with(world: world([(Sample.account, "{ generate: 3 }")])) { bench in
            let refused = try await discover(bench, token: Sample.revokedToken)
            expectExit(refused, 3)
            expectExit(try await bench.call("discover", "--account", Sample.otherAccount), 2)
            expectExit(try await bench.call("discover"), 2)
            let unplugged = try await bench.call(
                "discover", "--account", Sample.account, environment: ["CLOUDFLARE_BASE_URL": "http://127.0.0.1:1/client/v4"])
            expectExit(unplugged, 5)
            #expect([refused.output, unplugged.output] == ["", ""])
        }
    }

    @Test func `requests of several calls count against one budget`() async throws {
        let world = world([(Sample.account, "{ generate: 3 }")], settings: "rate: '10/3s'")
        try await Workbench.with(world: world) { bench in
            for _ in 0..<6 { expectExit(try await discover(bench, "--rate", "10/3s"), 0) }
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--rate", "10/3s"), 0)
            let ledger = try bench.simulator.ledger()
            #expect(ledger.entries.count == 16)
            #expect(ledger.entries.allSatisfy { !$0.rateLimited })
            #expect(ledger.mostArrivals(within: 3000) <= 9)
        }
    }

    @Test func `a credentials file says who asks where`() async throws {
        let other = "{ label: 'other', token: '\(Self.blindToken)x', accounts: ['\(Sample.otherAccount)'] },"
        let world = world([(Sample.account, "{ generate: 2 }"), (Sample.otherAccount, "{ generate: 3, first: 9 }")])
            .replacing("credentials: [", with: "credentials: [ \(other)")
        try await Workbench.with(world: world) { bench in
            let entries = """
                { credentials: [
                  { account: "\(Sample.account)", token_env: "FIRST" }, { account: "\(Sample.otherAccount)", token_env: "SECOND" },
                ] }
                """
            let file = try bench.folder.write(entries, to: "who.json5")
            let variables = ["FIRST": Workbench.token, "SECOND": "\(Self.blindToken)x"]
            let words = ["--credentials", file, "--account", Sample.account, "--account", Sample.otherAccount]
            let listed = try await bench.end(of: try bench.start(["discover"] + words, environment: variables))
            expectExit(listed, 0)
            #expect(ids(listed).count == 5)
            let ledger = try bench.simulator.ledger()
            #expect(ledger.entries.allSatisfy { ($0.scopeId == Sample.otherAccount) == ($0.credential == "other") })
        }
    }
}
