import SweepModel
import SweepRunner
import SweepTestSupport
import Testing

@Suite struct QueueFailureTests {
    @Test("A commit that fails stops the run and cuts the requests short", arguments: [1, 2, 5, 20])
    func commitFails(_ number: Int) throws {
        let job = Rehearsal(200, api: .init(latency: 500...900))
        job.queue.failCommits { $0 == number ? .before : nil }
        #expect(throws: QueueError(.full, path: "(memory)", detail: "no room left")) { try job.run(.of()) }
        #expect(job.queue.commits == number)
        #expect(job.api.ledger.allSatisfy { $0.answer != nil }, "nothing waits for an answer any more")
        #expect(job.queue.end == nil)
        // What was not committed was not told.
        #expect(job.watcher.settled.count == job.queue.tally.final)
        job.expectTruth()
    }

    @Test("A restart in the middle forgets nothing and keeps the budget", arguments: 1...30)
    func restarts(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        let budget = ServerBudget(seed % 2 == 0 ? .fixed : .sliding, limit: 40, period: .seconds(10))
        let job = Rehearsal(150, seed: seed, api: .init(latency: 20...900, budget: budget))
        var crashes = 0
        for _ in 0..<6 {
            let last = job.queue.commits + Int.random(in: 1...60, using: &random)
            let kind: MemoryQueue.Failure = random.chance(50) ? .before : .after
            job.queue.failCommits { $0 == last ? kind : nil }
            do {
                _ = try job.run(.of(concurrency: 10, 40, per: 10))
                break
            } catch is QueueError {
                crashes += 1
                // Starting anew takes longer than what was sent needs to arrive.
                try job.pass(.seconds(1))
            }
        }
        job.queue.failCommits { _ in nil }
        #expect(try job.run(.of(concurrency: 10, 40, per: 10)) == .finished)
        #expect(crashes > 0)
        #expect(job.queue.tally.gone == 150)
        #expect(job.queue.tally[.alreadyAbsent] == 0)
        #expect(job.answers(.rateLimited) == 0)
        #expect(job.counted().most(within: .seconds(10)) <= 40)
        #expect(job.api.living.isEmpty)
    }

    @Test("Items that no lane serves end the run; they do not keep it waiting")
    func itemsWithoutALane() throws {
        let job = Rehearsal(tokens: [5, 5])
        let lanes = LaneMap(fingerprint: "credential 0", scopes: [Samples.account(1)])
        let runner = Runner(
            queue: job.queue, api: job.api, time: job.time, random: SeededRandom(1), policy: .of(), observe: job.watcher.observe)
        let end = try job.time.run { try await runner.run(JobID(1), lanes: lanes) }
        #expect(end == .halted("tokens are left that no credential of this run serves"))
        #expect(job.queue.tally.nonzero == [.deleted: 5, .pending: 5])
        #expect(job.queue.end == .halted)
    }
}
