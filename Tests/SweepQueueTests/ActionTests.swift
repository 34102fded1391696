import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// Jobs that do more, or less, than delete.
@Suite struct ActionTests {
    private func makeJob(_ queue: Queue, _ action: JobAction, tokens: ClosedRange<Int> = 1...3) async throws -> JobID {
        _ = try await queue.startPlan(Sample.draft(action: action))
        try await queue.add(try tokens.map { try Sample.row($0) }, manifest: 0)
        let plan = try await queue.sealPlan()
        try await queue.confirm(plan.job)
        return plan.job
    }

    private func record(_ claim: Claim, _ next: Record.Next, _ request: RequestKind, _ change: TokenChange? = nil) -> Record {
        var record = claim.record(next)
        record.attempt.request = claim.history.request
        record.history.request = request
        record.history.change = change
        return record
    }

    /// Disables a job's tokens and finishes it.
    private func disable(_ job: JobID, _ queue: Queue) async throws {
        try await queue.start(job)
        let reading = try await queue.claim(9)
        try await queue.record(reading.map { record($0, .pending(notBefore: Sample.start), .disable) })
        let claims = try await queue.commit(
            Turn(records: [], claims: [.waiting(reading.map(\.call.item))], now: Sample.start))
        try await queue.record(claims.map { record($0, .final(.disabled, reason: "disabled, not deleted"), .disable, .disabled) })
        try await queue.end(job, .finished, reason: nil, at: Sample.start)
    }

    @Test func `the plan's id depends on what is done to the tokens`() async throws {
        let queue = try Queue(scratch: ())
        var ids: Set<String> = []
        for (action, whenBlocked) in [(JobAction.delete, WhenBlocked.report), (.delete, .disable), (.delete, .rotate), (.disable, .report)]
        {
            _ = try await queue.startPlan(Sample.draft(action: action, whenBlocked: whenBlocked))
            try await queue.add([try Sample.row(1)], manifest: 0)
            ids.insert(try await queue.sealPlan().id)
        }
        #expect(ids.count == 4)
    }

    @Test func `tokens that are to be disabled are read first`() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await makeJob(queue, .disable)
        try await queue.start(job)
        #expect(try await queue.claim(9).map(\.history) == Array(repeating: ItemHistory(request: .read), count: 3))
        #expect(try folder.reader().job(job)?.action == .disable)
        try expectSoundness(folder)
    }

    @Test(
        arguments: [
            (RequestKind.read, nil, RequestKind.read), (.disable, .maybeDisabled, .read), (.rotate, .maybeRotated, .rotate),
            (.enable, .maybeEnabled, .read),
        ] as [(RequestKind, TokenChange?, RequestKind)])
    func `a crash leaves a doubt only where something may have changed`(
        _ sent: RequestKind, _ change: TokenChange?, _ next: RequestKind
    ) async throws {
        let folder = try QueueFolder()
        let job = try await {
            let queue = try folder.owner()
            let job = try await makeJob(queue, .disable, tokens: 1...1)
            try await queue.start(job)
            let claim = try #require(try await queue.claim(1).first)
            try await queue.record([record(claim, .pending(notBefore: Sample.start), sent)])
            _ = try await queue.commit(Turn(records: [], claims: [.waiting([claim.call.item])], now: Sample.start))
            return job
        }()
        let queue = try folder.owner()
        let start = try await queue.start(job)
        let claims = try await queue.commit(Turn(records: [], claims: [.waiting(start.waiting.map(\.item))], now: Sample.start))
        #expect(claims.map(\.history) == [ItemHistory(triesSpent: 1, request: next, change: change)])
        var log: [[RequestKind]] = []
        try folder.reader().forEachItem(of: job, in: [.inFlight], withAttempts: true) { log.append($0.attempts.map(\.request)) }
        #expect(log == [[.read, sent]])
    }

    @Test func `what is waiting to be changed is read again by the next run`() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await makeJob(queue, .disable, tokens: 1...1)
        try await queue.start(job)
        let claim = try #require(try await queue.claim(1).first)
        try await queue.record([record(claim, .pending(notBefore: Sample.start), .disable)])
        try await queue.start(job)
        let again = try await queue.commit(Turn(records: [], claims: [.waiting([claim.call.item])], now: Sample.start))
        #expect(again.map(\.history.request) == [.read] && again.map(\.history.change) == [nil])
    }

    @Test func `the undo names what was disabled and nothing else, once`() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await makeJob(queue, .disable)
        try await disable(job, queue)
        _ = try await makeJob(queue, .delete, tokens: 7...8)
        let plan = try #require(try await queue.planUndo(of: job, Sample.draft("undo", action: .enable)))
        #expect(plan.deletions == 3)
        try await queue.confirm(plan.job)
        #expect(try folder.reader().unfinishedUndo(of: job)?.id == plan.job)
        try await queue.start(plan.job)
        let claims = try await queue.claim(2)
        #expect(claims.map(\.history.request) == [.read, .read])
        try await queue.record(claims.map { record($0, .final(.enabled, reason: nil), .enable, .enabled) })
        // Two are told, one is left.
        var rows: [ReportRow] = []
        try folder.reader().forEachItem(of: job, in: [.disabled], withAttempts: false) { rows.append($0) }
        #expect(
            rows.map(\.reason) == [
                "disabled, not deleted; enabled again since", "disabled, not deleted; enabled again since", "disabled, not deleted",
            ])
        let rest = try #require(try await queue.planUndo(of: job, Sample.draft("undo", action: .enable)))
        #expect(rest.deletions == 1)
        try await queue.discard(rest.job)
        try await queue.record(try await queue.claim(1).map { record($0, .final(.enabled, reason: nil), .enable, .enabled) })
        try await queue.end(plan.job, .finished, reason: nil, at: Sample.start)
        #expect(try await queue.planUndo(of: job, Sample.draft("undo", action: .enable)) == nil)
        #expect(try folder.reader().unfinishedUndo(of: job) == nil)
        try expectSoundness(folder)
    }

    @Test func `a retry begins with the job's own first request`() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        for (action, request) in [(JobAction.disable, RequestKind.read), (.delete, .delete)] {
            let job = try await makeJob(queue, action)
            try await queue.start(job)
            let claims = try await queue.claim(9)
            try await queue.record(claims.map { record($0, .final(.failed, reason: "why"), .disable, .maybeDisabled) })
            try await queue.end(job, .finished, reason: nil, at: Sample.start)
            #expect(try await queue.retry(job, [.failed]) == 3)
            try await queue.start(job)
            let again = try await queue.commit(Turn(records: [], claims: [.waiting(claims.map(\.call.item))], now: Sample.start))
            #expect(again.map(\.history.request) == Array(repeating: request, count: 3))
            #expect(again.map(\.history.change) == Array(repeating: .maybeDisabled, count: 3))
            try await queue.record(again.map { record($0, .final(.failed, reason: "why"), .read) })
            try await queue.end(job, .finished, reason: nil, at: Sample.start)
        }
    }

    @Test func `a cancelled item tells what is not known of it`() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await makeJob(queue, .delete)
        try await queue.start(job)
        let claims = try await queue.claim(3)
        try await queue.record([
            record(claims[0], .pending(notBefore: Sample.start), .read, .maybeDisabled),
            record(claims[1], .pending(notBefore: Sample.start), .rotate, .maybeRotated),
            record(claims[2], .pending(notBefore: Sample.start), .read),
        ])
        _ = try await queue.cancel(job, at: Sample.start)
        var reasons: [String?] = []
        try folder.reader().forEachItem(of: job, in: [.skipped], withAttempts: false) { reasons.append($0.reason) }
        #expect(
            reasons == [
                "cancelled; whether the token is disabled is not known", "cancelled; whether its secret was rotated is not known",
                "cancelled after it was refused as in use",
            ])
    }
}
