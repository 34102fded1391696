import SweepModel
import Testing

/// What every implementation of `DeletionQueue` promises the runner, whatever it keeps its items in.
enum DeletionQueueRule: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case startsWithEverythingFresh
    case claimsInManifestOrder
    case claimsEachItemOnce
    case keepsTheLanesApart
    case recordsAndClaimsInOneTurn
    case countsAttemptsAndCarriesHistory
    case refusesARecordOfAnItemNotInFlight
    case aFailedTurnChangesNothing
    case refusesToFinishWithOpenItems
    case resumesWhereItStopped
    case knowsNothingOfTheFateOfLostRequests
    case remembersRecentAnswers

    var testDescription: String { rawValue }

    func check(_ maker: some QueueMaker) async throws {
        switch self {
        case .startsWithEverythingFresh: try await startsWithEverythingFresh(maker)
        case .claimsInManifestOrder: try await claimsInManifestOrder(maker)
        case .claimsEachItemOnce: try await claimsEachItemOnce(maker)
        case .keepsTheLanesApart: try await keepsTheLanesApart(maker)
        case .recordsAndClaimsInOneTurn: try await recordsAndClaimsInOneTurn(maker)
        case .countsAttemptsAndCarriesHistory: try await countsAttemptsAndCarriesHistory(maker)
        case .refusesARecordOfAnItemNotInFlight: try await refusesARecordOfAnItemNotInFlight(maker)
        case .aFailedTurnChangesNothing: try await aFailedTurnChangesNothing(maker)
        case .refusesToFinishWithOpenItems: try await refusesToFinishWithOpenItems(maker)
        case .resumesWhereItStopped: try await resumesWhereItStopped(maker)
        case .knowsNothingOfTheFateOfLostRequests: try await knowsNothingOfTheFateOfLostRequests(maker)
        case .remembersRecentAnswers: try await remembersRecentAnswers(maker)
        }
    }
}

/// How a test comes by a queue of one implementation.
protocol QueueMaker {
    /// A queue with a confirmed job of these items, in this order.
    func queue(with requests: [DeletionRequest]) async throws -> (queue: any DeletionQueue, job: JobID)

    /// The same queue for the next owner, after the last one died with whatever was in flight.
    func afterCrash() async throws -> any DeletionQueue
}

extension DeletionQueueRule {
    private static let later = Sample.start + .seconds(5)

    /// A queue of one scope with a job that has been taken up.
    private func started(_ maker: some QueueMaker, items: Int) async throws -> (queue: any DeletionQueue, job: JobID) {
        let (queue, job) = try await maker.queue(with: try (0..<items).map { try Sample.request($0) })
        let start = try await queue.begin(job, lanes: try Sample.lanes(1), remembering: Sample.minute, at: Sample.start)
        #expect(start.tally[.pending] == items)
        return (queue, job)
    }

    private func startsWithEverythingFresh(_ maker: some QueueMaker) async throws {
        let (queue, job) = try await maker.queue(with: try (0..<6).map { try Sample.request($0, scope: 1 + $0 % 2) })
        let start = try await queue.begin(job, lanes: try Sample.lanes(1, 2), remembering: Sample.minute, at: Sample.start)
        #expect(start.tally.total == 6)
        #expect(start.fresh == [LaneID(0): 6])
        #expect(start.waiting.isEmpty)
        #expect(start.recentAnswers.isEmpty)
    }

    private func claimsInManifestOrder(_ maker: some QueueMaker) async throws {
        let scopes = [1, 2, 2, 3, 1, 1, 3, 2, 1, 3, 3, 3, 2, 1]
        let (queue, job) = try await maker.queue(with: try scopes.enumerated().map { try Sample.request($0, scope: $1) })
        _ = try await queue.begin(job, lanes: try Sample.lanes(1, 2, 3), remembering: Sample.minute, at: Sample.start)
        var claims: [Claim] = []
        for limit in [3, 1, 4, 99] { claims += try await queue.claim(limit) }
        #expect(claims.map(\.position.line) == Array(1...scopes.count))
        #expect(claims.map(\.call.tokenID) == (try scopes.indices.map { try Sample.token($0) }))
    }

    private func claimsEachItemOnce(_ maker: some QueueMaker) async throws {
        let (queue, _) = try await started(maker, items: 10)
        let first = try await queue.claim(6)
        let second = try await queue.claim(6)
        #expect(first.count == 6)
        #expect(second.count == 4)
        #expect(Set((first + second).map(\.call.item)).count == 10)
        #expect(try await queue.claim(6).isEmpty)
        #expect(try await queue.commit(Turn(records: [], claims: [.waiting(first.map(\.call.item))], now: Self.later)).isEmpty)
    }

    private func keepsTheLanesApart(_ maker: some QueueMaker) async throws {
        let (queue, job) = try await maker.queue(with: try (0..<6).map { try Sample.request($0, scope: 1 + $0 % 2) })
        let lanes = LaneMap(fingerprints: ["f1", "f2"], lanes: [try Sample.scope(1): LaneID(0), try Sample.scope(2): LaneID(1)])
        let start = try await queue.begin(job, lanes: lanes, remembering: Sample.minute, at: Sample.start)
        #expect(start.fresh == [LaneID(0): 3, LaneID(1): 3])
        let claims = try await queue.claim(9, lane: 1)
        #expect(claims.map(\.position.line) == [2, 4, 6])
        #expect(claims.allSatisfy { $0.call.lane == LaneID(1) })
    }

    private func recordsAndClaimsInOneTurn(_ maker: some QueueMaker) async throws {
        let (queue, job) = try await started(maker, items: 4)
        let first = try await queue.claim(2)
        let turn = Turn(records: first.map { $0.deleted() }, claims: [.fresh(LaneID(0), limit: 2)], now: Sample.start)
        let second = try await queue.commit(turn)
        #expect(second.map(\.position.line) == [3, 4])
        try await queue.record(second.map { $0.deleted() })
        try await queue.end(job, .finished, reason: nil, at: Self.later)
    }

    private func countsAttemptsAndCarriesHistory(_ maker: some QueueMaker) async throws {
        let (queue, _) = try await started(maker, items: 1)
        var claim = try #require(try await queue.claim(1).first)
        #expect(claim.attempt == 1)
        #expect(claim.history == ItemHistory())
        for (attempt, history) in [(2, ItemHistory(triesSpent: 1)), (3, ItemHistory(triesSpent: 1, fateUnknown: true))] {
            let record = claim.record(.pending(notBefore: Self.later), tries: history.triesSpent, fateUnknown: history.fateUnknown)
            try await queue.record([record])
            #expect(try await queue.claim(1).isEmpty)
            let turn = Turn(records: [], claims: [.waiting([claim.call.item])], now: Self.later)
            claim = try #require(try await queue.commit(turn).first)
            #expect(claim.attempt == attempt)
            #expect(claim.history == history)
        }
    }

    private func refusesARecordOfAnItemNotInFlight(_ maker: some QueueMaker) async throws {
        let (queue, _) = try await started(maker, items: 2)
        let claim = try #require(try await queue.claim(1).first)
        try await queue.record([claim.deleted()])
        await #expect(throws: QueueError.self) { try await queue.record([claim.record(.final(.failed, reason: "late"))]) }
        await #expect(throws: QueueError.self) { try await queue.record([claim.record(.pending(notBefore: Self.later))]) }
    }

    private func aFailedTurnChangesNothing(_ maker: some QueueMaker) async throws {
        let (queue, _) = try await started(maker, items: 4)
        let claims = try await queue.claim(2)
        let bad = claims[1].record(.final(.skipped, reason: nil))
        let turn = Turn(records: [claims[0].deleted(), bad], claims: [.fresh(LaneID(0), limit: 1)], now: Sample.start)
        await #expect(throws: QueueError.self) { _ = try await queue.commit(turn) }
        let next = try await queue.commit(
            Turn(records: claims.map { $0.deleted() }, claims: [.fresh(LaneID(0), limit: 1)], now: Sample.start))
        #expect(next.map(\.position.line) == [3])
        #expect(next.map(\.attempt) == [1])
    }

    private func refusesToFinishWithOpenItems(_ maker: some QueueMaker) async throws {
        let (queue, job) = try await started(maker, items: 1)
        await #expect(throws: QueueError.self) { try await queue.end(job, .finished, reason: nil, at: Sample.start) }
        let claim = try #require(try await queue.claim(1).first)
        await #expect(throws: QueueError.self) { try await queue.end(job, .finished, reason: nil, at: Sample.start) }
        try await queue.record([claim.deleted()])
        try await queue.end(job, .finished, reason: nil, at: Sample.start)
    }

    private func resumesWhereItStopped(_ maker: some QueueMaker) async throws {
        let (queue, job) = try await started(maker, items: 5)
        let claims = try await queue.claim(2)
        try await queue.record([claims[0].deleted(), claims[1].record(.pending(notBefore: Self.later), fateUnknown: true)])
        try await queue.end(job, .unfinished, reason: "interrupted", at: Sample.start)
        let start = try await queue.begin(job, lanes: try Sample.lanes(1), remembering: Sample.minute, at: Sample.start)
        #expect(start.tally[.deleted] == 1)
        #expect(start.tally[.pending] == 4)
        #expect(start.fresh == [LaneID(0): 3])
        #expect(start.waiting == [WaitingItem(item: claims[1].call.item, lane: LaneID(0), notBefore: Self.later)])
        #expect(try await queue.claim(9).map(\.position.line) == [3, 4, 5])
    }

    private func knowsNothingOfTheFateOfLostRequests(_ maker: some QueueMaker) async throws {
        let (first, job) = try await started(maker, items: 4)
        let lost = try await first.claim(3)
        try await first.record([lost[0].deleted()])
        let queue = try await maker.afterCrash()
        let start = try await queue.begin(job, lanes: try Sample.lanes(1), remembering: Sample.minute, at: Self.later)
        #expect(start.tally[.inFlight] == 0)
        #expect(start.fresh == [LaneID(0): 1])
        #expect(start.waiting.map(\.item) == lost.dropFirst().map(\.call.item))
        #expect(start.waiting.allSatisfy { $0.notBefore <= Self.later })
        // Their requests count for the budget as if they were answered now.
        #expect(start.recentAnswers[LaneID(0)]?.sorted().suffix(2) == [Self.later, Self.later])
        #expect(start.recentAnswers[LaneID(0)]?.count == 3)
        let turn = Turn(records: [], claims: [.waiting(start.waiting.map(\.item))], now: Self.later)
        let again = try await queue.commit(turn)
        #expect(again.map(\.attempt) == [2, 2])
        #expect(again.allSatisfy { $0.history == ItemHistory(triesSpent: 0, fateUnknown: true) })
    }

    private func remembersRecentAnswers(_ maker: some QueueMaker) async throws {
        let (queue, job) = try await started(maker, items: 3)
        for second: Int64 in 0..<3 {
            let now = Sample.start + .seconds(second)
            try await queue.record(try await queue.claim(1, at: now).map { $0.record(.final(.deleted, reason: nil), at: now) }, at: now)
        }
        let answers = (0..<3).map { Sample.start + .seconds($0) + Milliseconds(50) }
        let all = try await queue.begin(job, lanes: try Sample.lanes(1), remembering: Sample.minute, at: Self.later)
        #expect(all.recentAnswers == [LaneID(0): answers])
        let last = try await queue.begin(job, lanes: try Sample.lanes(1), remembering: Self.later - answers[2], at: Self.later)
        #expect(last.recentAnswers == [LaneID(0): [answers[2]]])
        let stranger = LaneMap(fingerprint: "f9", scopes: [try Sample.scope(1)])
        #expect(try await queue.begin(job, lanes: stranger, remembering: Sample.minute, at: Self.later).recentAnswers.isEmpty)
    }
}
