import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// A turn is committed as a whole or not at all, and only for items that are in flight under this very attempt.
@Suite struct RecordTests {
    let folder: QueueFolder
    let queue: Queue
    let job: JobID
    let claims: [Claim]

    init() async throws {
        folder = try QueueFolder()
        queue = try folder.owner()
        job = try await queue.makeJob(try (1...6).map { try Sample.row($0) })
        try await queue.start(job)
        claims = try await queue.claim(4)
        try #require(claims.count == 4)
    }

    @Test(arguments: [ItemState.deleted, .alreadyAbsent, .presumedDeleted, .blocked, .failed])
    func everyOutcome(_ state: ItemState) async throws {
        try await queue.record([claims[0].record(.final(state, reason: "because"))])
        #expect(try states() == [state, .inFlight, .inFlight, .inFlight, .pending, .pending])
        let row = try #require(try rows().first)
        #expect(row.reason == "because")
        #expect(row.finishedAt == Sample.start + Milliseconds(50))
        #expect(row.attemptCount == 1)
        try expectSoundness(folder)
    }

    @Test(arguments: [ItemState.pending, .inFlight, .skipped, .invalid])
    func noOtherState(_ state: ItemState) async throws {
        try await expectRefused(claims[0].record(.final(state, reason: nil)))
    }

    @Test func whatTheAnswerToldOfTheToken() async throws {
        let facts = TokenFacts(
            name: "ci", clientID: "88bf.access", duration: "8760h", expiresAt: Sample.start + Sample.minute)
        try await queue.record([claims[0].record(.final(.deleted, reason: nil), token: facts)])
        let row = try #require(try rows().first)
        #expect(row.name == "ci")
        #expect(row.clientID == "88bf.access")
        #expect(row.duration == "8760h")
        #expect(row.expiresAt == Sample.start + Sample.minute)
    }

    @Test func anItemThatIsNotInFlight() async throws {
        var record = claims[0].deleted()
        record.item = ItemID(claims[3].call.item.value + 1)
        try await expectRefused(record)
    }

    @Test func anItemThatHasItsOutcome() async throws {
        try await queue.record([claims[0].deleted()])
        try await expectRefused(claims[0].record(.final(.failed, reason: "late")))
    }

    @Test func anItemTwiceInOneTurn() async throws {
        let turn = Turn(records: [claims[0].deleted(), claims[0].deleted()], claims: [], now: Sample.start)
        #expect(try await failure { _ = try await queue.commit(turn) }.code == .constraint)
        #expect(try states().first == .inFlight)
        try await queue.record([claims[0].deleted()])
    }

    /// A record of another attempt says nothing of the one in flight.
    @Test(arguments: [0, 2, 9])
    func anotherAttempt(_ number: Int) async throws {
        for next in [Record.Next.final(.deleted, reason: nil), .pending(notBefore: Sample.start)] {
            var record = claims[0].record(next)
            record.attempt.number = number
            try await expectRefused(record)
        }
    }

    /// The row that says so in the file decides, not what the owner remembers.
    @Test func anItemThatSomebodyElseChanged() async throws {
        try folder.connection().execute(
            "UPDATE item SET state = 'pending', claimed_at = NULL WHERE id = \(claims[0].call.item.value)")
        let turn = Turn(records: [claims[1].deleted(), claims[0].deleted()], claims: [], now: Sample.start)
        #expect(try await failure { _ = try await queue.commit(turn) }.code == .constraint)
        #expect(try states()[1] == .inFlight)
        #expect(try folder.connection().integer("SELECT count(*) FROM attempt") == 0)
    }

    @Test func alreadyAbsentAfterALostAnswer() async throws {
        try await expectRefused(claims[0].record(.final(.alreadyAbsent, reason: nil), fateUnknown: true))
    }

    @Test func moreTriesThanAttempts() async throws {
        try await expectRefused(claims[0].record(.final(.failed, reason: nil), tries: 2))
        try await expectRefused(claims[0].record(.pending(notBefore: Sample.start), tries: 2))
    }

    @Test func aFailedTurnLeavesNothingBehind() async throws {
        let bad = claims[3].record(.final(.skipped, reason: nil))
        let good = claims[0..<3].map { $0.deleted() }
        let turn = Turn(records: good + [bad], claims: [.fresh(LaneID(0), limit: 1)], now: Sample.start)
        #expect(try await failure { _ = try await queue.commit(turn) }.code == .constraint)
        #expect(try states() == [.inFlight, .inFlight, .inFlight, .inFlight, .pending, .pending])
        try expectSoundness(folder)
        // Nor does the owner remember any of it: the same records are welcome, the same item is still to be claimed.
        let next = try await queue.commit(Turn(records: good, claims: [.fresh(LaneID(0), limit: 1)], now: Sample.start))
        #expect(next.map(\.call.tokenID) == [try Sample.token(5)])
        #expect(try states() == [.deleted, .deleted, .deleted, .inFlight, .inFlight, .pending])
        try expectSoundness(folder)
    }

    /// A claim that fails takes the records of its turn with it.
    @Test func aFailedClaimUndoesTheRecords() async throws {
        try folder.connection().execute(
            "CREATE TRIGGER stop BEFORE UPDATE OF claimed_at ON item WHEN new.state = 'in_flight' BEGIN SELECT raise(ABORT, 'no'); END")
        let turn = Turn(records: [claims[0].deleted()], claims: [.fresh(LaneID(0), limit: 1)], now: Sample.start)
        #expect(try await failure { _ = try await queue.commit(turn) }.code == .constraint)
        #expect(try states().first == .inFlight)
        try folder.connection().execute("DROP TRIGGER stop")
        #expect(try await queue.commit(turn).count == 1)
        #expect(try states() == [.deleted, .inFlight, .inFlight, .inFlight, .inFlight, .pending])
        try expectSoundness(folder)
    }

    @Test func recordsAndClaimsOfOneTurnAreOneCommit() async throws {
        let turn = Turn(records: claims.map { $0.deleted() }, claims: [.fresh(LaneID(0), limit: 9)], now: Sample.start)
        #expect(try await queue.commit(turn).count == 2)
        let crashed = try folder.afterCrash()
        try expectSoundness(crashed)
        #expect(try recount(job, crashed.connection()) == Tally([.deleted: 4, .inFlight: 2]))
    }

    @Test func anEmptyTurn() async throws {
        #expect(try await queue.commit(Turn(records: [], claims: [], now: Sample.start)).isEmpty)
    }

    // MARK: - The end of a job

    @Test func aJobWithOpenItemsIsNotFinished() async throws {
        let error = try await failure { try await queue.end(job, .finished, reason: nil, at: Sample.start) }
        #expect(error.code == .constraint)
        #expect(try folder.reader().job(job)?.state == .unfinished)
        #expect(try folder.reader().runningJob() == job)
    }

    @Test func aFinishedJob() async throws {
        try await queue.record(claims.map { $0.deleted() })
        try await queue.record(try await queue.claim(9).map { $0.record(.final(.failed, reason: "no")) })
        try await queue.end(job, .finished, reason: nil, at: Sample.start + .seconds(9))
        let overview = try #require(try folder.reader().job(job))
        #expect(overview.state == .finished)
        #expect(overview.finishedAt == Sample.start + .seconds(9))
        #expect(overview.tally == Tally([.deleted: 4, .failed: 2, .inFlight: 0, .pending: 0]))
        #expect(try folder.reader().runningJob() == nil)
        // The one file holds everything.
        #expect(try folder.size("queue.db-wal") == 0)
    }

    @Test func aHaltedJob() async throws {
        try await queue.end(job, .halted, reason: "the credential was refused", at: Sample.start)
        let overview = try #require(try folder.reader().job(job))
        #expect(overview.state == .halted)
        #expect(overview.stopReason == "the credential was refused")
        #expect(overview.finishedAt == nil)
        // Taken up again, it has stopped for no reason.
        try await queue.start(job)
        let resumed = try #require(try folder.reader().job(job))
        #expect(resumed.state == .unfinished)
        #expect(resumed.stopReason == nil)
    }

    @Test func aJobIsNoPlanAgain() async throws {
        #expect(try await failure { try await queue.end(job, .planning, reason: nil, at: Sample.start) }.code == .constraint)
        #expect(try await failure { try await queue.end(JobID(99), .halted, reason: nil, at: Sample.start) }.code == .constraint)
    }

    // MARK: - Helpers

    private func rows() throws -> [ReportRow] {
        var rows: [ReportRow] = []
        try folder.reader().forEachItem(of: job, in: Set(ItemState.allCases), withAttempts: false) { rows.append($0) }
        return rows
    }

    private func states() throws -> [ItemState] { try rows().map(\.state) }

    private func expectRefused(_ record: Record, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let before = try rows()
        let error = try await failure { try await queue.record([claims[1].deleted(), record]) }
        #expect(error.code == .constraint, sourceLocation: sourceLocation)
        #expect(try rows() == before, sourceLocation: sourceLocation)
        try expectSoundness(folder, sourceLocation: sourceLocation)
    }
}
