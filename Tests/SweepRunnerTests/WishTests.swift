import SweepModel
import SweepRunner
import SweepTestSupport
import Testing

@Suite("Wishes from another terminal") struct WishTests {
    @Test(arguments: [
        (JobWish.pause, RunEnd.paused, "paused"), (.cancel, .cancelled, "cancelled"),
        (.giveWay, .gaveWay, "waiting for a more urgent job"),
    ])
    func letsWhatIsInFlightFinish(wish: JobWish, end: RunEnd, reason: String) throws {
        let job = Rehearsal(500, api: .init(latency: 1000...2000))
        #expect(try job.run(.of(concurrency: 20), wishes: [(wish, .seconds(10))]) == end)
        #expect(job.queue.tally[.inFlight] == 0)
        #expect(job.queue.tally[.pending] > 0 && job.queue.tally[.deleted] > 20)
        #expect(job.queue.end == .unfinished && job.queue.endReason == reason)
        let asked = VirtualTime.beginning + .seconds(10)
        #expect(job.api.ledger.allSatisfy { $0.sentAt <= asked + Milliseconds(3) && $0.answer == .deleted })
        #expect(job.time.now - asked <= .seconds(3))
        job.expectTruth()
    }

    @Test func aPauseIsOverWithTheNextRun() throws {
        let job = Rehearsal(200, api: .init(latency: 1000...2000))
        #expect(try job.run(.of(concurrency: 20), wishes: [(.pause, .seconds(3)), (.pause, .seconds(4))]) == .paused)
        #expect(try job.run(.of(concurrency: 20)) == .finished)
        job.expectTruth()
    }

    @Test func cancellingIsTheLastWord() throws {
        for wishes in [[JobWish.pause, .cancel], [.cancel, .pause], [.giveWay, .cancel], [.cancel, .giveWay]] {
            let job = Rehearsal(500, api: .init(latency: 1000...2000))
            let timed = wishes.enumerated().map { (wish: $1, after: Milliseconds(5000 + Int64($0) * 200)) }
            #expect(try job.run(.of(concurrency: 20), wishes: timed) == .cancelled)
            job.expectTruth()
        }
    }

    @Test func whoWantsAPauseIsNotMadeToWaitAndGoOn() throws {
        for wishes in [[JobWish.pause, .giveWay], [.giveWay, .pause]] {
            let job = Rehearsal(500, api: .init(latency: 1000...2000))
            let timed = wishes.enumerated().map { (wish: $1, after: Milliseconds(5000 + Int64($0) * 200)) }
            #expect(try job.run(.of(concurrency: 20), wishes: timed) == .paused)
        }
        let job = Rehearsal(500, api: .init(latency: 1000...2000))
        #expect(try job.run(.of(concurrency: 20), wishes: [(.giveWay, .seconds(5))]) == .gaveWay)
        #expect(try job.run(.of(concurrency: 20)) == .finished)
        job.expectTruth()
    }

    @Test func aWishEndsARateLimitsPauseAtOnce() throws {
        let job = Rehearsal(500, api: .init(fault: { $0.number == 20 ? .answer(.tooMany(.seconds(300))) : nil }))
        #expect(try job.run(.of(), wishes: [(.pause, .seconds(60))]) == .paused)
        #expect(job.time.elapsed == .seconds(60))
    }

    @Test func aWishBehindTheLastAnswerIsAFinish() throws {
        let job = Rehearsal(1, api: .init(latency: 100...100))
        #expect(try job.run(.of(), wishes: [(.cancel, Milliseconds(50))]) == .finished)
    }
}
