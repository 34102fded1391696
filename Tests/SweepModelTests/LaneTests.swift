import SweepTestSupport
import Testing

@testable import SweepModel

/// A lane with a clock in hand.
private struct Bench {
    var lane: Lane
    var now = Timestamp(milliseconds: 1_000_000)
    var random = SeededRandom(1)

    init(_ requests: Int = 100, seconds: Int64 = 60, reserve: Int = 0) {
        let budget = RateBudget(requests: requests, period: .seconds(seconds), reservePercent: reserve)
        lane = Lane(budget: budget, now: now)
    }

    /// An open lane with a number of requests in flight.
    static func open(inFlight: Int = 0, _ requests: Int = 100, reserve: Int = 0) -> Bench {
        var bench = Bench(requests, reserve: reserve)
        bench.exchange(.deleted)
        bench.lane.send(inFlight)
        return bench
    }

    var room: Int { mutating get { lane.room(at: now) } }

    mutating func exchange(_ answer: Answer) {
        lane.send(1)
        take(answer)
    }

    mutating func take(_ answer: Answer, after span: Int64 = 0) {
        now = now + Milliseconds(span)
        lane.take(answer, sentAt: now, at: now, using: &random)
    }

    /// Goes on to the moment at which the lane's pause ends.
    mutating func waitOut() {
        if case .paused(let until, _) = lane.gate { now = until }
        _ = room
    }

    var pause: Milliseconds? { if case .paused(let until, _) = lane.gate { until - now } else { nil } }
}

@Suite struct LaneTests {
    @Test(
        "One request at a time until the first is accepted", arguments: [Answer.deleted, .absent, .blocked, .refusedForGood, .wrongScope])
    func gentleStart(_ answer: Answer) {
        var bench = Bench()
        #expect(bench.room == 1)
        bench.lane.send(1)
        #expect(bench.room == 0 && bench.lane.nextRoom(after: bench.now) == nil)
        bench.take(answer)
        #expect(bench.lane.gate == .open && bench.room == 99)
    }

    @Test func withoutABudgetThereIsNoEndOfRoom() {
        var lane = Lane(budget: nil, now: Timestamp(milliseconds: 0))
        var random = SeededRandom(1)
        #expect(lane.room(at: Timestamp(milliseconds: 0)) == 1)
        lane.send(1)
        lane.take(.deleted, sentAt: Timestamp(milliseconds: 0), at: Timestamp(milliseconds: 5), using: &random)
        #expect(lane.room(at: Timestamp(milliseconds: 5)) == .max)
        #expect(lane.budgetLeft(at: Timestamp(milliseconds: 5)) == nil)
    }

    // MARK: - 429

    @Test func theWholeRetryAfterIsWaitedOut() {
        var bench = Bench.open(inFlight: 5)
        bench.take(.tooMany(.seconds(300)))
        #expect(bench.pause == .seconds(301) && bench.room == 0)
        // What was on its way comes in and changes nothing.
        for answer in [Answer.deleted, .unavailable, .noConnection, .tooMany(.seconds(10))] { bench.take(answer, after: 100) }
        #expect(bench.pause == .seconds(301) - Milliseconds(400))
        #expect(bench.lane.nextRoom(after: bench.now) == bench.now + .seconds(301) - Milliseconds(400))
        bench.waitOut()
        #expect(bench.lane.gate == .gentle && bench.room == 1)
    }

    @Test func overlapping429sWaitForTheLongest() {
        var bench = Bench.open(inFlight: 3)
        bench.take(.tooMany(.seconds(60)))
        bench.take(.tooMany(.seconds(90)), after: 1000)
        #expect(bench.pause == .seconds(91))
        bench.take(.tooMany(.seconds(10)), after: 1000)
        #expect(bench.pause == .seconds(90))
    }

    @Test func withoutARetryAfterAWholeWindowIsWaited() {
        var bench = Bench.open(inFlight: 1)
        bench.take(.tooMany(nil))
        #expect(bench.pause == .seconds(61))
    }

    @Test("Nothing shortens a 429's pause: not a refusal that may pass, not an outage")
    func doubtDoesNotShorten() {
        var bench = Bench.open(inFlight: 3)
        bench.take(.tooMany(.seconds(300)))
        bench.take(.doubtfulCredential)
        bench.take(.noConnection)
        #expect(bench.pause == .seconds(301))
    }

    @Test("A 429 does not shorten a pause of another cause")
    func rateLimitDoesNotShorten() {
        var bench = Bench.open(inFlight: 2)
        bench.take(.doubtfulCredential)
        bench.take(.tooMany(.seconds(1)))
        #expect(bench.pause == .seconds(5))
    }

    // MARK: - Headers

    @Test func headersTightenWhenOthersSpend() {
        var bench = Bench.open(inFlight: 1)
        bench.take(.deleted.with(RateLimitHint(remaining: 40, resetsIn: .seconds(20), quota: 100)))
        // Others spent 58 in 40 of 60 seconds: 29 more until the reset, or 35 if they hurry.
        #expect(bench.room == 5 && bench.lane.budgetLeft(at: bench.now) == 5)
        bench.lane.send(5)
        #expect(bench.room == 0)
        #expect(bench.lane.nextRoom(after: bench.now) == bench.now + .seconds(21))
        for _ in 0..<5 { bench.take(.deleted) }
        bench.now = bench.now + .seconds(21)
        #expect(bench.room == 1, "gently, for nobody knows what others spent meanwhile")
    }

    @Test func headersNeverLoosen() {
        var bench = Bench.open(inFlight: 1)
        bench.take(.deleted.with(RateLimitHint(remaining: 5000, resetsIn: .seconds(20), quota: 6000)))
        #expect(bench.room == 98)
        bench = Bench.open(inFlight: 1)
        bench.take(.deleted.with(RateLimitHint(remaining: 98, resetsIn: .seconds(20), quota: 100)))
        #expect(bench.room == 98)
    }

    @Test func theReserveStaysForOthers() {
        var bench = Bench.open(inFlight: 3, reserve: 10)
        #expect(bench.room == 86)
        bench.take(.deleted.with(RateLimitHint(remaining: 30, resetsIn: .seconds(2))))
        #expect(bench.room == 18, "30 less the reserve of 10 and the two in flight; the 3 that others will spend come out of the reserve")
    }

    @Test("An overtaken answer, which tells of an older count, raises nothing")
    func overtaken() {
        var bench = Bench.open(inFlight: 2)
        bench.take(.deleted.with(RateLimitHint(remaining: 20, resetsIn: .seconds(2))))
        bench.take(.deleted.with(RateLimitHint(remaining: 60, resetsIn: .seconds(2))))
        #expect(bench.room == 14)
    }

    @Test("After a while one request alone asks again what others spend")
    func renewal() {
        var bench = Bench.open(inFlight: 1)
        bench.take(.deleted.with(RateLimitHint(remaining: 78, resetsIn: .seconds(50))))
        // 20 in ten seconds: far more than are left until the reset.
        #expect(bench.room == 0)
        #expect(bench.lane.nextRoom(after: bench.now) == bench.now + .seconds(10))
        bench.now = bench.now + .seconds(10)
        #expect(bench.room == 1)
        bench.lane.send(1)
        #expect(bench.room == 0)
        // Nothing since.
        bench.take(.deleted.with(RateLimitHint(remaining: 77, resetsIn: .seconds(40))))
        #expect(bench.room == 2, "a short part of a window does not tell that they have stopped")
        bench.now = bench.now + .seconds(20)
        #expect(bench.room == 1)
        bench.exchange(.deleted.with(RateLimitHint(remaining: 76, resetsIn: .seconds(20))))
        // Nothing still: they are expected to spend a quarter less than before.
        #expect(bench.room == 46)
    }

    @Test("While an answer is out, a ceiling that has to be renewed lets nothing leave")
    func renewalWaitsForAnswers() {
        var bench = Bench.open(inFlight: 2)
        bench.take(.deleted.with(RateLimitHint(remaining: 40, resetsIn: .seconds(20), quota: 100)))
        bench.now = bench.now + .seconds(21)
        #expect(bench.room == 0)
        #expect(bench.lane.nextRoom(after: bench.now) == nil)
        bench.take(.deleted)
        #expect(bench.room == 1)
    }

    @Test("What others spent in one window is expected in the next")
    func memoryOfOthers() {
        var bench = Bench.open(inFlight: 1)
        bench.take(.deleted.with(RateLimitHint(remaining: 48, resetsIn: .seconds(1))))
        bench.now = bench.now + .seconds(62)
        #expect(bench.room == 1)
        bench.exchange(.deleted.with(RateLimitHint(remaining: 99, resetsIn: .seconds(60))))
        // 51 in a whole window, or 59 if they hurry.
        #expect(bench.room == 40)
    }

    @Test("A window of another length only bounds what is left in it: own requests that it remembers longer are nobody else's")
    func strangeWindow() {
        var bench = Bench.open(inFlight: 2, reserve: 10)
        for seconds in [nil, Milliseconds.seconds(300)] {
            bench.lane.send(1)
            bench.take(.deleted.with(RateLimitHint(remaining: 900, resetsIn: .seconds(200), quota: 1200, window: seconds)))
        }
        #expect(bench.room == 85)
        bench.take(.deleted.with(RateLimitHint(remaining: 30, resetsIn: .seconds(2), quota: 1200, window: .seconds(300))))
        #expect(bench.room == 19, "30 less the reserve and the one in flight")
        bench.take(.deleted.with(RateLimitHint(remaining: 60, resetsIn: .seconds(2), quota: 1200, window: .seconds(300))))
        #expect(bench.room == 19, "an overtaken answer")
        bench.now = bench.now + .seconds(3)
        #expect(bench.room == 1, "gently, for the headers are to be asked again")
    }

    @Test("A failure of the one request that asks for the headers anew is no outage")
    func failureAtRenewal() {
        var bench = Bench.open(inFlight: 1)
        bench.take(.deleted.with(RateLimitHint(remaining: 40, resetsIn: .seconds(20), quota: 100)))
        bench.now = bench.now + .seconds(21)
        for _ in 0..<9 {
            #expect(bench.room == 1)
            bench.exchange(.unavailable)
            #expect(bench.lane.gate == .gentle && bench.lane.outages == 0)
        }
        #expect(bench.room == 1)
        bench.exchange(.unavailable)
        #expect(bench.pause != nil && bench.lane.outages == 1, "ten in a row are one all the same")
        bench.waitOut()
        bench.exchange(.unavailable)
        #expect(bench.lane.outages == 2, "and then every probe counts")
    }

    // MARK: - Refusals

    @Test(arguments: [Answer.badCredential, .doubtfulCredential]) func refusedAtTheFirstAnswer(_ answer: Answer) {
        var bench = Bench()
        bench.exchange(answer)
        #expect(bench.lane.gate == .refused(reason: answer.reason))
        #expect(bench.room == 0 && bench.lane.nextRoom(after: bench.now) == nil)
        #expect(bench.lane.earliest(toSend: 1, at: bench.now) == nil)
        for late in [Answer.deleted, .tooMany(.seconds(1)), .noConnection] { bench.exchange(late) }
        #expect(bench.lane.gate == .refused(reason: answer.reason))
    }

    @Test func aLookedAtRequestIsNoProofOfTheCredential() {
        // A refusal for good of the request says that the API looked at it, but not that the credential works.
        var bench = Bench()
        bench.exchange(.refusedForGood)
        bench.exchange(.doubtfulCredential)
        #expect(bench.lane.gate == .refused(reason: "authentication error"))
    }

    @Test func twoDoubtsAreAllowedInARow() {
        var bench = Bench.open(inFlight: 4)
        for _ in 0..<4 { bench.take(.doubtfulCredential) }
        #expect(bench.pause == .seconds(5), "a burst is one doubt")
        bench.waitOut()
        bench.exchange(.doubtfulCredential)
        #expect(bench.pause == .seconds(10))
        bench.waitOut()
        #expect(bench.room == 1)
        bench.exchange(.doubtfulCredential)
        #expect(bench.lane.gate == .refused(reason: "authentication error"))
    }

    @Test(
        "A refusal that does not pass is believed during every pause",
        arguments: [Answer.doubtfulCredential, .tooMany(.seconds(9)), .noConnection])
    func definiteRefusal(_ first: Answer) {
        var bench = Bench.open(inFlight: 2)
        bench.take(first)
        bench.take(.badCredential)
        #expect(bench.lane.gate == .refused(reason: "invalid token"))
    }

    @Test func anAcceptedRequestEndsTheDoubts() {
        var bench = Bench.open()
        for _ in 0..<5 {
            bench.exchange(.doubtfulCredential)
            #expect(bench.pause == .seconds(5))
            bench.waitOut()
            bench.exchange(.deleted)
            #expect(bench.lane.gate == .open)
        }
    }

    // MARK: - Outages

    @Test func tenFailuresInARowAreAnOutage() {
        var bench = Bench.open(inFlight: 20)
        for _ in 0..<9 { bench.take(.unavailable) }
        #expect(bench.lane.gate == .open)
        bench.take(.absent)
        for _ in 0..<9 { bench.take(.noAnswer) }
        #expect(bench.lane.gate == .open)
        bench.take(.unavailable)
        guard case .paused(_, .outage(let reason)) = bench.lane.gate else {
            Issue.record("\(bench.lane.gate)")
            return
        }
        #expect(reason == "service unavailable" && bench.lane.outages == 1)
    }

    @Test func noConnectionIsAnOutageAtOnce() {
        var bench = Bench.open(inFlight: 8)
        for _ in 0..<8 { bench.take(.noConnection) }
        #expect(bench.lane.outages == 1 && bench.room == 0)
    }

    @Test func probesGrowRarer() throws {
        var bench = Bench.open(inFlight: 1)
        bench.take(.noConnection)
        for outage in 1...10 {
            let bound = Backoff.outage.bound(afterFailures: outage).count
            #expect((bound / 2...bound).contains(try #require(bench.pause).count))
            bench.waitOut()
            #expect(bench.room == 1)
            bench.exchange(outage % 2 == 0 ? .noConnection : .unavailable)
        }
        bench.waitOut()
        bench.exchange(.absent)
        #expect(bench.lane.gate == .open && bench.lane.outages == 0)
    }

    @Test func anAnswerOnItsWayEndsAnOutage() {
        var bench = Bench.open(inFlight: 2)
        bench.take(.noConnection)
        bench.take(.deleted)
        #expect(bench.lane.gate == .open)
    }

    @Test("The failures of probes are forborne for a while, those of other requests never")
    func forbearance() {
        var bench = Bench.open()
        for _ in 0..<10 {
            #expect(!bench.lane.isForbearing(at: bench.now))
            bench.exchange(.unavailable)
        }
        let began = bench.now
        #expect(!bench.lane.isForbearing(at: bench.now), "an answer that was on its way before the pause")
        while bench.now - began < Lane.forbearance {
            bench.waitOut()
            #expect(bench.lane.isForbearing(at: bench.now) == (bench.now - began < Lane.forbearance))
            bench.exchange(.unavailable)
        }
        #expect(bench.lane.outages < 50)
        bench.waitOut()
        bench.exchange(.deleted)
        #expect(!bench.lane.isForbearing(at: bench.now))
    }

    // MARK: - Foresight

    @Test func theEarliestEndCountsPauses() {
        var bench = Bench.open(inFlight: 1, 10)
        #expect(bench.lane.earliest(toSend: 8, at: bench.now) == bench.now)
        bench.take(.tooMany(.seconds(300)))
        #expect(bench.lane.earliest(toSend: 1, at: bench.now) == bench.now + .seconds(301))
        #expect(bench.lane.earliest(toSend: 11, at: bench.now) == bench.now + .seconds(361) + Milliseconds(1))
    }
}
