import SweepModel
import SweepRunner
import SweepTestSupport
import Testing

@Suite struct PaceTests {
    @Test("A whole job ends when the budget allows, and never meets a 429", arguments: ServerBudget.Window.allCases)
    func wholeJob(_ window: ServerBudget.Window) throws {
        let budget = ServerBudget(window, limit: 1200, period: .seconds(300))
        let job = Rehearsal(5000, api: .init(latency: 50...150, budget: budget, hints: true))
        #expect(try job.run(.of(concurrency: 16)) == .finished)
        #expect(job.queue.tally[.deleted] == 5000)
        #expect(job.answers(.rateLimited) == 0)
        #expect(job.counted().most(within: .seconds(300)) <= 1200)
        // Five bursts with four full windows between them, and the last burst itself: 200 requests.
        let ideal = Double(4 * 300)
        #expect(job.time.elapsed.inSeconds >= ideal)
        #expect(job.time.elapsed.inSeconds < ideal * 1.02)
        job.expectTruth()
    }
}
