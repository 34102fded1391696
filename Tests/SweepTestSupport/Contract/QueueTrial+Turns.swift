import SweepModel

/// Claims and records.
extension QueueTrial {
    func startsWithEverythingFresh() async throws {
        let (queue, job) = try await maker.queue(with: items(accounts: [1, 2, 1, 2, 1, 2]))
        let start = try await queue.begin(job, lanes: lane(1, 2), remembering: Samples.minute, at: Samples.start)
        expect(start.tally.total, 6, "items")
        expect(start.fresh, [LaneID(0): 6], "fresh items")
        expect(start.waiting, [], "waiting items")
        expect(start.recentAnswers, [:], "recent answers")
    }

    func claimsInManifestOrder() async throws {
        let accounts = [1, 2, 2, 3, 1, 1, 3, 2, 1, 3, 3, 3, 2, 1]
        let (queue, job) = try await maker.queue(with: items(accounts: accounts))
        _ = try await queue.begin(job, lanes: lane(1, 2, 3), remembering: Samples.minute, at: Samples.start)
        var claims: [Claim] = []
        for limit in [3, 1, 4, 99] { claims += try await queue.claim(limit) }
        expect(claims.map(\.position.line), accounts.indices.map { $0 + 2 }, "lines")
        expect(claims.map(\.call.tokenID), accounts.indices.map(Samples.token), "tokens")
        expect(claims.map(\.call.scope), accounts.map(Samples.account), "accounts")
    }

    func claimsEachItemOnce() async throws {
        let (queue, _) = try await started(items: 10)
        let first = try await queue.claim(6)
        let second = try await queue.claim(6)
        expect(first.count, 6, "first claims")
        expect(second.count, 4, "second claims")
        expect(Set((first + second).map(\.call.item)).count, 10, "items claimed")
        expect(try await queue.claim(6), [], "claims of nothing")
        // Refused or not, it must give nothing out.
        let again = try? await queue.claim(waiting: first.map(\.call.item), at: later)
        expect(again ?? [], [], "claims of items in flight")
    }

    func keepsTheLanesApart() async throws {
        let (queue, job) = try await maker.queue(with: items(accounts: [1, 2, 1, 2, 1, 2]))
        let lanes = LaneMap(fingerprints: ["f1", "f2"], lanes: [Samples.account(1): LaneID(0), Samples.account(2): LaneID(1)])
        let start = try await queue.begin(job, lanes: lanes, remembering: Samples.minute, at: Samples.start)
        expect(start.fresh, [LaneID(0): 3, LaneID(1): 3], "fresh items")
        let claims = try await queue.claim(9, lane: 1)
        expect(claims.map(\.position.line), [3, 5, 7], "lines")
        expect(claims.map(\.call.lane), Array(repeating: LaneID(1), count: 3), "lanes")
    }

    func recordsAndClaimsInOneTurn() async throws {
        let (queue, job) = try await started(items: 4)
        let first = try await queue.claim(2)
        let turn = Turn(records: first.map { $0.deleted() }, claims: [.fresh(LaneID(0), limit: 2)], now: Samples.start)
        let second = try await queue.commit(turn)
        expect(second.map(\.position.line), [4, 5], "lines")
        try await queue.record(second.map { $0.deleted() })
        try await queue.end(job, .finished, reason: nil, at: later)
    }

    func countsAttemptsAndCarriesHistory() async throws {
        let (queue, _) = try await started(items: 1)
        var claim = try one(try await queue.claim(1))
        expect(claim.attempt, 1, "attempt")
        expect(claim.history, ItemHistory(), "history")
        for (attempt, history) in [(2, ItemHistory(triesSpent: 1)), (3, ItemHistory(triesSpent: 1, fateUnknown: true))] {
            let record = claim.record(.pending(notBefore: later), tries: history.triesSpent, fateUnknown: history.fateUnknown)
            try await queue.record([record])
            expect(try await queue.claim(1), [], "claims of nothing fresh")
            claim = try one(try await queue.claim(waiting: [claim.call.item], at: later))
            expect(claim.attempt, attempt, "attempt")
            expect(claim.history, history, "history")
        }
    }

    func refusesARecordOfAnItemNotInFlight() async throws {
        let (queue, _) = try await started(items: 2)
        let claim = try one(try await queue.claim(1))
        try await queue.record([claim.deleted()])
        try await expectRefusal("a second outcome") { try await queue.record([claim.record(.final(.failed, reason: "late"))]) }
        try await expectRefusal("a retry after the outcome") { try await queue.record([claim.record(.pending(notBefore: later))]) }
    }

    func aFailedTurnChangesNothing() async throws {
        let (queue, _) = try await started(items: 4)
        let claims = try await queue.claim(2)
        let bad = claims[1].record(.final(.skipped, reason: nil))
        let turn = Turn(records: [claims[0].deleted(), bad], claims: [.fresh(LaneID(0), limit: 1)], now: Samples.start)
        try await expectRefusal("an illegal outcome") { _ = try await queue.commit(turn) }
        let next = try await queue.commit(
            Turn(records: claims.map { $0.deleted() }, claims: [.fresh(LaneID(0), limit: 1)], now: Samples.start))
        expect(next.map(\.position.line), [4], "lines")
        expect(next.map(\.attempt), [1], "attempts")
    }

    func refusesToFinishWithOpenItems() async throws {
        let (queue, job) = try await started(items: 1)
        func finish() async throws { try await queue.end(job, .finished, reason: nil, at: Samples.start) }
        try await expectRefusal("the end of a job with a pending item") { try await finish() }
        let claim = try one(try await queue.claim(1))
        try await expectRefusal("the end of a job with an item in flight") { try await finish() }
        try await queue.record([claim.deleted()])
        try await finish()
    }
}
