import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// Wishes from other connections, and what becomes of a job that is cancelled.
@Suite struct CancellingTests {
    let folder: QueueFolder
    let queue: Queue
    let job: JobID

    /// Five tokens in two accounts.
    init() async throws {
        folder = try QueueFolder()
        queue = try folder.owner()
        job = try await queue.makeJob(try (1...5).map { try Sample.row($0, scope: $0 < 4 ? 1 : 2) })
    }

    private func leave(_ wish: JobWish) throws -> QueueControl.Reach { try QueueControl(path: folder.queue).leave(wish, for: job) }

    @Test func aWishReachesTheOwner() async throws {
        try await queue.start(job, scopes: [1, 2])
        #expect(try await queue.wish(for: job) == nil)
        #expect(try leave(.giveWay) == .running)
        #expect(try await queue.wish(for: job) == .giveWay)
        #expect(try leave(.pause) == .running)
        #expect(try leave(.giveWay) == .running)
        #expect(try leave(.pause) == .running)
        #expect(try await queue.wish(for: job) == .pause)
        #expect(try leave(.cancel) == .running)
        #expect(try leave(.pause) == .running)
        #expect(try await queue.wish(for: job) == .cancel)
    }

    @Test func nobodyRunsTheJob() async throws {
        #expect(try leave(.pause) == .nobody)
        try await queue.start(job, scopes: [1, 2])
        try await queue.end(job, .unfinished, reason: "paused", at: Sample.start)
        #expect(try leave(.cancel) == .nobody)
        #expect(try await queue.wish(for: job) == nil)
        let crashed = try folder.afterCrash()
        #expect(try QueueControl(path: crashed.queue).leave(.cancel, for: job) == .nobody)
    }

    @Test func aPauseIsOverWhenTheJobIsTakenUpAgain() async throws {
        try await queue.start(job, scopes: [1, 2])
        for wish in [JobWish.giveWay, .pause] {
            #expect(try leave(wish) == .running)
            #expect(try QueueReader(path: folder.queue).wish(for: job) == wish)
            let crashed = try folder.afterCrash()
            let second = try crashed.owner()
            try await second.start(job, scopes: [1, 2])
            #expect(try await second.wish(for: job) == nil)
        }
    }

    @Test func aJobThatWaitsDoesNotGoOnWhenItIsPaused() async throws {
        try await queue.start(job, scopes: [1, 2])
        try await queue.end(job, .unfinished, reason: JobWish.waitingReason, at: Sample.start)
        #expect(try leave(.giveWay) == .nobody)
        #expect(try leave(.pause) == .waiting)
        #expect(try QueueReader(path: folder.queue).job(job)?.stopReason == "paused")
        #expect(try await queue.takeUpAgain(job) == false)
        #expect(try leave(.pause) == .nobody)
    }

    @Test func aPauseHoldsFromTheMomentTheJobIsTakenUpAgain() async throws {
        try await queue.start(job, scopes: [1, 2])
        try await queue.end(job, .unfinished, reason: JobWish.waitingReason, at: Sample.start)
        #expect(try await queue.takeUpAgain(job))
        #expect(try leave(.pause) == .running)
        try await queue.start(job, scopes: [1, 2])
        #expect(try await queue.wish(for: job) == .pause)
    }

    @Test func aPauseAtTheLastMomentKeepsAJobFromWaiting() async throws {
        try await queue.start(job, scopes: [1, 2])
        #expect(try leave(.pause) == .running)
        try await queue.end(job, .unfinished, reason: JobWish.waitingReason, at: Sample.start)
        #expect(try QueueReader(path: folder.queue).job(job)?.stopReason == "paused")
    }

    @Test func aJobThatWaitsIsCancelledByWhoeverTakesItUp() async throws {
        try await queue.start(job, scopes: [1, 2])
        try await queue.end(job, .unfinished, reason: JobWish.waitingReason, at: Sample.start)
        #expect(try leave(.cancel) == .waiting)
        #expect(try await queue.takeUpAgain(job))
        try await queue.start(job, scopes: [1, 2])
        #expect(try await queue.wish(for: job) == .cancel)
    }

    @Test func aCancellationOutlivesItsOwner() async throws {
        try await queue.start(job, scopes: [1, 2])
        #expect(try leave(.cancel) == .running)
        let crashed = try folder.afterCrash()
        let second = try crashed.owner()
        try await second.start(job, scopes: [1, 2])
        try await second.end(job, .unfinished, reason: "interrupted", at: Sample.start)
        #expect(try await second.wish(for: job) == .cancel)
        _ = try await second.cancel(job, at: Sample.start)
        #expect(try await second.wish(for: job) == nil)
    }

    @Test func whatIsOpenIsSkipped() async throws {
        try await queue.start(job, scopes: [1, 2])
        let claims = try await queue.claim(2)
        try await queue.record([claims[0].deleted(), claims[1].record(.pending(notBefore: Sample.start), fateUnknown: true)])
        try await queue.end(job, .unfinished, reason: "cancelled", at: Sample.start)
        #expect(try await queue.cancel(job, at: Sample.start) == 4)
        let overview = try #require(try folder.reader().job(job))
        #expect(overview.state == .finished)
        #expect(overview.stopReason == "cancelled")
        #expect(overview.tally[.deleted] == 1 && overview.tally[.skipped] == 4 && overview.tally.open == 0)
        var reasons: [String?] = []
        try folder.reader().forEachItem(of: job, in: [.skipped], withAttempts: false) { reasons.append($0.reason) }
        #expect(reasons == ["cancelled; whether the token still exists is not known", "cancelled", "cancelled", "cancelled"])
        try expectSoundness(folder)
    }

    @Test func itemsInFlightOfADeadOwner() async throws {
        try await queue.start(job, scopes: [1, 2])
        _ = try await queue.claim(2)
        let crashed = try folder.afterCrash()
        let second = try crashed.owner()
        #expect(try await second.cancel(job, at: Sample.start) == 5)
        #expect(try crashed.reader().job(job)?.tally[.skipped] == 5)
        try expectSoundness(crashed)
    }

    @Test func aFinishedJobStaysAsItIs() async throws {
        try await queue.start(job, scopes: [1, 2])
        let claims = try await queue.claim(5)
        try await queue.record(claims.map { $0.deleted() })
        try await queue.end(job, .finished, reason: nil, at: Sample.start)
        #expect(try await queue.cancel(job, at: Sample.start + Sample.minute) == 0)
        let overview = try #require(try folder.reader().job(job))
        #expect(overview.stopReason == nil && overview.finishedAt == Sample.start && overview.tally.gone == 5)
    }
}
