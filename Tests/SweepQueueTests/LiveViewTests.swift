import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// What a live view asks for while a job runs.
@Suite struct LiveViewTests {
    let folder: QueueFolder

    init() throws { folder = try QueueFolder() }

    /// A job of five tokens in two accounts: two deleted, one blocked, one in flight and one left. The queue is still owned.
    private func work(_ queue: Queue) async throws -> JobID {
        let job = try await queue.makeJob(try (1...4).map { try Sample.row($0) } + [try Sample.row(5, scope: 2)])
        try await queue.start(job, scopes: [1, 2])
        let claims = try await queue.claim(4)
        try await queue.record([
            claims[0].deleted(), claims[1].deleted(), claims[2].record(.final(.blocked, reason: "in use"), at: Sample.start),
        ])
        return job
    }

    @Test func `the list names the job that runs, and its status the owner and what it was asked for`() async throws {
        let queue = try folder.owner("process 7")
        let job = try await work(queue)
        let reader = try folder.reader()
        let list = try reader.jobList()
        #expect(list.jobs.map(\.id) == [job] && list.running == job)
        let overview = try #require(list.jobs.first)
        #expect(try reader.status(of: overview).owner?.contains("process 7") == true)
        #expect(try reader.status(of: overview).wish == nil)
        #expect(overview.tally[.deleted] == 2 && overview.tally[.blocked] == 1 && overview.tally[.inFlight] == 1)
    }

    @Test func `a mark changes with every attempt and with the end of a job`() async throws {
        let queue = try folder.owner()
        let job = try await work(queue)
        let reader = try folder.reader()
        let before = try reader.marks()
        #expect(before.map(\.id) == [job] && before.allSatisfy(\.isRunning) && before.map(\.state) == [.unfinished])
        #expect(try reader.marks() == before)
        try await queue.end(job, .halted, reason: "canary", at: Sample.start + .seconds(1))
        let after = try #require(try reader.marks().first)
        #expect(after.state == .halted && after.evidenceLength > before[0].evidenceLength)
    }

    @Test func `attempts come after a number, up to a limit, with their job and what they brought`() async throws {
        let queue = try folder.owner()
        let job = try await work(queue)
        let reader = try folder.reader()
        let last = try reader.lastAttempt()
        let all = try reader.attempts(after: 0, limit: 100)
        #expect(all.map(\.request.outcome) == [.deleted, .deleted, .blocked] && all.allSatisfy { $0.job == job })
        #expect(all.last?.number == last)
        #expect(try reader.attempts(after: all[0].number, limit: 1) == [all[1]])
        #expect(try reader.attempts(after: last, limit: 100).isEmpty)
        let overview = try #require(try reader.job(job))
        let range = try reader.attemptsRange(of: overview)
        #expect(range.after < all[0].number && range.last == nil)
    }

    @Test func `tokens come in pages, and by their state`() async throws {
        let queue = try folder.owner()
        let job = try await work(queue)
        let reader = try folder.reader()
        let first = try reader.tokens(of: job, TokenQuery(limit: 2))
        #expect(first.rows.map(\.row.state) == [.deleted, .deleted] && first.next != nil)
        let second = try reader.tokens(of: job, TokenQuery(after: first.next, limit: 100))
        #expect(second.rows.map(\.row.state) == [.blocked, .inFlight, .pending] && second.next == nil)
        let blocked = try reader.tokens(of: job, TokenQuery(states: [.blocked]))
        #expect(blocked.rows.map(\.row.reason) == ["in use"])
        let again = try reader.rows(of: job, [blocked.rows[0].item, first.rows[0].item])
        #expect(again.map(\.state) == [.blocked, .deleted])
    }

    @Test func `events are the lines about the job as a whole, after a number`() async throws {
        let queue = try folder.owner()
        let job = try await work(queue)
        let reader = try folder.reader()
        let events = try reader.events(of: job, after: 0, limit: 100)
        #expect(events.map(\.number) == events.map(\.number).sorted() && events.count == 3)
        #expect(["planned", "confirmed", "started"].allSatisfy { kind in events.contains { $0.json.contains("\"\(kind)\"") } })
        #expect(try reader.events(of: job, after: events[0].number, limit: 1) == [events[1]])
    }

    @Test func `a lane tells what of its budget is used, requests on the wire included`() async throws {
        let queue = try folder.owner()
        let job = try await work(queue)
        let reader = try folder.reader()
        let budget = RateBudget(requests: 5, period: .seconds(300), reservePercent: 20)
        let now = Sample.start + .seconds(10)
        let lanes = try reader.lanes(of: job, budget: budget, isRunning: true, at: now)
        #expect(lanes.map(\.used).reduce(0, +) == 4)
        #expect(lanes.flatMap(\.scopes) == [try Sample.scope(1), try Sample.scope(2)])
        #expect(lanes.map { $0.tally[.pending] }.reduce(0, +) == 1)
        // All four places are taken, and the first is free again when its answer has left the window.
        #expect(lanes.compactMap(\.earliestEnd).allSatisfy { $0 > now + .seconds(280) } && !lanes.compactMap(\.earliestEnd).isEmpty)
        let free = try reader.lanes(of: job, budget: nil, isRunning: true, at: now)
        #expect(free.allSatisfy { $0.budget == nil && $0.earliestEnd == nil } && free.map(\.used).reduce(0, +) == 1)
        let late = try reader.lanes(of: job, budget: budget, isRunning: false, at: now + .seconds(600))
        #expect(late.map(\.used).reduce(0, +) == 1 && late.allSatisfy { $0.earliestEnd == nil })
    }
}
