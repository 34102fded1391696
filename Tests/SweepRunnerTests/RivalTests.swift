import Glibc
import SweepModel
import SweepRunner
import SweepTestSupport
import Synchronization
import Testing

/// Somebody else spends from the same budget all the time, and the API's own limits apply: 1,200 requests in five minutes, and over
/// them nothing at all for five minutes, for both.
@Suite struct RivalTests {
    private static let limit = 1200
    private static let window = Milliseconds.seconds(300)

    @Test("Beside somebody who spends steadily no request is one too many", arguments: ServerBudget.Window.allCases, [0.1, 0.3, 0.5])
    func steady(_ window: ServerBudget.Window, share: Double) throws {
        for (seed, isRandom) in [(1, false), (2, true)] as [(UInt64, Bool)] {
            let tokens = 3000
            let budget = ServerBudget(window, limit: Self.limit, period: Self.window)
            let job = Rehearsal(tokens, seed: seed, api: .init(latency: 100...400, budget: budget, hints: true))
            let rival = Rival(job, every: Self.window.inSeconds * 1000 / (Double(Self.limit) * share), isRandom: isRandom, seed: seed)
            rival.spend()
            // It did so before.
            try job.pass(Self.window)
            let start = job.time.now
            #expect(try job.run(.of(concurrency: 64, Self.limit, per: 300, reserve: 10)) == .finished)
            #expect(job.answers(.rateLimited) == 0, "seed \(seed), random: \(isRandom)")
            // At most a window more than anybody needs.
            let windows = (tokens - 1) / Int(Double(Self.limit) * (1 - max(share, 0.1)))
            #expect(job.time.now - start < Self.window * Int64(windows + 2), "seed \(seed), random: \(isRandom)")
            job.expectTruth()
        }
    }

    /// Spends one request after the other until the job is done.
    private final class Rival: Sendable {
        private let job: Rehearsal
        /// Milliseconds.
        private let every: Double
        private let isRandom: Bool
        private let random: Mutex<SeededRandom>

        /// - Parameter isRandom: whether its requests come independently of each other, and not one after the other.
        init(_ job: Rehearsal, every: Double, isRandom: Bool, seed: UInt64) {
            (self.job, self.every, self.isRandom) = (job, every, isRandom)
            random = Mutex(SeededRandom(seed))
        }

        func spend() {
            let factor = random.withLock { isRandom ? -log(Double.random(in: 0.0001...1, using: &$0)) : .random(in: 0.7...1.3, using: &$0) }
            job.time.schedule(after: Milliseconds(Int64(every * factor))) { [self] in
                job.api.spend(1, of: LaneID(0))
                if job.queue.tally.open > 0 { spend() }
            }
        }
    }
}
