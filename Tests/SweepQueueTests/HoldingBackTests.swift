import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// Tokens that are named in a manifest and must not be deleted.
@Suite struct HoldingBackTests {
    private func heldBack(_ token: Int, scope: Int = 1) throws -> ManifestRow {
        .heldBack(try Sample.request(token, scope: scope), reason: "protected by name:x")
    }

    @Test func itIsPlannedAsSkippedAndNoPartOfThePlansID() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let plain = try await queue.makePlan([try Sample.row(1), try Sample.row(3)])
        try await queue.discard(plain.job)
        let plan = try await queue.makePlan([try Sample.row(1), try heldBack(2), try Sample.row(3)])
        #expect(plan.id == plain.id)
        #expect(plan.deletions == 2 && plan.skipped == 1)
        #expect(try await queue.sample(of: plan, limit: 5).map(\.tokenID) == [try Sample.token(1), try Sample.token(3)])
        try await queue.confirm(plan.job)
        #expect(try folder.reader().job(plan.job)?.tally == Tally([.pending: 2, .skipped: 1]))
        try expectSoundness(folder)
    }

    @Test("One row that is held back is enough, before or behind others", arguments: [true, false])
    func duplicates(first: Bool) async throws {
        let queue = try Queue(scratch: ())
        let rows = [try heldBack(1), try Sample.row(1)]
        let plan = try await queue.makePlan(first ? rows : rows.reversed())
        #expect(plan.deletions == 0 && plan.skipped == 1 && plan.duplicates == 1)
    }

    @Test func theSameTokenInAnotherAccount() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await queue.makeJob([try Sample.row(1, scope: 2), try heldBack(1), try Sample.row(2, scope: 2)])
        #expect(try folder.reader().job(job)?.tally == Tally([.pending: 1, .skipped: 2]))
        try expectSoundness(folder)
    }

    @Test("Whatever the order of the rows, no token that is held back is ever claimed", arguments: 1...40)
    func neverClaimed(seed: Int) async throws {
        var random = SeededRandom(UInt64(seed))
        let folder = try QueueFolder()
        let queue = try folder.owner()
        var forbidden: Set<TokenID> = []
        var named: Set<TokenID> = []
        var rows: [ManifestRow] = []
        for _ in 0..<60 {
            let token = Int.random(in: 1...25, using: &random)
            let scope = Int.random(in: 1...3, using: &random)
            named.insert(try Sample.token(token))
            guard Int.random(in: 0..<5, using: &random) == 0 else {
                rows.append(try Sample.row(token, scope: scope))
                continue
            }
            forbidden.insert(try Sample.token(token))
            rows.append(try heldBack(token, scope: scope))
        }
        let plan = try await queue.makePlan(rows)
        try await queue.confirm(plan.job)
        try expectSoundness(folder)
        try await queue.start(plan.job, scopes: plan.scopes.map { Int($0.scope.id.description, radix: 16) ?? 0 })
        let claimed = try await queue.claim(1000).map(\.call.tokenID)
        #expect(claimed.count == plan.deletions)
        #expect(Set(claimed) == named.subtracting(forbidden))
    }
}
