import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// Items with an outcome that is not the last word come back with all their tries, and with what is known of them.
@Suite struct RetryTests {
    let folder: QueueFolder
    let queue: Queue
    let job: JobID

    /// A finished job: deleted, blocked, failed, failed of unknown fate, unusable.
    init() async throws {
        folder = try QueueFolder()
        queue = try folder.owner()
        job = try await queue.makeJob(try (1...4).map { try Sample.row($0) } + [Sample.invalid()])
        try await queue.start(job)
        let claims = try await queue.claim(9)
        try await queue.record([
            claims[0].deleted(), claims[1].record(.final(.blocked, reason: "in use")),
            claims[2].record(.final(.failed, reason: "refused")), claims[3].record(.final(.failed, reason: "lost"), fateUnknown: true),
        ])
        try await queue.end(job, .finished, reason: nil, at: Sample.start)
    }

    @Test func failedItems() async throws {
        #expect(try await queue.retry(job, [.failed]) == 2)
        #expect(try states() == [.deleted, .blocked, .pending, .pending, .invalid])
        let overview = try #require(try folder.reader().job(job))
        #expect(overview.state == .unfinished)
        #expect(overview.finishedAt == nil)
        #expect(overview.tally == Tally([.deleted: 1, .blocked: 1, .failed: 0, .pending: 2, .inFlight: 0, .invalid: 1]))
        try expectSoundness(folder)
    }

    @Test func failedAndBlockedItems() async throws {
        #expect(try await queue.retry(job, [.failed, .blocked]) == 3)
        #expect(try states() == [.deleted, .pending, .pending, .pending, .invalid])
        try expectSoundness(folder)
    }

    @Test func nothingToRetry() async throws {
        #expect(try await queue.retry(job, []) == 0)
        #expect(try await queue.retry(job, [.skipped]) == 0)
        #expect(try folder.reader().job(job)?.state == .finished)
    }

    /// What is gone stays gone, and what cannot be used stays unusable.
    @Test func statesThatNothingFollows() async throws {
        let before = try states()
        #expect(try await queue.retry(job, [.deleted, .alreadyAbsent, .presumedDeleted, .invalid, .pending, .inFlight]) == 0)
        #expect(try states() == before)
        try expectSoundness(folder)
    }

    @Test func whatIsKnownStays() async throws {
        _ = try await queue.retry(job, [.failed])
        let start = try await queue.start(job)
        #expect(start.waiting.count == 2)
        #expect(start.fresh == [LaneID(0): 0])
        let claims = try await queue.commit(Turn(records: [], claims: [.waiting(start.waiting.map(\.item))], now: Sample.start))
        #expect(claims.map(\.attempt) == [2, 2])
        #expect(claims.map(\.history) == [ItemHistory(), ItemHistory(triesSpent: 0, fateUnknown: true)])
        try await queue.record(claims.map { $0.record(.final(.presumedDeleted, reason: nil)) })
        #expect(try states() == [.deleted, .blocked, .presumedDeleted, .presumedDeleted, .invalid])
        try expectSoundness(folder)
    }

    @Test func theOldReasonIsGone() async throws {
        _ = try await queue.retry(job, [.failed])
        var rows: [ReportRow] = []
        try folder.reader().forEachItem(of: job, in: [.pending], withAttempts: true) { rows.append($0) }
        #expect(rows.map(\.reason) == [nil, nil])
        #expect(rows.map(\.finishedAt) == [nil, nil])
        #expect(rows.map(\.attemptCount) == [1, 1])
        #expect(rows.map(\.attempts.count) == [1, 1])
    }

    /// Items that got their outcome without a single request are tried like new ones, in their order.
    @Test func itemsThatWereNeverTried() async throws {
        let second = try await queue.makeJob(try (1...6).map { try Sample.row($0) }, named: "second")
        try await queue.start(second)
        try await queue.record(try await queue.claim(3).map { $0.deleted() })
        try await queue.end(second, .unfinished, reason: nil, at: Sample.start)
        // The scope's cursor passes the fourth; the second item was skipped before it.
        try folder.connection().execute(
            """
            UPDATE item SET state = 'skipped', finished_at = 1, attempts = 0, tries = 0, reason = 'held back'
            WHERE scope IN (SELECT id FROM scope WHERE job = \(second.value)) AND line IN (3, 6);
            DELETE FROM attempt WHERE item IN (SELECT id FROM item WHERE state = 'skipped');
            DELETE FROM tally WHERE scope IN (SELECT id FROM scope WHERE job = \(second.value));
            INSERT INTO tally SELECT scope, state, count(*) FROM item
            WHERE scope IN (SELECT id FROM scope WHERE job = \(second.value)) GROUP BY scope, state;
            """)
        #expect(try await queue.retry(second, [.skipped]) == 2)
        try expectSoundness(folder)
        let start = try await queue.start(second)
        #expect(start.waiting.isEmpty)
        #expect(start.fresh == [LaneID(0): 4])
        #expect(try await queue.claim(9).map(\.position.line) == [3, 5, 6, 7])
    }

    @Test func aRunningJobIsNotTouched() async throws {
        _ = try await queue.retry(job, [.failed])
        try await queue.start(job)
        #expect(try await failure { _ = try await queue.retry(job, [.blocked]) }.detail == "the job is being run")
        #expect(try states() == [.deleted, .blocked, .pending, .pending, .invalid])
    }

    private func states() throws -> [ItemState] {
        var states: [ItemState] = []
        try folder.reader().forEachItem(of: job, in: Set(ItemState.allCases), withAttempts: false) { states.append($0.state) }
        return states
    }
}
