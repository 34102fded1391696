import SweepTestSupport
import Testing

/// What is asked about the credentials before the first DELETE.
@Suite(.timeLimit(.minutes(3)))
struct PreflightTests {
    private static let tokens = (1...9).map { "cfut_e2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2E010\($0)" }
    private static let ofAccount = "cfat_e2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2E0201"
    private static let old = "e2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2E03010"

    /// An account for each row of credentials, with three tokens each; the credential of account k stands in the variable `C<k>`.
    private struct Accounts {
        let ids: [String]
        let world: String
        let file: String
        let manifest: String
        let variables: [String: String?]

        init(_ credentials: [(secret: String, more: String)], faults: String = "") {
            let ids = credentials.indices.map { "0a0000000000000000000000000001" + ($0 < 9 ? "0" : "") + String($0 + 1) }
            let secrets = Dictionary(credentials.map { ($0.secret, $0.more) }, uniquingKeysWith: { first, _ in first })
            let rows = secrets.sorted { $0.key < $1.key }.map { "{ label: '\($0.key.suffix(4))', token: '\($0.key)'\($0.value) }" }
            world = """
                { rate: 'none', accounts: [\(ids.map { "{ id: '\($0)', tokens: [{ generate: 3 }] }" }.joined(separator: ", "))],
                  credentials: [\(rows.joined(separator: ", "))]\(faults) }
                """
            let entries = ids.enumerated().map { "{ account: '\($1)', token_env: 'C\($0 + 1)' }" }
            file = "{ credentials: [\(entries.joined(separator: ", "))] }"
            manifest = ids.map { Sample.jsonLines(1...3, $0) }.joined()
            var variables: [String: String?] = ["CLOUDFLARE_API_TOKEN": nil]
            for (index, credential) in credentials.enumerated() { variables["C\(index + 1)"] = credential.secret }
            self.ids = ids
            self.variables = variables
        }

        func prepare(_ bench: Workbench) throws {
            try bench.folder.write(manifest, to: "m.jsonl")
            try bench.folder.write(file, to: "c.json5")
        }

        func call(_ bench: Workbench, _ words: String..., fixing changes: [String: String?] = [:]) async throws -> Workbench.Result {
            try await bench.end(of: try bench.start(words, environment: variables.merging(changes) { $1 }))
        }
    }

    @Test func `every kind of credential is asked about where it is known, once, before the first DELETE`() async throws {
        let accounts = Accounts([(Self.tokens[0], ""), (Self.ofAccount, ""), (Self.tokens[0], ""), (Self.old, ", kind: 'account'")])
        try await Workbench.with(world: accounts.world) { bench in
            try accounts.prepare(bench)
            let result = try await accounts.call(bench, "run", "m.jsonl", "--yes", "--credentials", "c.json5")
            expectExit(result, 0)
            #expect(result.errors.contains("3 credentials verified."))
            let ledger = try bench.simulator.ledger()
            let user = "/client/v4/user/tokens/verify"
            func account(_ number: Int) -> String { "/client/v4/accounts/\(accounts.ids[number - 1])/tokens/verify" }
            // An old token does not show its kind: where the user's endpoint refuses it, the account's is asked.
            #expect(ledger.lookups.map(\.path).sorted() == [account(2), account(4), user, user].sorted())
            #expect(ledger.entries.prefix(4).allSatisfy { $0.method == "GET" })
            #expect(ledger.deletes.count == 12)
        }
    }

    @Test(arguments: [
        (", revoked: true", "the API token is not valid"), (", ip_filtered: true", "may not be used from this address"),
    ])
    func `a refused credential sends no DELETE and stops no other`(more: String, reason: String) async throws {
        let accounts = Accounts([(Self.tokens[0], ""), (Self.tokens[1], more), (Self.tokens[2], "")])
        try await Workbench.with(world: accounts.world) { bench in
            try accounts.prepare(bench)
            let plan = try await accounts.call(bench, "plan", "m.jsonl", "--credentials", "c.json5", "--no-lookup=false")
            expectExit(plan, 0)
            let words = "The credential of entry 2 of c.json5 is refused: "
            #expect(plan.output.contains(words) && plan.output.contains(reason))
            #expect(plan.output.contains("It cannot serve account \(accounts.ids[1]) (3 tokens)"))
            let json = try await accounts.call(bench, "plan", "m.jsonl", "--credentials", "c.json5", "--no-lookup=false", "--json")
            #expect(json.output.contains(#""name":"entry 2 of c.json5","standing":"refused""#))
            let result = try await accounts.call(
                bench, "run", "m.jsonl", "--yes", "--credentials", "c.json5", "--report", "out.jsonl")
            expectExit(result, 3)
            #expect(result.errors.contains(words) && result.errors.contains("the credential of account \(accounts.ids[1]) was refused"))
            let ledger = try bench.simulator.ledger()
            #expect(ledger.deletes.allSatisfy { $0.scopeId != accounts.ids[1] } && ledger.deletes.count == 6)
            let report = try JSONReading.lines(ReportLine.self, try bench.folder.text(of: "out.jsonl"))
            #expect(report.filter { $0.scopeId == accounts.ids[1] }.allSatisfy { $0.outcome == "pending" && $0.attempts == 0 })
            expectExit(try await accounts.call(bench, "resume", fixing: ["C2": Self.tokens[0]]), 0)
            #expect(try bench.simulator.ledger().deletes.count == 9)
        }
    }

    @Test func `where no credential works nothing is sent, and only who said yes leaves a job`() async throws {
        let accounts = Accounts([(Self.tokens[0], ", revoked: true"), (Self.tokens[1], ", ip_filtered: true")])
        try await Workbench.with(world: accounts.world) { bench in
            try accounts.prepare(bench)
            let unasked = try await accounts.call(bench, "run", "m.jsonl", "--credentials", "c.json5")
            expectExit(unasked, 3)
            #expect(unasked.errors.contains("no credential works; nothing was deleted"))
            try await expectUntouched(bench, lookups: 2)
            expectExit(try await accounts.call(bench, "run", "m.jsonl", "--yes", "--credentials", "c.json5"), 3)
            expectExit(try await accounts.call(bench, "resume"), 3)
            #expect(try await bench.report().outcomes == Array(repeating: "pending", count: 6))
            #expect(try bench.simulator.ledger().deletes.isEmpty)
            expectExit(try await accounts.call(bench, "resume", fixing: ["C1": Self.old, "C2": Self.old]), 3)
        }
    }

    /// Whatever an endpoint says that is no clear refusal, the DELETEs find out.
    @Test(arguments: ["http_500", "html_502", "plain_522", "reset_before", "truncated", "not_json_200", "redirect", "http_503_empty"])
    func `an endpoint that does not tell stops nothing`(kind: String) async throws {
        let fault = ", outages: [{ kind: '\(kind)', after_requests: 0, requests: 1 }]"
        let accounts = Accounts([(Self.tokens[0], "")], faults: fault)
        try await Workbench.with(world: accounts.world) { bench in
            try accounts.prepare(bench)
            let result = try await accounts.call(bench, "run", "m.jsonl", "--yes", "--credentials", "c.json5")
            expectExit(result, 0)
            #expect(result.errors.contains("warning: the credential of entry 1 of c.json5 could not be verified"))
            let ledger = try bench.simulator.ledger()
            #expect(ledger.lookups.count == 1 && ledger.deletes.count == 3)
        }
    }

    @Test func `a 429 is waited out before the first DELETE of its credential`() async throws {
        let fault = ", outages: [{ kind: 'rate_limited_971', after_requests: 0, requests: 1, seconds: 2 }]"
        let accounts = Accounts([(Self.tokens[0], "")], faults: fault)
        try await Workbench.with(world: accounts.world) { bench in
            try accounts.prepare(bench)
            expectExit(try await accounts.call(bench, "run", "m.jsonl", "--yes", "--credentials", "c.json5"), 0)
            let entries = try bench.simulator.ledger().entries
            #expect(entries.count == 4 && (entries.dropFirst().map(\.atMs).min() ?? 0) - (entries.first?.atMs ?? 0) >= 2000)
        }
    }

    @Test func `two entries with the same credential share one budget`() async throws {
        let accounts = Accounts([(Self.tokens[0], ""), (Self.tokens[0], "")])
        let world = accounts.world.replacing("rate: 'none'", with: "rate: '4/2s', window: 'sliding'")
        try await Workbench.with(world: world) { bench in
            try accounts.prepare(bench)
            let words = ["run", "m.jsonl", "--yes", "--credentials", "c.json5", "--rate", "4/2s", "--reserve", "0%"]
            expectExit(try await bench.end(of: try bench.start(words, environment: accounts.variables)), 0)
            let ledger = try bench.simulator.ledger()
            #expect(ledger.lookups.count == 1 && ledger.deletes.count == 6)
            #expect(ledger.entries.allSatisfy { !$0.rateLimited } && ledger.mostArrivals(within: 2000) <= 4)
        }
    }
}
