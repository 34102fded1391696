import SweepModel
import SweepRunner
import SweepTestSupport
import Testing

@Suite struct StopTests {
    @Test func gentlyLetsWhatIsInFlightFinish() throws {
        let job = Rehearsal(500, api: .init(latency: 1000...2000))
        #expect(try job.run(.of(concurrency: 20), stop: (.gently, .seconds(10))) == .interrupted)
        #expect(job.queue.tally[.inFlight] == 0)
        #expect(job.queue.tally[.pending] > 0 && job.queue.tally[.deleted] > 20)
        #expect(job.queue.end == .unfinished && job.queue.endReason == "interrupted")
        let stopped = VirtualTime.beginning + .seconds(10)
        #expect(job.api.ledger.allSatisfy { $0.sentAt <= stopped + Milliseconds(3) && $0.answer == .deleted })
        #expect(job.time.now - stopped <= .seconds(3))
        #expect(job.watcher.progress.last?.isStopping == true)
        job.expectTruth()
    }

    @Test func nowCutsWhatIsInFlightShort() throws {
        let job = Rehearsal(500, api: .init(latency: 1000...2000))
        #expect(try job.run(.of(concurrency: 20), stop: (.now, .seconds(10))) == .interrupted)
        #expect(job.queue.tally[.inFlight] == 0)
        #expect(job.time.elapsed <= .seconds(10) + Milliseconds(10))
        let doubtful = job.queue.items.filter { $0.state == .pending && $0.history.fateUnknown }
        #expect((1...20).contains(doubtful.count))
        // What was carried out all the same is found out by the next run.
        #expect(try job.run(.of(concurrency: 20)) == .finished)
        #expect(job.queue.tally.gone == 500)
        #expect(job.queue.tally[.alreadyAbsent] == 0 && job.queue.tally[.presumedDeleted] > 0)
        job.expectTruth()
    }

    @Test func aStopEndsAPauseAtOnce() throws {
        let job = Rehearsal(500, api: .init(fault: { $0.number == 20 ? .answer(.tooMany(.seconds(300))) : nil }))
        #expect(try job.run(.of(), stop: (.gently, .seconds(60))) == .interrupted)
        #expect(job.time.elapsed == .seconds(60))
    }

    @Test func aStopBeforeTheBeginningSendsNothing() throws {
        let job = Rehearsal(5)
        #expect(try job.run(.of(), stop: (.gently, Milliseconds(0))) == .interrupted || job.queue.tally[.deleted] <= 1)
        #expect(job.api.ledger.count <= 1)
    }

    @Test func aStopAfterTheLastAnswerIsAFinish() throws {
        let job = Rehearsal(1, api: .init(latency: 100...100))
        #expect(try job.run(.of(), stop: (.gently, Milliseconds(50))) == .finished)
    }

    @Test func tooManyFailuresHalt() throws {
        let job = Rehearsal(500, api: .init(fault: { $0.call.item.value > 100 ? .answer(.refusedForGood) : nil }))
        let end = try job.run(.of(concurrency: 4, halt: HaltRule(percent: 50, window: 20)))
        #expect(end == .halted("more than 50% of the last 20 tokens failed, the last one: invalid request"))
        #expect((11...15).contains(job.queue.tally[.failed]))
        #expect(job.queue.tally[.inFlight] == 0 && job.queue.end == .halted)
        job.expectTruth()
    }

    @Test("Half of the tokens is not more than half of them")
    func theHaltRulesBound() throws {
        let job = Rehearsal(200, api: .init(fault: { $0.call.item.value % 2 == 0 ? .answer(.refusedForGood) : nil }))
        #expect(try job.run(.of(concurrency: 1, halt: HaltRule(percent: 50, window: 20))) == .finished)
        #expect(job.queue.tally.nonzero == [.deleted: 100, .failed: 100])
    }

    @Test func blockedTokensAreNoFailures() throws {
        let job = Rehearsal(100, api: .init(fault: { _ in .answer(.blocked) }))
        #expect(try job.run(.of(halt: HaltRule(percent: 0, window: 1))) == .finished)
        #expect(job.queue.tally.nonzero == [.blocked: 100])
    }

    @Test func theCanaryGoesFirst() throws {
        let job = Rehearsal(100, api: .init(latency: 100...200))
        #expect(try job.run(.of(concurrency: 20, canary: 5)) == .finished)
        let ledger = job.api.ledger
        let canaryEnds = try #require(ledger.prefix(5).compactMap(\.countedAt).max())
        #expect(ledger[5].sentAt > canaryEnds)
        #expect(job.queue.tally.nonzero == [.deleted: 100])
    }

    @Test func aCanaryThatIsAbsentHalts() throws {
        let job = Rehearsal(100, isLiving: { $0 != 2 })
        let end = try job.run(.of(concurrency: 20, canary: 5))
        let token = "\(job.queue[ItemID(3)].tokenID) of \(job.queue[ItemID(3)].scope)"
        #expect(end == .halted("the canary token \(token) was not found and deleted: its outcome is already_absent"))
        #expect(job.api.ledger.count <= 5)
        // Whoever resumes has seen the canary.
        #expect(try job.run(.of(concurrency: 20, canary: job.queue.tally.final)) == .finished)
    }

    @Test("A canary's token is named as the queue has it, whatever the name tries to pass for")
    func theCanarysName() throws {
        let job = Rehearsal(100, isLiving: { $0 != 2 })
        job.queue.name(ItemID(3), "ci\", was deleted\u{1B}[2J\n" + String(repeating: "x", count: 10_000))
        guard case .halted(let reason) = try job.run(.of(concurrency: 1, canary: 5)) else { throw FixtureFailure("not halted") }
        #expect(reason.contains(#", called "ci\", was deleted\u{1B}[2J\nxxx"#))
        #expect(reason.contains(#"x…", was not found and deleted: its outcome is already_absent"#))
        #expect(reason.count < 300 && reason == job.queue.endReason)
    }

    @Test func aCanaryThatIsRetriedHoldsTheOthersBack() throws {
        let job = Rehearsal(50, api: .init(fault: { $0.call.item.value == 3 && $0.attempt < 4 ? .lostAnswer : nil }))
        #expect(try job.run(.of(concurrency: 20, canary: 3)) == .finished)
        #expect(job.queue[ItemID(3)].state == .presumedDeleted)
        let firstOther = try #require(job.api.ledger.firstIndex { $0.call.item.value > 3 })
        #expect(job.api.ledger.prefix(firstOther).count { $0.call.item == ItemID(3) } >= 2)
        job.expectTruth()
    }

    @Test("Tokens that were never tried are nobody's canary")
    func skippedTokensAreNoCanary() throws {
        let job = Rehearsal(100, isLiving: { $0 < 10 })
        for number in 1...10 { job.queue.settle(ItemID(Int64(number)), as: .skipped) }
        let end = try job.run(.of(concurrency: 20, canary: 5))
        guard case .halted(let reason) = end else { throw FixtureFailure("not halted") }
        #expect(reason.hasPrefix("the canary token ") && reason.hasSuffix("was not found and deleted: its outcome is already_absent"))
        #expect(job.api.ledger.count <= 5)
    }

    @Test func aCanaryMayBeLargerThanTheJob() throws {
        let job = Rehearsal(3)
        #expect(try job.run(.of(canary: 10)) == .finished)
    }
}
