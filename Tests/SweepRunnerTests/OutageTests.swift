import SweepModel
import SweepRunner
import SweepTestSupport
import Testing

@Suite struct OutageTests {
    /// A fault for every request that arrives in a span of time.
    private func outage(_ span: Range<Int64>, _ fault: Fault) -> SimulatedAPI.Settings {
        let (start, end) = (VirtualTime.beginning + .seconds(span.lowerBound), VirtualTime.beginning + .seconds(span.upperBound))
        return .init(fault: { $0.at >= start && $0.at < end ? fault : nil })
    }

    @Test func anUnreachableNetworkAtTheStartEndsTheRun() throws {
        let job = Rehearsal(500, api: .init(fault: { _ in .unreachable }))
        #expect(try job.run(.of(concurrency: 50)) == .unreachable("connection refused"))
        #expect(job.api.ledger.count == 3)
        #expect(job.queue.tally.nonzero == [.pending: 500])
        #expect(job.queue.items.allSatisfy { $0.history == ItemHistory() })
        #expect(job.queue.end == .unfinished && job.queue.endReason == "connection refused")
        #expect(job.time.elapsed < .seconds(10))
        job.expectTruth()
    }

    @Test func anUnreachableNetworkInTheMiddleIsWaitedFor() throws {
        let job = Rehearsal(2000, api: outage(5..<1805, .unreachable))
        #expect(try job.run(.of(concurrency: 8, 100, per: 10, attempts: 2)) == .finished)
        #expect(job.queue.tally.nonzero == [.deleted: 2000])
        #expect(job.queue.items.allSatisfy { $0.history.triesSpent == 1 })
        // What was in flight, and about one probe a minute.
        #expect(job.answers(.unreachable) < 8 + 70)
        #expect(job.watcher.gates().contains { if case .paused(_, .outage) = $0 { true } else { false } })
        job.expectTruth()
    }

    @Test("An API that fails is probed, and its failures are spread over many tokens")
    func failures() throws {
        let job = Rehearsal(300, api: outage(2..<1200, .answer(.unavailable)))
        #expect(try job.run(.of(concurrency: 8, 50, per: 10, attempts: 3)) == .finished)
        #expect(job.queue.tally.nonzero == [.deleted: 300])
        #expect(job.answers(.temporary(fateUnknown: false)) < 10 + 8 + 60)
        #expect(job.queue.items.allSatisfy { $0.history.triesSpent <= 3 })
        job.expectTruth()
    }

    @Test("A few tokens outlive an outage of many probes", arguments: [Fault.answer(.unavailable), .lostRequest], [2, 5])
    func fewTokens(_ fault: Fault, tokens: Int) throws {
        let job = Rehearsal(tokens, api: outage(0..<840, fault))
        #expect(try job.run(.of(attempts: 3)) == .finished)
        #expect(job.queue.tally[.failed] == 0 && job.queue.tally.open == 0)
        // Those that made the outage known count: here the very first one.
        #expect(job.queue.items.map(\.history.triesSpent).reduce(0, +) == tokens + 1)
        #expect((15..<50).contains(job.api.ledger.count))
        job.expectTruth()
    }

    @Test("Tokens that fail whatever the API does are failed in the end", arguments: [1, 2, 12], [0, 50])
    func stubbornTokens(_ stubborn: Int, others: Int) throws {
        let job = Rehearsal(stubborn + others, api: .init(fault: { $0.call.item.value <= stubborn ? .answer(.unavailable) : nil }))
        #expect(try job.run(.of(attempts: 4)) == .finished)
        #expect(job.queue.tally.nonzero.filter { $0.key != .deleted } == [.failed: stubborn])
        #expect(job.queue.items.prefix(stubborn).allSatisfy { $0.history.triesSpent == 4 })
        #expect(job.api.ledger.count < others + stubborn * 4 + 50)
        #expect(job.time.elapsed < Lane.forbearance + .seconds(60 * 4 * Int64(stubborn)))
        job.expectTruth()
    }

    @Test("Work goes on within a probe's pause after the API is back")
    func recovery() throws {
        let job = Rehearsal(300, api: outage(2..<600, .answer(.unavailable)))
        #expect(try job.run(.of(concurrency: 8, 50, per: 10, attempts: 3)) == .finished)
        let back = VirtualTime.beginning + .seconds(600)
        let next = try #require(job.api.ledger.filter { $0.answer == .deleted && $0.sentAt > back }.map(\.sentAt).min())
        #expect(next - back <= .seconds(61))
    }

    @Test func lostAnswersInAnOutageArePresumedDeleted() throws {
        let job = Rehearsal(100, api: outage(2..<300, .lostAnswer))
        #expect(try job.run(.of(concurrency: 8, 20, per: 5)) == .finished)
        #expect(job.queue.tally[.deleted] + job.queue.tally[.presumedDeleted] == 100)
        #expect(job.queue.tally[.presumedDeleted] >= 10)
        job.expectTruth()
    }

    @Test("Tokens that fail one by one do not stop the lane")
    func scatteredFailures() throws {
        let job = Rehearsal(300, api: .init(fault: { $0.call.item.value % 3 == 0 ? .answer(.unavailable) : nil }))
        #expect(try job.run(.of(attempts: 2)) == .finished)
        #expect(job.queue.tally.nonzero == [.deleted: 200, .failed: 100])
        job.expectTruth()
    }

    @Test("A 429 is waited out whole, once, by the whole lane")
    func rateLimited() throws {
        // The budget is already spent by others when the fortieth request arrives.
        let job = Rehearsal(
            200, api: .init(fault: { (40..<48).contains($0.number) ? .answer(.tooMany(.seconds(300))) : nil }))
        #expect(try job.run(.of(concurrency: 8)) == .finished)
        #expect(job.queue.tally.nonzero == [.deleted: 200])
        #expect(job.queue.items.allSatisfy { $0.history.triesSpent == 1 })
        let refused = job.api.ledger.filter { $0.answer?.kind == .rateLimited }
        let last = try #require(refused.compactMap(\.countedAt).max())
        let next = job.api.ledger.map(\.sentAt).filter { $0 > last + Milliseconds(500) }.sorted()
        let resumed = try #require(next.first)
        #expect(resumed >= last + .seconds(300))
        #expect(resumed < last + .seconds(303))
        // It wakes gently: the second request waits for the first one's answer.
        #expect(next[1] - resumed >= Milliseconds(50))
        job.expectTruth()
    }

    @Test func aBlockedBudgetIsNotHammered() throws {
        // Somebody else has spent everything: the block lasts five minutes.
        let budget = ServerBudget(.sliding, limit: 100, period: .seconds(60))
        let job = Rehearsal(50, api: .init(budget: budget))
        job.api.spend(101, of: LaneID(0))
        #expect(try job.run(.of(concurrency: 8, 100, per: 60)) == .finished)
        #expect(job.answers(.rateLimited) == 1)
        #expect(job.time.elapsed >= .seconds(300))
        #expect(job.time.elapsed < .seconds(310))
    }

    @Test func a429WithoutATimeWaitsForAWholeWindow() throws {
        let job = Rehearsal(5, api: .init(fault: { $0.number == 1 ? .answer(.tooMany(nil)) : nil }))
        #expect(try job.run(.of(concurrency: 8, 100, per: 60)) == .finished)
        #expect(job.api.ledger[1].sentAt - VirtualTime.beginning >= .seconds(60))
    }

    @Test("One lane's 429 does not hold another lane up")
    func lanesPauseAlone() throws {
        let job = Rehearsal(
            tokens: [20, 20],
            api: .init(fault: { $0.call.lane == LaneID(0) && $0.number < 9 ? .answer(.tooMany(.seconds(300))) : nil }))
        #expect(try job.run(.of(concurrency: 8)) == .finished)
        let other = job.api.ledger.filter { $0.call.lane == LaneID(1) }.map(\.sentAt)
        #expect(try #require(other.max()) - VirtualTime.beginning < .seconds(5))
        #expect(job.time.elapsed >= .seconds(300))
    }
}
