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

    /// Every token whose request would leave, had the plan been confirmed.
    private func claims(_ rows: [Row], _ list: ProtectionList) async throws -> Set<String> {
        let folder = try ScratchFolder()
        defer { try? folder.remove() }
        let path = try folder.write("service_token_id,account_id,name\n" + rows.map(\.csv).joined(), to: "m.csv")
        let queue = try Queue(owning: folder["queue.db"], as: "the test")
        let now = Timestamp(milliseconds: 1_795_461_717_042)
        _ = try await queue.startPlan(JobDraft(name: "j", settings: "{}", baseURL: "x", manifests: [path], createdAt: now))
        let findings = try await PlanReader.read([path], into: queue, defaultScope: nil, protecting: list, resolving: .off)
        let nameless = rows.count { $0.name == nil }
        #expect((findings.unjudged[.name] ?? 0) <= nameless)
        let plan = try await queue.sealPlan()
        try await queue.confirm(plan.job)
        let lanes = LaneMap(fingerprint: "f", scopes: plan.scopes.map(\.scope))
        _ = try await queue.begin(plan.job, lanes: lanes, remembering: Milliseconds(0), at: now)
        let claimed = try await queue.commit(Turn(records: [], claims: [.fresh(LaneID(0), limit: 1000)], now: now))
        return Set(claimed.map(\.call.tokenID.description))
    }
}
