import Glibc
import SweepTestSupport
import Testing

/// Accounts and zones with a credential each.
@Suite(.timeLimit(.minutes(3)))
struct CredentialsFileTests {
    private static let tokenB = "cfut_e2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2E0003"

    /// Two accounts and a zone; the second account's credential is refused after `lives` requests.
    private func world(lives: Int? = nil) -> String {
        let limit = lives.map { ", revoked_after: \($0)" } ?? ""
        return """
            { rate: 'none', zones_need_key: true,
              accounts: [{ id: '\(Sample.account)', tokens: [{ generate: 30 }] }, { id: '\(Sample.otherAccount)', tokens: [{ generate: 30 }] }],
              zones: [{ id: '\(Sample.zone)', tokens: [{ generate: 3 }] }],
              credentials: [
                { label: 'a', token: '\(Workbench.token)' }, { label: 'b', token: '\(Self.tokenB)'\(limit) },
                { label: 'key', email: '\(Sample.email)', key: '\(Sample.key)' }] }
            """
    }

    private let file = """
        { credentials: [
          { account: '\(Sample.account)', token_env: 'TOKEN_A' },
          { account: '\(Sample.otherAccount)', token_file: 'b.txt' },
          { zone: '\(Sample.zone)', email: '\(Sample.email)', key_env: 'KEY' } ] }
        """

    private let variables: [String: String?] = ["CLOUDFLARE_API_TOKEN": nil, "TOKEN_A": Workbench.token, "KEY": Sample.key]

    private func prepare(_ bench: Workbench, _ file: String) throws {
        let rows =
            Sample.jsonLines(1...30) + Sample.jsonLines(1...30, Sample.otherAccount)
            + Sample.jsonLines(1...3, scope: "zone_id", Sample.zone)
        try bench.folder.write(rows, to: "m.jsonl")
        _ = try bench.folder.makeFolder("secret")
        try bench.folder.write(file, to: "secret/c.json5")
        chmod(try bench.folder.write(Self.tokenB + "\n", to: "secret/b.txt"), 0o600)
    }

    private var existing: Set<TokenKey> {
        Sample.keys(1...30).union(Sample.keys(1...30, in: Sample.otherAccount)).union(Sample.keys(1...3, in: Sample.zone))
    }

    @Test func `each account and zone is served by its own credential`() async throws {
        try await Workbench.with(world: world()) { bench in
            try prepare(bench, file)
            let result = try await bench.call("run", "m.jsonl", "--yes", "--credentials", "secret/c.json5", environment: variables)
            expectExit(result, 0)
            #expect(!result.errors.contains("warning"))
            let ledger = try bench.simulator.ledger()
            let owners = Dictionary(grouping: ledger.deletes, by: { $0.scopeId ?? "" }).mapValues { Set($0.compactMap(\.credential)) }
            #expect(owners == [Sample.account: ["a"], Sample.otherAccount: ["b"], Sample.zone: ["key"]])
            expectAgreement(try await bench.report(), ledger, existing: existing)
            for name in try bench.folder.files() where name.contains("queue.db") || name.hasPrefix("call-") {
                for secret in [Self.tokenB, Workbench.token, Sample.key] {
                    #expect(!String(decoding: try bench.folder.bytes(of: name), as: UTF8.self).contains(secret), "\(name)")
                }
            }
        }
    }

    @Test func `a refused credential stops its own accounts only, and resume finds the file again`() async throws {
        try await Workbench.with(world: world(lives: 11)) { bench in
            try prepare(bench, file)
            let result = try await bench.call("run", "m.jsonl", "--yes", "--credentials", "secret/c.json5", environment: variables)
            expectExit(result, 3)
            #expect(result.errors.contains("the credential of account \(Sample.otherAccount) was refused"))
            let report = try await bench.report()
            #expect(report.count("deleted") == 43 && report.count("pending") == 20)
            #expect(report.filter { $0.outcome == "pending" }.allSatisfy { $0.scopeId == Sample.otherAccount })
            try bench.folder.write(Workbench.token, to: "secret/b.txt")
            let resumed = try await bench.call("resume", environment: variables)
            expectExit(resumed, 0)
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: existing)
        }
    }

    @Test func `what no entry serves is refused before anything is sent, whatever the environment holds`() async throws {
        try await Workbench.with(world: world()) { bench in
            try prepare(bench, "{ credentials: [{ account: '\(Sample.account)', token_env: 'CLOUDFLARE_API_TOKEN' }] }")
            for command in [["run", "--yes"], ["plan"]] {
                let result = try await bench.end(of: try bench.start(command + ["m.jsonl", "--credentials", "secret/c.json5"]))
                expectExit(result, 2)
                #expect(result.errors.contains("serves account \(Sample.otherAccount), zone \(Sample.zone); nothing was sent"))
            }
            try await expectUntouched(bench)
        }
    }

    @Test func `a default serves the rest`() async throws {
        try await Workbench.with(world: world()) { bench in
            try prepare(
                bench,
                """
                { credentials: [ { default: true, token_env: 'CLOUDFLARE_API_TOKEN' },
                  { zones: ['\(Sample.zone)'], email: '\(Sample.email)', key_env: 'KEY' } ] }
                """)
            let result = try await bench.call(
                "run", "m.jsonl", "--yes", "--credentials", "secret/c.json5", environment: ["KEY": Sample.key])
            expectExit(result, 0)
            #expect(Set(try bench.simulator.ledger().entries.map(\.credential)) == ["a", "key"])
        }
    }

    @Test func `a secret that others can read is warned of, one that is missing or empty is refused`() async throws {
        try await Workbench.with(world: world()) { bench in
            try prepare(bench, file)
            chmod(bench.folder["secret/b.txt"], 0o640)
            var changes = variables
            changes["KEY"] = .some(nil)
            let missing = try await bench.call("run", "m.jsonl", "--yes", "--credentials", "secret/c.json5", environment: changes)
            expectExit(missing, 2)
            #expect(missing.errors.contains("secret/c.json5:4: entry 3: the variable KEY is not set"))
            #expect(missing.errors.contains("warning: others than you may read secret/b.txt"))
            try bench.folder.write(" \n", to: "secret/b.txt")
            let empty = try await bench.call("run", "m.jsonl", "--yes", "--credentials", "secret/c.json5", environment: variables)
            expectExit(empty, 2)
            #expect(empty.errors.contains("secret/c.json5:3: entry 2: secret/b.txt is empty"))
            try await expectUntouched(bench)
        }
    }
}
