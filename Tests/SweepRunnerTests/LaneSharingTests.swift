import SweepModel
import SweepRunner
import SweepTestSupport
import Testing

@Suite struct LaneSharingTests {
    @Test("Lanes that want more than there is get equal shares")
    func fairShares() throws {
        let job = Rehearsal(tokens: [300, 300, 300, 300], api: .init(latency: 100...100))
        #expect(try job.run(.of(concurrency: 8, 10_000)) == .finished)
        for cut in stride(from: 100, through: 1000, by: 100) {
            let shares = (0..<4).map { lane in job.api.ledger.prefix(cut).count { $0.call.lane == LaneID(lane) } }
            #expect(try #require(shares.max()) - #require(shares.min()) <= 8, "\(shares)")
        }
        #expect(job.api.mostInFlight == 8)
    }

    @Test("A small lane is not starved by a large one, and leaves it everything in the end")
    func smallAndLarge() throws {
        let job = Rehearsal(tokens: [1000, 20], api: .init(latency: 100...100))
        #expect(try job.run(.of(concurrency: 10, 10_000)) == .finished)
        let last = try #require(job.api.ledger.lastIndex { $0.call.lane == LaneID(1) })
        #expect(last < 60)
        // 1,020 requests, ten at a time, and a commit for each round.
        #expect(job.time.elapsed < .seconds(13))
    }

    @Test func everyLaneHasABudgetOfItsOwn() throws {
        let budget = ServerBudget(.sliding, limit: 50, period: .seconds(10))
        let job = Rehearsal(tokens: [150, 150], api: .init(budget: budget))
        #expect(try job.run(.of(concurrency: 20, 50, per: 10)) == .finished)
        for lane in 0...1 { #expect(job.counted(lane).most(within: .seconds(10)) == 50) }
        #expect(job.answers(.rateLimited) == 0)
        #expect(job.time.elapsed < .seconds(22))
    }
}
