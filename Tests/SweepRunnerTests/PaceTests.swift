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

    @Test("With uneven latency nearly all of the pace is used", arguments: ServerBudget.Window.allCases)
    func shareOfThePace(_ window: ServerBudget.Window) throws {
        let budget = ServerBudget(window, limit: 200, period: .seconds(5))
        let job = Rehearsal(4000, api: .init(latency: 50...150, budget: budget))
        #expect(try job.run(.of(concurrency: 64, 200, per: 5)) == .finished)
        #expect(job.answers(.rateLimited) == 0)
        #expect(job.counted().most(within: .seconds(5)) <= 200)
        // 19 windows of five seconds lie between the first burst and the last; every one may lose a latency.
        let ideal = 19 * 5.0
        #expect(job.time.elapsed.inSeconds < ideal / 0.95)
        job.expectTruth()
    }

    @Test func theReserveIsLeftAlone() throws {
        let budget = ServerBudget(.sliding, limit: 100, period: .seconds(10))
        let job = Rehearsal(400, api: .init(budget: budget))
        #expect(try job.run(.of(100, per: 10, reserve: 25)) == .finished)
        #expect(job.counted().most(within: .seconds(10)) == 75)
    }

    @Test("Never more requests in flight than allowed", arguments: [1, 2, 7, 50])
    func concurrency(_ limit: Int) throws {
        let job = Rehearsal(300, api: .init(latency: 10...400))
        #expect(try job.run(.of(concurrency: limit)) == .finished)
        #expect(job.api.mostInFlight == limit)
    }

    @Test func everyLaneTogetherKeepsTheLimitOfAnAddress() throws {
        let job = Rehearsal(tokens: [600, 600, 600], api: .init(latency: 10...30))
        #expect(try job.run(.of(concurrency: 300, 100_000)) == .finished)
        #expect(job.api.ledger.map(\.sentAt).most(within: .seconds(1)) == 200)
        #expect(job.time.elapsed >= .seconds(8))
        #expect(job.time.elapsed < .seconds(10))
    }

    @Test("The limit of an address holds wherever in its flight a request is counted", arguments: ServerBudget.Window.allCases)
    func unevenFlights(_ window: ServerBudget.Window) throws {
        let address = ServerBudget(window, limit: 200, period: .seconds(1))
        let job = Rehearsal(tokens: [1000, 1000, 1000], api: .init(latency: 50...150, address: address))
        #expect(try job.run(.of(concurrency: 256, 100_000)) == .finished)
        #expect(job.answers(.rateLimited) == 0)
        // 200 in a second and a flight, and the commits between.
        #expect(job.time.elapsed < .seconds(17))
        job.expectTruth()
    }

    @Test func withoutABudgetNothingIsPaced() throws {
        let job = Rehearsal(2000, api: .init(latency: 10...10), commitTakes: 0)
        let policy = RunPolicy(concurrency: 100, budget: nil, attempts: 3)
        #expect(try job.run(policy) == .finished)
        // One request alone, then twenty rounds of a hundred.
        #expect(job.time.elapsed == Milliseconds(10 * 21))
    }

    @Test("What a rival has spent is left out of the pace", arguments: ServerBudget.Window.allCases, [0, 10])
    func rival(_ window: ServerBudget.Window, reserve: Int) throws {
        let budget = ServerBudget(window, limit: 100, period: .seconds(10))
        let job = Rehearsal(200, api: .init(latency: 20...40, budget: budget, hints: true))
        job.api.spend(60, of: LaneID(0))
        #expect(try job.run(.of(concurrency: 4, 100, per: 10, reserve: reserve)) == .finished)
        #expect(job.answers(.rateLimited) == 0)
        let early = job.counted().filter { $0 - VirtualTime.beginning < .seconds(9) }
        // It spent them at once and no more, which cannot be known before half of the window is over.
        #expect((15 - reserve...40 - reserve).contains(early.count))
        #expect(job.time.elapsed < .seconds(32))
        job.expectTruth()
    }

    @Test("A budget of another length than the API's own window is spent whole", arguments: ServerBudget.Window.allCases)
    func shorterBudget(_ window: ServerBudget.Window) throws {
        let job = Rehearsal(
            1000, api: .init(latency: 20...40, budget: ServerBudget(window, limit: 1200, period: .seconds(300)), hints: true))
        #expect(try job.run(.of(concurrency: 16, 100, per: 10)) == .finished)
        #expect(job.answers(.rateLimited) == 0)
        #expect(job.counted().most(within: .seconds(10)) == 100)
        #expect(job.time.elapsed < .seconds(92))
        job.expectTruth()
    }

    @Test("What a rival has spent of the API's longer window is left out of the pace", arguments: ServerBudget.Window.allCases)
    func rivalInALongerWindow(_ window: ServerBudget.Window) throws {
        let job = Rehearsal(
            1000, api: .init(latency: 20...40, budget: ServerBudget(window, limit: 1200, period: .seconds(300)), hints: true))
        job.api.spend(900, of: LaneID(0))
        #expect(try job.run(.of(concurrency: 16, 100, per: 10)) == .finished)
        #expect(job.answers(.rateLimited) == 0)
        #expect(job.time.elapsed < .seconds(400))
        job.expectTruth()
    }

    @Test func aRunTakesUpTheBudgetOfTheRunBefore() throws {
        let budget = ServerBudget(.sliding, limit: 50, period: .seconds(10))
        let job = Rehearsal(200, api: .init(budget: budget))
        #expect(try job.run(.of(50, per: 10), stop: (.gently, .seconds(11))) == .interrupted)
        #expect(try job.run(.of(50, per: 10)) == .finished)
        #expect(job.counted().most(within: .seconds(10)) == 50)
        job.expectTruth()
    }

    @Test func aRunWithASmallerBudgetWaitsUntilItsOwnRuleHolds() throws {
        let job = Rehearsal(80)
        #expect(try job.run(.of(60, per: 10), stop: (.gently, .seconds(3))) == .interrupted)
        #expect(job.api.ledger.count == 60)
        let restart = job.time.now
        #expect(try job.run(.of(20, per: 10)) == .finished)
        let later = job.api.ledger.dropFirst(60).map(\.sentAt)
        #expect(later.count == 20)
        // Forty of the sixty must have left the window before the first can go.
        let answers = job.api.ledger.prefix(60).compactMap(\.countedAt).sorted()
        #expect(later.allSatisfy { $0 >= restart && $0 > answers[40] + .seconds(10) })
    }
}
