import SweepModel

/// A job that is taken up again by its next owner.
extension QueueTrial {
    func resumesWhereItStopped() async throws {
        let (queue, job) = try await started(items: 5)
        let claims = try await queue.claim(2)
        try await queue.record([claims[0].deleted(), claims[1].record(.pending(notBefore: later), fateUnknown: true)])
        try await queue.end(job, .unfinished, reason: "interrupted", at: Samples.start)
        let start = try await begin(job, queue, at: Samples.start + .seconds(1))
        expect(start.tally[.deleted], 1, "deleted items")
        expect(start.tally[.pending], 4, "pending items")
        expect(start.fresh, [LaneID(0): 3], "fresh items")
        expect(start.waiting, [WaitingItem(item: claims[1].call.item, lane: LaneID(0), notBefore: later)], "waiting items")
        expect(try await queue.claim(9).map(\.position.line), [4, 5, 6], "lines")
    }

    func knowsNothingOfTheFateOfLostRequests() async throws {
        let (first, job) = try await started(items: 4)
        let lost = try await first.claim(3)
        try await first.record([lost[0].deleted()])
        let queue = try await maker.afterCrash()
        let start = try await begin(job, queue, at: later)
        expect(start.tally[.inFlight], 0, "items in flight")
        expect(start.fresh, [LaneID(0): 1], "fresh items")
        expect(start.waiting.map(\.item), lost.dropFirst().map(\.call.item), "waiting items")
        expect(start.waiting.allSatisfy { $0.notBefore <= later }, "a lost request is not repeated at once")
        // Their requests count for the budget as if they were answered now.
        expect(start.recentAnswers[LaneID(0)]?.sorted().suffix(2).map { $0 }, [later, later], "answers of the lost requests")
        expect(start.recentAnswers[LaneID(0)]?.count, 3, "recent answers")
        let again = try await queue.claim(waiting: start.waiting.map(\.item), at: later)
        expect(again.map(\.attempt), [2, 2], "attempts")
        expect(again.map(\.history), Array(repeating: ItemHistory(triesSpent: 0, fateUnknown: true), count: 2), "histories")
    }

    func remembersRecentAnswers() async throws {
        let (queue, job) = try await started(items: 3)
        for second: Int64 in 0..<3 {
            let now = Samples.start + .seconds(second)
            try await queue.record(try await queue.claim(1, at: now).map { $0.record(.final(.deleted, reason: nil), at: now) }, at: now)
        }
        let answers = (0..<3).map { Samples.start + .seconds($0) + Milliseconds(50) }
        expect(try await begin(job, queue, at: later).recentAnswers, [LaneID(0): answers], "all answers")
        let last = try await queue.begin(job, lanes: lane(1), remembering: later - answers[2], at: later)
        expect(last.recentAnswers, [LaneID(0): [answers[2]]], "the last answer")
        let stranger = try await queue.begin(job, lanes: lane(1, fingerprint: "f9"), remembering: Samples.minute, at: later)
        expect(stranger.recentAnswers, [:], "a stranger's answers")
    }

    /// They fill their place as if they were answered now; an answer that came, or a request that is long gone, does not.
    func requestsThatWereCutShortMayStillArrive() async throws {
        let (queue, job) = try await started(items: 2)
        let claims = try await queue.claim(2)
        let cut = claims[1].record(.pending(notBefore: Samples.start), tries: 0, fateUnknown: true, details: AnswerDetails())
        try await queue.record([claims[0].deleted(), cut])
        let answered = Samples.start + Milliseconds(50)
        expect(try await begin(job, queue, at: later).recentAnswers, [LaneID(0): [answered, later]], "answers")
        let muchLater = Samples.start + .seconds(61)
        let start = try await queue.begin(job, lanes: lane(1), remembering: .seconds(300), at: muchLater)
        expect(start.recentAnswers, [LaneID(0): [answered, answered]], "answers a minute later")
    }

    func aClockThatWasSetBackMakesNoWaitLonger() async throws {
        let (queue, job) = try await started(items: 2)
        let claims = try await queue.claim(2)
        let answered = Samples.start + Milliseconds(50)
        let waits = [Milliseconds.seconds(40), Milliseconds(0)].map { Record.Next.pending(notBefore: answered + $0) }
        try await queue.record(zip(claims, waits).map { $0.record($1) })
        let past = Samples.start - .seconds(86_400)
        let start = try await begin(job, queue, at: past)
        expect(start.waiting.map(\.notBefore), [past + .seconds(40), past], "moments of the next tries")
        expect(try await queue.claim(waiting: start.waiting.map(\.item).suffix(1), at: past).count, 1, "claims at once")
    }

    /// Owner after owner, each with a calendar of its own: what they sent counts by the time that really passed.
    func aClockThatWasSetForwardHidesNoRequest() async throws {
        let (first, job) = try await started(items: 4)
        try await first.record([try one(try await first.claim(1)).deleted()])
        let answered = Samples.start + Milliseconds(50)
        // Ten seconds later by the machine's clock, and an hour by the calendar.
        let hour = Milliseconds.seconds(3600)
        let second = try await maker.afterCrash(at: Samples.boot(setForward: hour, at: Samples.start + .seconds(10)))
        let now = Samples.start + hour + .seconds(10)
        expect(try await begin(job, second, at: now).recentAnswers, [LaneID(0): [answered + hour]], "answers an hour later")
        let claim = try one(try await second.claim(1, at: now))
        try await second.record([claim.record(.final(.deleted, reason: nil), at: now)], at: now)
        let earlier = answered + hour - .seconds(5)
        let third = try await maker.afterCrash(at: Samples.boot(setForward: hour - .seconds(5), at: Samples.start + .seconds(20)))
        let start = try await begin(job, third, at: now + .seconds(5))
        let kept = now + Milliseconds(50)
        expect(start.recentAnswers, [LaneID(0): [earlier, kept]], "answers after two settings")
        let fourth = try await maker.afterCrash(at: Samples.boot(setForward: hour * 48, at: Samples.start + .seconds(65)))
        let last = try await begin(job, fourth, at: Samples.start + hour * 48 + .seconds(65))
        expect(last.recentAnswers, [LaneID(0): [Samples.start + hour * 48 + .seconds(10) + Milliseconds(50)]], "answers in the window")
    }

    func clocksOfAnotherBootTellNothing() async throws {
        let (first, job) = try await started(items: 2)
        try await first.record([try one(try await first.claim(1)).deleted()])
        let hour = Milliseconds.seconds(3600)
        let reading = Samples.boot(setForward: hour, at: Samples.start + .seconds(10), boot: "another")
        let second = try await maker.afterCrash(at: reading)
        expect(try await begin(job, second, at: reading.now).recentAnswers, [:], "answers an hour later")
    }
}
