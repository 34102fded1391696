import SweepModel
import SweepRunner
import SweepTestSupport
import Testing

@Suite struct OutcomeTests {
    /// Runs one token, so that each request can be scripted by its number.
    private func outcome(isLiving: Bool = true, attempts: Int = 3, _ faults: Fault?...) throws -> (MemoryQueue.Item, Rehearsal) {
        let job = Rehearsal(
            1, api: .init(fault: { $0.attempt <= faults.count ? faults[$0.attempt - 1] : nil }), isLiving: { _ in isLiving })
        #expect(try job.run(.of(attempts: attempts)) == .finished)
        #expect(job.queue.end == .finished)
        job.expectTruth()
        return (job.queue.items[0], job)
    }

    @Test func deleted() throws {
        let (item, job) = try outcome()
        #expect(item.state == .deleted && item.reason == nil && item.attempts == 1)
        #expect(job.watcher.settled == [ItemID(1)])
    }

    @Test func alreadyAbsent() throws {
        #expect(try outcome(isLiving: false).0.state == .alreadyAbsent)
    }

    @Test("A failure that tells that nothing was done leaves no doubt")
    func absentAfterAPlainFailure() throws {
        #expect(try outcome(isLiving: false, .answer(.unavailable)).0.state == .alreadyAbsent)
    }

    @Test func presumedDeletedAfterALostAnswer() throws {
        let (item, _) = try outcome(.lostAnswer)
        #expect(item.state == .presumedDeleted)
        #expect(item.reason == "gone after an earlier try whose answer was lost")
        #expect(item.history == ItemHistory(triesSpent: 2, fateUnknown: true))
    }

    @Test("A doubt outlives later failures of other kinds")
    func doubtStays() throws {
        #expect(
            try outcome(attempts: 9, .lostAnswer, .answer(.unavailable), .unreachable, .answer(.tooMany(.seconds(1)))).0.state
                == .presumedDeleted)
    }

    @Test("A token that comes back as deleted was deleted, whatever was doubted")
    func deletedAfterALostRequest() throws {
        #expect(try outcome(.lostRequest).0.state == .deleted)
    }

    @Test(arguments: [(Answer.blocked, ItemState.blocked), (.wrongScope, .failed), (.refusedForGood, .failed)])
    func refusals(_ answer: Answer, _ state: ItemState) throws {
        let (item, job) = try outcome(.answer(answer))
        #expect(item.state == state && item.reason == answer.reason && item.attempts == 1)
        #expect(job.api.living.count == 1)
    }

    @Test func triesRunOut() throws {
        let (item, job) = try outcome(.answer(.unavailable), .answer(.unavailable), .answer(.unavailable))
        #expect(item.state == .failed)
        #expect(item.reason == "3 tries failed, the last one: service unavailable")
        #expect(job.watcher.postponed == 2)
    }

    @Test func triesRunOutInDoubt() throws {
        let (item, _) = try outcome(attempts: 2, .lostRequest, .answer(.unavailable))
        #expect(item.reason == "2 tries failed, the last one: service unavailable; whether the token still exists is not known")
    }

    @Test func theOnlyTryFails() throws {
        #expect(try outcome(attempts: 1, .answer(.unavailable)).0.reason == "the only try failed, the last one: service unavailable")
    }

    @Test("A retry waits as long as the answer asked")
    func retryAfterOfAFailure() throws {
        var answer = Answer.unavailable
        answer.retryAfter = .seconds(90)
        let (item, job) = try outcome(.answer(answer))
        #expect(item.state == .deleted)
        let first = try #require(job.api.ledger[0].countedAt)
        #expect(job.api.ledger[1].sentAt - first >= .seconds(90))
    }

    @Test func anEmptyJobIsFinished() throws {
        let job = Rehearsal(0)
        #expect(try job.run(.of()) == .finished)
        #expect(job.queue.commits == 0 && job.queue.end == .finished)
    }
}
