import SweepModel
import SweepQueue
import SweepTestSupport
import Testing

@testable import SweepCLI

/// From the manifest's bytes to the claims: no protected token ever comes to its turn.
@Suite struct ProtectionPropertyTests {
    private struct Row {
        var account: Int
        var token: Int
        var name: String?

        var csv: String { "\(ProtectionPropertyTests.token(token)),\(ProtectionPropertyTests.account(account)),\(name ?? "")\n" }
    }

    private static func token(_ number: Int) -> String { "00000000-0000-4000-8000-0000000000" + (number < 10 ? "0\(number)" : "\(number)") }
    private static func account(_ number: Int) -> String { "0000000000000000000000000000000\(number)" }

    @Test(arguments: 1...60) func noProtectedTokenIsEverSent(seed: Int) async throws {
        var random = SeededRandom(UInt64(seed))
        let names = ["prod-api", "prod-db", "ci-1", "ci-2", "test"]
        let mayBeNameless = seed % 3 == 0
        let rows = (0..<50).map { _ in
            let isNamed = !mayBeNameless || !random.chance(10)
            return Row(
                account: .random(in: 1...3, using: &random), token: .random(in: 1...40, using: &random),
                name: isNamed ? names.randomElement(using: &random) : nil)
        }
        let forbiddenID = Int.random(in: 1...40, using: &random)
        let patterns = ["name:prod-*", "name:ci-[2-9]", "id:\(Self.token(forbiddenID))"]
        let list = ProtectionList(try patterns.map { try #require(Protection($0)) })
        let forbidden = Set(
            rows.filter { $0.token == forbiddenID || $0.name.map { $0.hasPrefix("prod-") || $0 == "ci-2" } ?? true }.map(\.token))

        let claimed = try await claims(rows, list)
        #expect(claimed.isDisjoint(with: Set(forbidden.map(Self.token))))
        // Nothing else is held back.
        #expect(claimed == Set(rows.map(\.token)).subtracting(forbidden).reduce(into: Set()) { $0.insert(Self.token($1)) })
    }

    @Test(arguments: 1...60) func noTokenThatTheAPIHasAProtectedNameForIsEverSent(seed: Int) async throws {
        var random = SeededRandom(UInt64(seed))
        let names = ["prod-api", "prod-db", "ci-1", "test", nil]
        let rows = (0..<50).map { _ in
            Row(
                account: .random(in: 1...3, using: &random), token: .random(in: 1...40, using: &random),
                name: names.randomElement(using: &random) ?? nil)
        }
        let live = (0...40).map { _ in names.randomElement(using: &random) ?? nil }
        let list = ProtectionList([try #require(Protection("name:prod-*"))])
        let findings = try (1...3).map { account in
            let scope = Scope(.account, try #require(ScopeID(Self.account(account))))
            let tokens = try (1...40).map { LiveToken(scope: scope, id: try #require(TokenID(Self.token($0))), name: live[$0]) }
            return LookupFinding(scope: scope, tokens: tokens, provesAbsence: true)
        }
        let claimed = try await claims(rows, list, findings)
        for row in rows where row.name?.hasPrefix("prod-") ?? false || live[row.token]?.hasPrefix("prod-") ?? false {
            #expect(!claimed.contains(Self.token(row.token)))
        }
        for row in rows where row.name == nil && live[row.token] == nil {
            let isNamed = rows.contains { $0.token == row.token && $0.name != nil }
            #expect(isNamed || !claimed.contains(Self.token(row.token)))
        }
    }

    /// Every token whose request would leave, had the plan been confirmed.
    private func claims(_ rows: [Row], _ list: ProtectionList, _ lookup: [LookupFinding]? = nil) async throws -> Set<String> {
        let folder = try ScratchFolder()
        defer { try? folder.remove() }
        let path = try folder.write("service_token_id,account_id,name\n" + rows.map(\.csv).joined(), to: "m.csv")
        let queue = try Queue(owning: folder["queue.db"], as: "the test")
        let now = Timestamp(milliseconds: 1_795_461_717_042)
        _ = try await queue.startPlan(JobDraft(name: "j", settings: "{}", baseURL: "x", manifests: [path], createdAt: now))
        let findings = try await PlanReader.read(
            [path], into: queue, defaultScope: nil, protecting: list, resolving: lookup == nil ? .off : .named)
        let nameless = rows.count { $0.name == nil }
        #expect((findings.unjudged[.name] ?? 0) <= nameless)
        var plan = try await queue.sealPlan()
        if let lookup { plan = try await queue.review(plan, by: lookup, protecting: list, at: now).plan }
        try await queue.confirm(plan.job, by: .unasked, at: now)
        let lanes = LaneMap(fingerprint: "f", scopes: plan.scopes.map(\.scope))
        _ = try await queue.begin(plan.job, lanes: lanes, remembering: Milliseconds(0), at: now)
        let claimed = try await queue.commit(Turn(records: [], claims: [.fresh(LaneID(0), limit: 1000)], now: now))
        return Set(claimed.map(\.call.tokenID.description))
    }
}
