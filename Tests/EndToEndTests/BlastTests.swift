import FoundationEssentials
import SweepTestSupport
import Testing

/// What a plan finds out about its tokens before anything is deleted.
@Suite(.timeLimit(.minutes(3)))
struct BlastTests {
    private static let narrowToken = "cfut_e2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2E0009"
    private static let lookup: [String: String?] = ["TOKENSWEEP_NO_LOOKUP": nil]

    /// An account in which seven of ten tokens are referred to, in every way there is, and a second one with three tokens.
    private static let world = """
        { rate: 'none',
          accounts: [
            { id: '\(Sample.account)',
              tokens: [{ generate: 9, prefix: 'ci-' }, { generate: 1, first: 10, prefix: 'hot-', last_seen_at: '2099-01-01T00:00:00Z' }],
              groups: [
                { id: 'g1', name: 'bots', include: [{ service_token: { token_id: '\(Sample.id(1))' } }, { group: { id: 'g2' } }] },
                { id: 'g2', name: 'all bots', include: [{ group: { id: 'g1' } }] },
              ],
              policies: [{ id: 'p1', name: 'by group', require: [{ group: { id: 'g2' } }] },
                         { id: 'p2', name: 'everybody', include: [{ any_valid_service_token: {} }] }],
              apps: [
                { id: 'a1', name: 'Grafana', policies: [{ id: 'p3', name: 'CI', include: [{ service_token: { token_id: '\(Sample.id(2))' } }] }] },
                { id: 'a2', name: 'Okta', scim_config: { authentication:
                    { scheme: 'access_service_token', client_id: '00000000000000000000000000000003.access', client_secret: 'hidden' } } },
              ],
              doh: { token_id: '\(Sample.id(4))' } },
            { id: '\(Sample.otherAccount)',
              tokens: [{ generate: 2, first: 30 },
                { id: '\(Sample.id(33))', client_id: '00000000000000000000000000000009.access', name: 'twin' }] },
          ],
          credentials: [{ label: 'ops', token: '\(Workbench.token)' }, { label: 'narrow', token: '\(narrowToken)', access: 'tokens' }] }
        """

    /// What `plan --json` says after a lookup.
    private struct Plan: Decodable {
        struct Body: Decodable {
            var planId: String
            var deletions: Int
            var duplicates: Int
            var invalid: Int
            var skipped: Int
            var deferred: Int?
            var lookup: Lookup?
            var tokens: [Token]?
        }

        struct Lookup: Decodable {
            struct Scope: Decodable {
                var scopeId: String
                var reason: String
            }

            var inUse: Int
            var seenLastHour: Int
            var unlisted: Int
            var renamed: Int
            var unknown: Int
            var unknownScopes: [Scope]
            var unknownReferences: [Scope]
        }

        struct Token: Decodable {
            var serviceTokenId: String
            var presence: String
            var name: String?
            var manifestName: String?
            var clientId: String?
            var expiresAt: String?
            var lastSeenAt: String?
            var enabled: Bool?
            var inUse: Bool?
            var referrers: [String]
            var referrersComplete: Bool
            var deferred: Bool
        }

        var plan: Body
    }

    private func plan(
        _ bench: Workbench, _ arguments: [String], environment: [String: String?] = lookup
    ) async throws -> Plan.Body {
        let result = try await bench.end(of: try bench.start(["plan", "--json"] + arguments, environment: environment))
        expectExit(result, 0)
        return try JSONReading.value(Plan.self, result.output).plan
    }

    private func expectNoDelete(_ bench: Workbench, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        #expect(try bench.simulator.ledger().deletes.isEmpty, sourceLocation: sourceLocation)
        guard bench.folder.holds("state/tokensweep/queue.db") else { return }
        let jobs = try await bench.jobs()
        #expect(jobs.isEmpty, sourceLocation: sourceLocation)
    }

    private func clientCSV(_ numbers: [Int], account: String? = Sample.account) -> String {
        (account == nil ? "client_id\n" : "client_id,account_id\n")
            + numbers.map { number in
                let digits = String(number, radix: 16)
                let client = String(repeating: "0", count: 32 - digits.count) + digits + ".access"
                return "\(client)\(account.map { ",\($0)" } ?? "")\n"
            }.joined()
    }

    // MARK: - Who refers to it

    @Test func `a token that stays is reported with who refers to it`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            let run = ["run", "m.csv", "--yes", "--when-blocked", "disable", "--name", "b"]
            let told = try await bench.end(of: try bench.start(run + ["--json"], environment: Self.lookup))
            expectExit(told, 1)
            #expect(told.output.contains(#""reason":"disabled, still referenced by app \"Okta\" (a2) by SCIM""#))
            let report = try await bench.report("b")
            #expect(report.map(\.outcome) == ["blocked", "blocked", "blocked"])
            #expect(
                report.dropFirst().map(\.reason) == [
                    "disabled, still referenced by policy \"CI\" (p3) of app \"Grafana\" (a1)",
                    "disabled, still referenced by app \"Okta\" (a2) by SCIM",
                ])
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...3))
        }
    }

    @Test func `a plan tells who refers to each token, with six requests an account`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(
                "service_token_id,account_id,name\n"
                    + (1...10).map { "\(Sample.id($0)),\(Sample.account),\($0 == 9 ? "old" : "")\n" }.joined()
                    + "\(Sample.id(99)),\(Sample.account),\n", to: "m.csv")
            let plan = try await plan(bench, ["m.csv"])
            let tokens = try #require(plan.tokens)
            #expect(tokens.count == 11)
            let everybody = "policy \"everybody\" (p2) for any valid service token"
            #expect(
                tokens[0].referrers == [
                    "group \"bots\" (g1)", "group \"all bots\" (g2) through group \"bots\" (g1)",
                    "policy \"by group\" (p1) through group \"all bots\" (g2)", everybody,
                ])
            #expect(tokens[1].referrers == ["policy \"CI\" (p3) of app \"Grafana\" (a1)", everybody])
            #expect(tokens[2].referrers == ["app \"Okta\" (a2) by SCIM", everybody])
            #expect(tokens[3].referrers == ["DoH", everybody])
            #expect(tokens[4].referrers == [everybody])
            #expect(tokens.map(\.inUse) == [true, true, true] + Array(repeating: false, count: 8))
            #expect(tokens.allSatisfy { $0.referrersComplete })
            #expect(tokens.map(\.presence) == Array(repeating: "listed", count: 10) + ["unlisted"])
            #expect(tokens[9].lastSeenAt == "2099-01-01T00:00:00.000Z" && tokens[9].enabled == true)
            #expect(tokens[8].name == "ci-9" && tokens[8].manifestName == "old")
            let lookup = try #require(plan.lookup)
            #expect([lookup.inUse, lookup.seenLastHour, lookup.unlisted, lookup.renamed, lookup.unknown] == [3, 1, 1, 1, 0])
            #expect(lookup.unknownScopes.isEmpty && lookup.unknownReferences.isEmpty)
            // One more asks about the credential.
            #expect(try bench.simulator.ledger().entries.count == 6 + 1)
            let words = try await bench.call("plan", "m.csv", environment: Self.lookup)
            expectExit(words, 0)
            for line in [
                "3 tokens WILL BE REFUSED AS IN USE:", "1 token SEEN IN THE LAST HOUR:", "1 token not found in the complete list:",
                "1 token with another name than in the manifest:", "\"ci-9\", in the manifest \"old\"",
            ] { #expect(words.output.contains(line)) }
            #expect(!words.output.contains("hidden"))
            try await expectNoDelete(bench)
        }
    }

    @Test func `the plan is right: what it says is in use is blocked, and the rest is gone`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...10), to: "m.csv")
            let plan = try await plan(bench, ["m.csv"])
            let result = try await bench.call("run", "m.csv", "--confirm", plan.planId, environment: Self.lookup)
            expectExit(result, 1)
            let report = try await bench.report()
            let blocked = try #require(plan.tokens).filter { $0.inUse == true }.map(\.serviceTokenId)
            #expect(report.filter { $0.outcome == "blocked" }.map(\.serviceTokenId) == blocked)
            // What can no longer be read is in the report.
            #expect(report.map(\.name) == (1...9).map { "ci-\($0)" } + ["hot-10"])
            #expect(report.allSatisfy { $0.clientId != nil && $0.duration == "8760h" && $0.expiresAt != nil })
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...10))
        }
    }

    @Test func `where references may not be read the plan says unknown, never none`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...5) + "\(Sample.id(99)),\(Sample.account)\n", to: "m.csv")
            let narrow: [String: String?] = ["TOKENSWEEP_NO_LOOKUP": nil, "CLOUDFLARE_API_TOKEN": Self.narrowToken]
            let plan = try await plan(bench, ["m.csv"], environment: narrow)
            let tokens = try #require(plan.tokens)
            #expect(tokens.allSatisfy { !$0.referrersComplete && $0.inUse == nil && $0.referrers.isEmpty })
            #expect(tokens.map(\.presence) == Array(repeating: "listed", count: 5) + ["unknown"])
            #expect(plan.lookup?.unknownScopes.map(\.scopeId) == [Sample.account])
            #expect(plan.lookup?.unknownReferences.count == 4)
            let words = try await bench.call("plan", "m.csv", environment: narrow)
            #expect(words.output.contains("who refers to it is unknown"))
            #expect(!words.output.contains("referred to by none"))
        }
    }

    @Test func `an account that cannot be listed is unknown, and the run goes on`() async throws {
        let world = Sample.world("{ generate: 3 }", more: "outages: [{ kind: 'html_502', after_requests: 0, requests: 2 }]")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            let result = try await bench.call("run", "m.csv", "--yes", "--attempts", "2", environment: Self.lookup)
            expectExit(result, 0)
            #expect(result.errors.contains("Unknown: account \(Sample.account): 2 tries failed"))
            #expect(try bench.simulator.ledger().removed == Sample.keys(1...3))
        }
    }

    @Test func `without a lookup nothing is sent`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            let result = try await bench.call("plan", "m.csv", "--no-lookup", environment: Self.lookup)
            expectExit(result, 0)
            try await expectUntouched(bench)
        }
    }

    @Test func `lookups and deletions share one budget`() async throws {
        let world = Sample.world("{ generate: 10 }", settings: "rate: '12/4s'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...10), to: "m.csv")
            let words = ["--rate", "12/4s", "--reserve", "0%"]
            for command in [["plan"], ["run", "--yes"]] {
                let result = try await bench.end(of: try bench.start(command + ["m.csv"] + words, environment: Self.lookup))
                expectExit(result, 0)
            }
            let ledger = try bench.simulator.ledger()
            // Where the budget is spent, nobody asks about the credential.
            #expect(ledger.entries.count { !$0.path.hasSuffix("/tokens/verify") } == 22)
            #expect(ledger.entries.allSatisfy { !$0.rateLimited })
        }
    }

    // MARK: - Client ids

    @Test func `client ids alone are found, and are the same plan as their ids`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(clientCSV([5, 6, 7]), to: "leaked.csv")
            try bench.folder.write(Sample.csv(5...7), to: "ids.csv")
            let byClient = try await plan(bench, ["leaked.csv"])
            let byID = try await plan(bench, ["ids.csv"])
            #expect(byClient.planId == byID.planId && byClient.deletions == 3)
            let both = try await plan(bench, ["leaked.csv", "ids.csv"])
            #expect(both.planId == byID.planId && both.duplicates == 3)
            expectExit(try await bench.call("run", "leaked.csv", "--confirm", byID.planId, environment: Self.lookup), 0)
            #expect(try bench.simulator.ledger().removed == Sample.keys(5...7))
            #expect(try await bench.report().map(\.serviceTokenId) == (5...7).map { Sample.id($0) })
        }
    }

    @Test func `client ids without an account are looked for in all accounts of the credentials file`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(
                "{ credentials: [{ accounts: ['\(Sample.account)', '\(Sample.otherAccount)'], token_env: 'CLOUDFLARE_API_TOKEN' }] }",
                to: "c.json5")
            try bench.folder.write(clientCSV([5, 30], account: nil), to: "leaked.csv")
            let words = ["leaked.csv", "--credentials", "c.json5"]
            let result = try await bench.end(of: try bench.start(["run", "--yes"] + words, environment: Self.lookup))
            expectExit(result, 0)
            #expect(try bench.simulator.ledger().removed == Sample.keys([5]).union(Sample.keys([30], in: Sample.otherAccount)))
            #expect(try bench.simulator.ledger().entries.count == 14 + 1)
            // Without such a file nobody knows where to look.
            let lost = try await bench.call("run", "leaked.csv", "--yes", environment: Self.lookup)
            expectExit(lost, 2)
            #expect(lost.errors.contains("leaked.csv:2: account_id: no account_id and no zone_id"))
        }
    }

    @Test func `a client id that fits none or several stops everything before the first DELETE`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(
                "{ credentials: [{ accounts: ['\(Sample.account)', '\(Sample.otherAccount)'], token_env: 'CLOUDFLARE_API_TOKEN' }] }",
                to: "c.json5")
            try bench.folder.write(clientCSV([9, 77, 5], account: nil), to: "leaked.csv")
            let words = ["leaked.csv", "--credentials", "c.json5", "--yes"]
            let refused = try await bench.end(of: try bench.start(["run"] + words, environment: Self.lookup))
            expectExit(refused, 2)
            #expect(refused.errors.contains("leaked.csv:2: client_id: several tokens have this client id"))
            #expect(refused.errors.contains("leaked.csv:3: client_id: no token has this client id"))
            try await expectNoDelete(bench)
            let skipped = try await bench.end(of: try bench.start(["run", "--skip-invalid"] + words, environment: Self.lookup))
            expectExit(skipped, 1)
            #expect(try bench.simulator.ledger().removed == Sample.keys([5]))
            #expect(try await bench.report().outcomes == ["invalid", "invalid", "deleted"])
        }
    }

    @Test func `a client id is never taken for absent where the credential may not see all`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(clientCSV([77]), to: "leaked.csv")
            let narrow: [String: String?] = ["TOKENSWEEP_NO_LOOKUP": nil, "CLOUDFLARE_API_TOKEN": Self.narrowToken]
            let refused = try await bench.call("run", "leaked.csv", "--yes", environment: narrow)
            expectExit(refused, 2)
            #expect(refused.errors.contains("not listed, but the credential may not see all tokens there"))
            let off = try await bench.call("run", "leaked.csv", "--yes", "--no-lookup")
            expectExit(off, 2)
            #expect(off.errors.contains("--no-lookup forbids"))
            try await expectNoDelete(bench)
        }
    }

    // MARK: - Guards

    @Test func `tokens are protected by the names that the API has for them`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(5...10), to: "m.csv")
            let result = try await bench.call("run", "m.csv", "--yes", "--protect", "name:hot-*", environment: Self.lookup)
            expectExit(result, 1)
            #expect(try bench.simulator.ledger().removed == Sample.keys(5...9))
            #expect(try bench.simulator.ledger().deletes.allSatisfy { $0.tokenId != Sample.id(10) })
            #expect(try await bench.report().last?.outcome == "skipped")
            // What nobody can judge is still refused.
            try bench.folder.write(Sample.csv([99]), to: "unknown.csv")
            let refused = try await bench.call("run", "unknown.csv", "--yes", "--protect", "name:hot-*", environment: Self.lookup)
            expectExit(refused, 2)
            #expect(refused.errors.contains("it cannot be told whether these tokens are protected"))
        }
    }

    @Test func `tokens that were just seen go last, after a second yes`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            // The first of the manifest is the one that is in use.
            try bench.folder.write(Sample.csv([10, 5, 6, 7]), to: "m.csv")
            let plan = try await plan(bench, ["m.csv", "--defer-recent", "1h"])
            #expect(plan.deferred == 1 && plan.tokens?.map(\.deferred) == [true, false, false, false])
            let paused = try await bench.call(
                "run", "m.csv", "--confirm", plan.planId, "--defer-recent", "1h", environment: Self.lookup)
            expectExit(paused, 4)
            #expect(paused.errors.contains("1 token that may be in use"))
            #expect(try bench.simulator.ledger().removed == Sample.keys(5...7))
            expectExit(try await bench.call("resume"), 4)
            #expect(try bench.simulator.ledger().deletes.count == 3)
            expectExit(try await bench.call("resume", "--yes"), 0)
            #expect(try bench.simulator.ledger().deletes.last?.tokenId == Sample.id(10))
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...10))
        }
    }

    @Test func `a person is asked a second time, and a no leaves the tokens alone`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv([10, 5, 6]), to: "m.csv")
            let terminal = try Terminal()
            let child = try bench.start(["run", "m.csv", "--defer-recent", "1h"], input: .terminal(terminal), environment: Self.lookup)
            try await eventually("the question") { terminal.text.contains("Type 3 to go on: ") }
            try terminal.type("3")
            try await eventually("the second question") { terminal.text.contains("Type 1 to go on: ") }
            #expect(try bench.simulator.ledger().removed == Sample.keys(5...6))
            try terminal.type("no")
            expectExit(try await bench.end(of: child), 4)
            let again = try Terminal()
            let second = try bench.start(["resume"], input: .terminal(again))
            try await eventually("the second question") { again.text.contains("Type 1 to go on: ") }
            try again.type("1")
            expectExit(try await bench.end(of: second), 0)
            #expect(try bench.simulator.ledger().removed == Sample.keys([5, 6, 10]))
        }
    }

    @Test func `without a lookup every token counts as seen`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(5...6), to: "m.csv")
            let plan = try await bench.call("plan", "m.csv", "--defer-recent", "1h")
            #expect(plan.output.contains("unknown of 2 of them"))
            let result = try await bench.call("run", "m.csv", "--yes", "--defer-recent", "1h")
            expectExit(result, 0)
            #expect(result.errors.contains("Now the 2 tokens that may be in use."))
        }
    }
}
