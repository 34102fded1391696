import SweepModel
import SweepRunner
import SweepTestSupport
import Testing

@Suite("Credentials that are refused") struct TrustTests {
    @Test func atTheStartItSeesOneRequest() throws {
        let job = Rehearsal(500, api: .init(fault: { _ in .answer(.badCredential) }))
        #expect(try job.run(.of(concurrency: 50)) == .halted("the credential was refused: invalid token"))
        #expect(job.api.ledger.count == 1)
        #expect(job.queue.tally.nonzero == [.pending: 500])
        #expect(job.queue.items.allSatisfy { $0.history.triesSpent == 0 })
        #expect(job.queue.end == .halted)
        job.expectTruth()
    }

    @Test("A refusal that may pass is believed at once where the credential never worked")
    func doubtfulAtTheStart() throws {
        let job = Rehearsal(50, api: .init(fault: { _ in .answer(.doubtfulCredential) }))
        #expect(try job.run(.of(concurrency: 50)) == .halted("the credential was refused: authentication error"))
        #expect(job.api.ledger.count == 1)
    }

    @Test func inTheMiddleItSeesNoMoreThanWhatIsInFlight() throws {
        let job = Rehearsal(500, api: .init(fault: { $0.number > 200 ? .answer(.badCredential) : nil }))
        #expect(try job.run(.of(concurrency: 12)) == .halted("the credential was refused: invalid token"))
        #expect((1...12).contains(job.answers(.credentialRefused(mayPass: false))))
        #expect(job.queue.tally.nonzero == [.deleted: 200, .pending: 300])
        #expect(job.queue.items.allSatisfy { $0.history.triesSpent <= 1 })
        job.expectTruth()
    }

    @Test("A blip passes: the lane waits, asks once more and goes on")
    func blip() throws {
        let job = Rehearsal(100, api: .init(fault: { (50..<58).contains($0.number) ? .answer(.doubtfulCredential) : nil }))
        #expect(try job.run(.of(concurrency: 8)) == .finished)
        #expect(job.queue.tally[.deleted] == 100)
        #expect(job.time.elapsed >= .seconds(5))
        job.expectTruth()
    }

    @Test("Two spaced retries, then the refusal is believed")
    func notABlip() throws {
        let job = Rehearsal(100, api: .init(fault: { $0.number > 50 ? .answer(.doubtfulCredential) : nil }))
        #expect(try job.run(.of(concurrency: 8)) == .halted("the credential was refused: authentication error"))
        let refused = job.api.ledger.filter { $0.answer?.kind == .credentialRefused(mayPass: true) }.map(\.sentAt)
        #expect((3...10).contains(refused.count))
        let probes = refused.suffix(2)
        #expect(probes[probes.startIndex + 1] - probes[probes.startIndex] >= .seconds(10))
        #expect(job.queue.tally.nonzero == [.deleted: 50, .pending: 50])
    }

    @Test func oneRefusedLaneDoesNotStopAnother() throws {
        let job = Rehearsal(tokens: [40, 400, 40], api: .init(fault: { $0.call.lane == LaneID(0) ? .answer(.badCredential) : nil }))
        let reason = "the credential of \(Samples.account(1)) was refused: invalid token"
        #expect(try job.run(.of()) == .halted(reason))
        #expect(job.queue.endReason == reason)
        #expect(job.api.ledger.count { $0.call.lane == LaneID(0) } == 1)
        #expect(job.queue.tally.nonzero == [.deleted: 440, .pending: 40])
        #expect(job.watcher.gates(0).last == .refused(reason: "invalid token"))
        #expect(job.watcher.gates(1).last == .open)
        job.expectTruth()
    }

    @Test func everyRefusedLaneIsNamed() throws {
        let job = Rehearsal(tokens: [20, 20, 20], api: .init(fault: { $0.call.lane == LaneID(1) ? nil : .answer(.badCredential) }))
        let reasons = [1, 3].map { "the credential of \(Samples.account($0)) was refused: invalid token" }
        #expect(try job.run(.of()) == .halted(reasons.joined(separator: "; ")))
        #expect(job.queue.tally.nonzero == [.deleted: 20, .pending: 40])
        job.expectTruth()
    }

    @Test("A canary that a refused credential holds ends the run: the others would wait for ever")
    func canaryBehindARefusal() throws {
        let job = Rehearsal(tokens: [40, 40], api: .init(fault: { $0.call.lane == LaneID(0) ? .answer(.badCredential) : nil }))
        #expect(try job.run(.of(canary: 5)) == .halted("the credential of \(Samples.account(1)) was refused: invalid token"))
        #expect(job.queue.tally.nonzero == [.deleted: 4, .pending: 76])
        job.expectTruth()
    }

    @Test func aLaneThatWasRefusedAfterItsWorkDoesNotHaltTheRun() throws {
        // The last request of the first lane is refused, and then works in the next run with another credential.
        let job = Rehearsal(10, api: .init(fault: { $0.number == 10 ? .answer(.badCredential) : nil }))
        #expect(try job.run(.of(concurrency: 1)) == .halted("the credential was refused: invalid token"))
        #expect(try job.run(.of(concurrency: 1)) == .finished)
        #expect(job.queue.tally.nonzero == [.deleted: 10])
        job.expectTruth()
    }
}
