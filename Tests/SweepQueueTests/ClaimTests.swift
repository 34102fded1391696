import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// Items are claimed in manifest order, each once, and only by the lane that serves them.
@Suite struct ClaimTests {
    @Test func aClaimSaysAllThatARequestNeeds() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        try await queue.start(try await queue.makeJob([Sample.invalid(), try Sample.row(7, line: 3)]))
        let claims = try await queue.claim(5)
        let claim = try #require(claims.first)
        #expect(claims.count == 1)
        #expect(claim.call.tokenID == (try Sample.token(7)))
        #expect(claim.call.scope == (try Sample.scope(1)))
        #expect(claim.call.lane == LaneID(0))
        #expect(claim.position == RowPosition(manifest: "leaked.csv", line: 3))
        #expect(claim.attempt == 1)
        #expect(claim.history == ItemHistory())
    }

    @Test func oneScope() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        try await queue.start(try await queue.makeJob(try (1...20).map { try Sample.row($0) }))
        #expect(try await tokens(queue.claim(7)) == (1...7).map { try Sample.token($0) })
        #expect(try await queue.claim(0).isEmpty)
        #expect(try await tokens(queue.claim(7)) == (8...14).map { try Sample.token($0) })
        #expect(try await tokens(queue.claim(99)) == (15...20).map { try Sample.token($0) })
        #expect(try await queue.claim(1).isEmpty)
    }

    @Test func interleavedScopesOfOneLane() async throws {
        // Runs of several lengths, unusable rows between them.
        let scopes = [1, 1, 2, 3, 3, 3, 1, 2, 2, 1, 3, 1, 2, 3, 3, 3, 3, 2]
        let rows = try scopes.enumerated().flatMap { [try Sample.row($0.offset, scope: $0.element), Sample.invalid(line: $0.offset)] }
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await queue.makeJob(rows)
        try await queue.start(job, scopes: [1, 2, 3])
        var claimed: [Claim] = []
        for limit in [1, 2, 5, 1, 4, 99] { claimed += try await queue.claim(limit) }
        #expect(tokens(claimed) == (try scopes.indices.map { try Sample.token($0) }))
        #expect(claimed.map(\.call.scope) == (try scopes.map { try Sample.scope($0) }))
    }

    @Test func scopesAreTakenUpWhereTheyWereLeft() async throws {
        let folder = try QueueFolder()
        let rows = try (0..<30).map { try Sample.row($0, scope: 1 + $0 % 3) }
        var seen: [TokenID] = []
        let job = try await folder.owner().makeJob(rows)
        for limit in [4, 11, 15] {
            let queue = try folder.owner()
            try await queue.start(job, scopes: [1, 2, 3])
            let claims = try await queue.claim(limit)
            seen += tokens(claims)
            try await queue.record(claims.map { $0.deleted() })
        }
        #expect(seen == (try (0..<30).map { try Sample.token($0) }))
    }

    @Test func lanesClaimOnlyTheirOwn() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await queue.makeJob(try (0..<12).map { try Sample.row($0, scope: 1 + $0 % 3) })
        let lanes = LaneMap(
            fingerprints: ["f1", "f2"],
            lanes: [try Sample.scope(1): LaneID(0), try Sample.scope(2): LaneID(1), try Sample.scope(3): LaneID(0)])
        let start = try await queue.begin(job, lanes: lanes, remembering: Sample.minute, at: Sample.start)
        #expect(start.fresh == [LaneID(0): 8, LaneID(1): 4])
        let orders: [ClaimOrder] = [.fresh(LaneID(1), limit: 3), .fresh(LaneID(0), limit: 5)]
        let claims = try await queue.commit(Turn(records: [], claims: orders, now: Sample.start))
        #expect(claims.map(\.call.lane.index) == [1, 1, 1, 0, 0, 0, 0, 0])
        #expect(tokens(claims) == (try [1, 4, 7, 0, 2, 3, 5, 6].map { try Sample.token($0) }))
    }

    @Test func scopesWithoutALaneStay() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await queue.makeJob([try Sample.row(1), try Sample.row(2, scope: 2)])
        let start = try await queue.start(job, scopes: [2])
        #expect(start.fresh == [LaneID(0): 1])
        #expect(try await tokens(queue.claim(9)) == [try Sample.token(2)])
    }

    @Test func waitingItems() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await queue.makeJob(try (1...3).map { try Sample.row($0) })
        try await queue.start(job)
        let claims = try await queue.claim(2)
        let later = Sample.start + .seconds(1)
        try await queue.record([claims[0].record(.pending(notBefore: later), fateUnknown: true), claims[1].deleted()])
        // Only what waits can be claimed as waiting: not what is gone, not what was never tried, not what is unknown.
        let ids = [claims[1].call.item, claims[0].call.item, ItemID(claims[1].call.item.value + 1), ItemID(9_999)]
        let again = try await queue.commit(Turn(records: [], claims: [.waiting(Array(ids.prefix(2)) + [ids[3]])], now: later))
        #expect(again.map(\.call.item) == [claims[0].call.item])
        #expect(again.first?.attempt == 2)
        #expect(again.first?.history == ItemHistory(triesSpent: 1, fateUnknown: true))
        #expect(again.first?.position.line == 2)
        // It is in flight now, so that nobody gets it twice.
        #expect(try await queue.commit(Turn(records: [], claims: [.waiting([ids[1]])], now: later)).isEmpty)
        // What was tried before is not fresh.
        #expect(try await tokens(queue.claim(9)) == [try Sample.token(3)])
    }

    /// An item of another job can never be claimed by this run.
    @Test func waitingItemsOfAnotherJob() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let other = try await queue.makeJob([try Sample.row(1)], named: "other")
        try await queue.start(other)
        let claim = try #require(try await queue.claim(1).first)
        try await queue.record([claim.record(.pending(notBefore: Sample.start))])
        try await queue.start(try await queue.makeJob([try Sample.row(1)], named: "this"))
        let turn = Turn(records: [], claims: [.waiting([claim.call.item])], now: Sample.start)
        #expect(try await failure { _ = try await queue.commit(turn) }.code == .constraint)
        try expectSoundness(folder)
    }

    @Test func aClaimIsInTheFileWhenItIsGiven() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        try await queue.start(try await queue.makeJob(try (1...3).map { try Sample.row($0) }))
        _ = try await queue.claim(2, at: Sample.start + .seconds(3))
        let copy = try folder.afterCrash()
        let crashed = try copy.connection()
        #expect(try crashed.integer("SELECT count(*) FROM item WHERE state = 'in_flight' AND attempts = 1") == 2)
        #expect(try crashed.integer("SELECT max(claimed_at) FROM item") == Sample.start.milliseconds + 3_000)
    }

    private func tokens(_ claims: [Claim]) -> [TokenID] { claims.map(\.call.tokenID) }
}
