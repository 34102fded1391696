import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// What charts are made of: a job's milestones and its requests.
@Suite struct HistoryTests {
    let folder: QueueFolder

    init() throws { folder = try QueueFolder() }

    /// Deleted, blocked, timed out and then deleted; paused and taken up again in between.
    private func work(_ queue: Queue, _ job: JobID) async throws {
        try await queue.start(job)
        let claims = try await queue.claim(3)
        try await queue.record([
            claims[0].deleted(), claims[1].record(.final(.blocked, reason: "in use"), at: Sample.start + Milliseconds(10)),
            claims[2].record(
                .pending(notBefore: Sample.start), at: Sample.start + Milliseconds(20), details: AnswerDetails(transportError: "timeout")),
        ])
        try await queue.end(job, .unfinished, reason: "paused", at: Sample.start + .seconds(5))
        let start = try await queue.start(job, at: Sample.start + Sample.minute)
        let again = try await queue.commit(
            Turn(records: [], claims: [.waiting(start.waiting.map(\.item))], now: Sample.start + Sample.minute))
        try await queue.record(again.map { $0.record(.final(.presumedDeleted, reason: "gone"), at: Sample.start + Sample.minute) })
        try await queue.end(job, .finished, reason: nil, at: Sample.start + .seconds(70))
    }

    @Test func `milestones come in order, with the job's own last answer before each`() async throws {
        let queue = try folder.owner()
        let job = try await queue.makeJob(try (1...3).map { try Sample.row($0) })
        try await work(queue, job)
        let other = try await queue.makeJob([try Sample.row(9)], named: "other")
        try await queue.start(other, at: Sample.start + .seconds(80))
        try await queue.record(try await queue.claim(1).map { $0.deleted() })
        try await queue.end(other, .finished, reason: nil, at: Sample.start + .seconds(90))
        _ = try await queue.retry(job, [.blocked])
        let milestones = try folder.reader().milestones(of: job)
        #expect(milestones.map(\.kind) == [.planned, .confirmed, .started, .paused, .started, .finished, .retried])
        #expect(milestones[3].reason == "paused")
        #expect(milestones[4].at == Sample.start + Sample.minute)
        // The slowest of the first three requests, not a later one of the other job.
        #expect(milestones[4].lastAnswerAt == Sample.start + Milliseconds(70))
        #expect(milestones[6].lastAnswerAt == Sample.start + Sample.minute + Milliseconds(50))
    }

    @Test func `requests come in order with what they brought, and those of other jobs do not`() async throws {
        let queue = try folder.owner()
        let other = try await queue.makeJob([try Sample.row(9)], named: "other")
        try await queue.start(other)
        try await queue.record(try await queue.claim(1).map { $0.deleted() })
        try await queue.end(other, .finished, reason: nil, at: Sample.start)
        let job = try await queue.makeJob(try (1...3).map { try Sample.row($0) })
        try await work(queue, job)
        let reader = try folder.reader()
        #expect(try reader.lastAnswer(of: job) == Sample.start + Sample.minute + Milliseconds(50))
        #expect(try reader.lastAnswer(of: other) == Sample.start + Milliseconds(50))
        var requests: [RequestMark] = []
        let last = try reader.forEachRequest(of: job) { requests.append($0) }
        #expect(requests.map(\.outcome) == [.deleted, .blocked, nil, .presumedDeleted])
        #expect(requests.map(\.httpStatus) == [200, 200, nil, 200])
        #expect(requests.allSatisfy { $0.latency == Milliseconds(50) })
        #expect(Set(requests.map(\.credential)).count == 1)
        #expect(try reader.forEachRequest(of: job, after: last) { _ in Issue.record("there is nothing new") } == last)
        // What was put back to pending keeps what it had brought.
        _ = try await queue.retry(job, [.blocked])
        var outcomes: [ItemState?] = []
        _ = try folder.reader().forEachRequest(of: job) { outcomes.append($0.outcome) }
        #expect(outcomes == [.deleted, .blocked, nil, .presumedDeleted])
    }

    @Test func `everything in one view is of one moment`() async throws {
        let queue = try folder.owner()
        let job = try await queue.makeJob(try (1...3).map { try Sample.row($0) })
        try await queue.start(job)
        let reader = try folder.reader()
        let writer = try folder.connection()
        var names: [String?] = []
        try reader.inOneView { reader in
            names.append(try reader.job(job)?.name)
            try writer.execute("UPDATE job SET name = 'renamed'")
            names.append(try reader.job(job)?.name)
        }
        names.append(try reader.job(job)?.name)
        #expect(names == ["incident-42", "incident-42", "renamed"])
    }

    @Test func `a row tells who referred to its token, and that nobody looked`() async throws {
        let queue = try folder.owner()
        _ = try await queue.startPlan(Sample.draft())
        try await queue.add(try (1...2).map { try Sample.row($0) } + [try Sample.row(3, scope: 2)], manifest: 0)
        let plan = try await queue.sealPlan()
        let texts = ["group \"CI\" (77)", "policy \"Deploy\" (78)"]
        let finding = LookupFinding(
            scope: try Sample.scope(), tokens: try (1...2).map { LiveToken(scope: try Sample.scope(), id: try Sample.token($0)) },
            provesAbsence: true, referrers: [try Sample.token(1): ReferenceGraph.Referrers(texts: texts, blocksDeletion: true)])
        let job = try await queue.review(plan, by: [finding], protecting: ProtectionList([]), at: Sample.start).plan.job
        var referrers: [[String]?] = []
        try folder.reader().forEachItem(of: job, in: Set(ItemState.allCases), withAttempts: false) { referrers.append($0.referrers) }
        #expect(referrers == [texts, [], nil])
    }
}
