import SweepModel

/// An owner that was thought dead, and lives: whatever it does from then on must be refused, and change nothing.
extension QueueTrial {
    func aStaleOwnerChangesNothing() async throws {
        let (stale, job) = try await started(items: 3)
        let claim = try one(try await stale.claim(1))
        let owner = try await maker.takenOver()
        let turn = Turn(records: [claim.deleted()], claims: [.fresh(LaneID(0), limit: 1)], now: Samples.start)
        try await expectRefusal("a turn", as: .lostOwnership) { _ = try await stale.commit(turn) }
        try await expectRefusal("an empty turn", as: .lostOwnership) { _ = try await stale.claim(0) }
        try await expectRefusal("an end", as: .lostOwnership) { try await stale.end(job, .halted, reason: "stale", at: Samples.start) }
        try await expectRefusal("a start", as: .lostOwnership) { _ = try await begin(job, stale) }
        let start = try await begin(job, owner)
        expect(start.tally, Tally([.pending: 3]), "the tally")
        expect(start.waiting.map(\.item), [claim.call.item], "waiting items")
        expect(start.fresh, [LaneID(0): 2], "fresh items")
    }

    func aLateAnswerOfAStaleOwnerIsNotBelieved() async throws {
        let (stale, job) = try await started(items: 1)
        let late = try one(try await stale.claim(1))
        let owner = try await maker.takenOver()
        _ = try await begin(job, owner, at: later)
        let again = try one(try await owner.claim(waiting: [late.call.item], at: later))
        try await expectRefusal("the late answer", as: .lostOwnership) {
            try await stale.record([late.record(.final(.failed, reason: "stale"))])
        }
        try await expectRefusal("the late answer through the new owner") { try await owner.record([late.deleted()]) }
        try await owner.record([again.record(.final(.presumedDeleted, reason: "gone"), at: later)])
        try await owner.end(job, .finished, reason: nil, at: later)
        expect(try await begin(job, owner, at: later).tally, Tally([.presumedDeleted: 1]), "the tally")
    }

    /// An owner claims as fast as it can until it is told that it owns the queue no more. Whatever it was given before, and may
    /// have sent, the next owner knows as sent; and nothing that it was not given.
    func claimsThatRaceATakeoverAreKnownToTheNextOwner() async throws {
        let (first, job) = try await started(items: 400)
        var owners = [first]
        var claimed: Set<ItemID> = []
        for turn in 0..<6 {
            let owner = owners[turn]
            async let given = QueueTrial.claimUntilRefused(owner)
            let next = try await maker.takenOver()
            let (items, code) = try await given
            expect(code, .lostOwnership, "the end of the claims")
            expect(claimed.isDisjoint(with: items), "an item was given to two owners as fresh")
            claimed.formUnion(items)
            let start = try await begin(job, next)
            expect(Set(start.waiting.map(\.item)), claimed, "items that may have been sent")
            expect(start.tally, Tally([.pending: 400]), "the tally")
            owners.append(next)
        }
    }

    /// The same with answers: those that were accepted stand, the others are not there.
    func answersThatRaceATakeoverAreKeptOnceOrNotAtAll() async throws {
        let (stale, job) = try await started(items: 200)
        let claims = try await stale.claim(200)
        async let accepted = QueueTrial.recordUntilRefused(claims, stale)
        let owner = try await maker.takenOver()
        let outcomes = try await accepted
        let start = try await begin(job, owner)
        expect(start.tally, Tally([.deleted: outcomes, .pending: 200 - outcomes]), "the tally")
        expect(start.waiting.map(\.item), claims.dropFirst(outcomes).map(\.call.item), "waiting items")
    }

    private static func claimUntilRefused(_ queue: any DeletionQueue) async throws -> (items: [ItemID], code: QueueError.Code) {
        var items: [ItemID] = []
        while true {
            do throws(QueueError) {
                items += try await queue.claim(1).map(\.call.item)
            } catch {
                return (items, error.code)
            }
            await Task.yield()
        }
    }

    /// Gives how many were accepted.
    private static func recordUntilRefused(_ claims: [Claim], _ queue: any DeletionQueue) async throws -> Int {
        for (index, claim) in claims.enumerated() {
            do throws(QueueError) {
                try await queue.record([claim.deleted()])
            } catch {
                return index
            }
            await Task.yield()
        }
        return claims.count
    }
}
