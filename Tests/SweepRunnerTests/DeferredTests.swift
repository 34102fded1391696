import SweepModel
import SweepRunner
import SweepTestSupport
import Testing

/// Tokens that somebody may be using go last, after a second yes.
@Suite struct DeferredTests {
    @Test(arguments: 0..<60) func `no request names a deferred token before all others are final and somebody said yes`(seed: UInt64) throws
    {
        var random = SeededRandom(seed)
        let tokens = (0..<Int.random(in: 1...3, using: &random)).map { _ in Int.random(in: 1...30, using: &random) }
        let trouble = Int.random(in: 0...20, using: &random)
        let job = Rehearsal(
            tokens: tokens, seed: seed,
            api: .init(
                latency: 10...500,
                fault: { arrival in
                    var draw = SeededRandom(seed &* 7919 &+ UInt64(arrival.number))
                    guard draw.chance(trouble) else { return nil }
                    return [Fault.lostAnswer, .answer(.unavailable), .answer(.blocked)].randomElement(using: &draw)
                }))
        let share = Int.random(in: 0...100, using: &random)
        var draw = SeededRandom(seed &+ 5)
        job.queue.deferItems { _ in draw.chance(share) }
        let waiting = Set(job.queue.items.filter(\.isDeferred).map(\.id))
        // Runs that are stopped on the way change nothing of it.
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            _ = try job.run(.of(), stop: (.gently, Milliseconds(Int64.random(in: 0...5000, using: &random))))
            try job.pass(.seconds(4))
        }
        let end = try job.run(.of())
        #expect(end == (waiting.isEmpty ? .finished : .deferred))
        #expect(job.api.ledger.allSatisfy { !waiting.contains($0.call.item) })
        #expect(job.queue.items.allSatisfy { $0.state.isFinal != waiting.contains($0.id) })
        if !waiting.isEmpty {
            #expect(job.queue.end == .unfinished)
            #expect(try job.run(.of()) == .deferred)
        }
        job.queue.releaseDeferred()
        #expect(try job.run(.of()) == .finished)
        job.expectTruth()
    }

    @Test func `a canary that is larger than what may go does not hold the run up`() throws {
        let job = Rehearsal(6)
        job.queue.deferItems { $0.id.value > 3 }
        #expect(try job.run(.of(canary: 5)) == .deferred)
        #expect(job.queue.tally[.deleted] == 3)
    }
}
