import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// What a dead owner left in flight is of unknown fate, and is never forgotten.
@Suite struct RecoveryTests {
    static let later = Sample.start + .seconds(30)

    @Test func itemsInFlightBecomePending() async throws {
        let (folder, job) = try await crashed(items: 5, deleted: 1, inFlight: 3)
        let queue = try folder.owner()
        let start = try await queue.start(job, at: Self.later)
        #expect(start.tally == Tally([.deleted: 1, .pending: 4, .inFlight: 0]))
        #expect(start.fresh == [LaneID(0): 1])
        #expect(start.waiting.count == 3)
        #expect(start.waiting.allSatisfy { $0.lane == LaneID(0) && $0.notBefore <= Self.later })
        try expectSoundness(folder)
        let again = try await queue.commit(Turn(records: [], claims: [.waiting(start.waiting.map(\.item))], now: Self.later))
        #expect(again.map(\.attempt) == [2, 2, 2])
        // Nobody knows whether the lost request was looked at: it is no try, but the token may be gone.
        #expect(again.map(\.history) == Array(repeating: ItemHistory(triesSpent: 0, fateUnknown: true), count: 3))
    }

    @Test func theLostAttemptIsKept() async throws {
        let (folder, job) = try await crashed(items: 2, deleted: 0, inFlight: 1)
        try await folder.owner().start(job, at: Self.later)
        var rows: [ReportRow] = []
        try folder.reader().forEachItem(of: job, in: [.pending], withAttempts: true) { rows.append($0) }
        #expect(rows.map(\.attemptCount) == [1, 0])
        let attempt = try #require(rows.first?.attempts.first)
        #expect(attempt.number == 1)
        #expect(attempt.startedAt == Sample.start)
        #expect(attempt.finishedAt == Self.later)
        #expect(attempt.details.transportError == "the program ended before the answer came")
    }

    @Test func theBudgetOfALookupCountsWhatWasOnTheWire() async throws {
        let (folder, job) = try await crashed(items: 5, deleted: 1, inFlight: 3)
        let queue = try folder.owner()
        let recent = try await queue.recentAnswers(of: ["f1"], since: Sample.start - .seconds(1), at: Self.later)
        #expect(recent.values.joined().count == 4)
        #expect(recent.values.joined().count { $0 == Self.later } == 3)
        #expect(try await queue.start(job, at: Self.later).waiting.count == 3)
        try expectSoundness(folder)
    }

    @Test func everyCrashCountsItsAttempt() async throws {
        let folder = try QueueFolder()
        let job = try await folder.owner().makeJob([try Sample.row(1)])
        for round in 1...4 {
            let queue = try folder.owner()
            let start = try await queue.start(job)
            let order = start.waiting.first.map { ClaimOrder.waiting([$0.item]) } ?? .fresh(LaneID(0), limit: 1)
            let claims = try await queue.commit(Turn(records: [], claims: [order], now: Sample.start))
            #expect(claims.map(\.attempt) == [round])
        }
        let queue = try folder.owner()
        try await queue.start(job)
        #expect(try folder.connection().integer("SELECT attempts FROM item") == 4)
        #expect(try folder.connection().integer("SELECT count(*) FROM attempt") == 4)
        try expectSoundness(folder)
    }

    @Test func takingUpTwiceRecoversOnce() async throws {
        let (folder, job) = try await crashed(items: 3, deleted: 0, inFlight: 2)
        let queue = try folder.owner()
        let first = try await queue.start(job, at: Self.later)
        let second = try await queue.start(job, at: Self.later)
        #expect(first.waiting == second.waiting)
        #expect(try folder.connection().integer("SELECT count(*) FROM attempt") == 2)
        try expectSoundness(folder)
    }

    /// Lost requests of another job were sent with the same credential: its budget has to count them.
    @Test func itemsOfOtherJobsAreRecoveredToo() async throws {
        let (folder, other) = try await crashed(items: 5, deleted: 1, inFlight: 3)
        let queue = try folder.owner()
        let job = try await queue.makeJob([try Sample.row(1)], named: "second")
        let start = try await queue.start(job, at: Self.later)
        #expect(start.recentAnswers[LaneID(0)] == [Sample.start + Milliseconds(50)] + Array(repeating: Self.later, count: 3))
        #expect(start.waiting.isEmpty)
        #expect(try folder.reader().job(other)?.tally[.inFlight] == 0)
        try expectSoundness(folder)
    }

    @Test func aClosedRunIsNotRecovered() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await queue.makeJob([try Sample.row(1), try Sample.row(2)])
        try await queue.start(job)
        let claim = try #require(try await queue.claim(1).first)
        try await queue.record([claim.record(.pending(notBefore: Self.later), tries: 0)])
        try await queue.end(job, .unfinished, reason: "interrupted", at: Self.later)
        let start = try await queue.start(job, at: Self.later)
        #expect(start.waiting == [WaitingItem(item: claim.call.item, lane: LaneID(0), notBefore: Self.later)])
        let again = try await queue.commit(Turn(records: [], claims: [.waiting([claim.call.item])], now: Self.later))
        #expect(again.first?.history == ItemHistory())
    }

    // MARK: - The budget's memory

    @Test func recentAnswersOfTheCredential() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await queue.makeJob(try (0..<8).map { try Sample.row($0, scope: 1 + $0 % 2) })
        let lanes = LaneMap(fingerprints: ["f1", "f2"], lanes: [try Sample.scope(1): LaneID(0), try Sample.scope(2): LaneID(1)])
        _ = try await queue.begin(job, lanes: lanes, remembering: Sample.minute, at: Sample.start)
        for second: Int64 in 0..<4 {
            let now = Sample.start + .seconds(second)
            let claims = try await queue.claim(1, at: now) + queue.claim(1, lane: 1, at: now)
            try await queue.record(claims.map { $0.record(.final(.deleted, reason: nil), at: now) }, at: now)
        }
        let answers = (0..<4).map { Sample.start + .seconds($0) + Milliseconds(50) }
        let soon = Sample.start + .seconds(10)
        let start = try await queue.begin(job, lanes: lanes, remembering: Sample.minute, at: soon)
        #expect(start.recentAnswers == [LaneID(0): answers, LaneID(1): answers])
        // As far back as the window reaches, its edge included.
        let window = soon - answers[2]
        #expect(try await queue.begin(job, lanes: lanes, remembering: window, at: soon).recentAnswers[LaneID(0)] == Array(answers[2...]))
        #expect(try await queue.begin(job, lanes: lanes, remembering: Milliseconds(0), at: soon).recentAnswers.isEmpty)
        // A credential that was never used has a whole budget, also for a scope that another one served.
        let other = LaneMap(fingerprint: "f3", scopes: [try Sample.scope(1), try Sample.scope(2)])
        #expect(try await queue.begin(job, lanes: other, remembering: Sample.minute, at: soon).recentAnswers.isEmpty)
        // The order of the credentials is not what tells them apart.
        let swapped = LaneMap(fingerprints: ["f2", "f9"], lanes: [try Sample.scope(1): LaneID(0), try Sample.scope(2): LaneID(1)])
        #expect(try await queue.begin(job, lanes: swapped, remembering: Sample.minute, at: soon).recentAnswers == [LaneID(0): answers])
    }

    /// A run of one item after the other that dies with some of them in flight.
    private func crashed(items: Int, deleted: Int, inFlight: Int) async throws -> (QueueFolder, JobID) {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await queue.makeJob(try (1...items).map { try Sample.row($0) })
        try await queue.start(job)
        let claims = try await queue.claim(deleted + inFlight)
        try await queue.record(claims.prefix(deleted).map { $0.deleted() })
        return (try folder.afterCrash(), job)
    }
}
