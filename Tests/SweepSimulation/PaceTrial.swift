package import SweepModel
import SweepRunner
import SweepTestSupport

/// A job of many tokens against the real limits: 1,200 requests in five minutes for each credential, 200 a second for the address.
package struct PaceTrial: Sendable {
    package let tokens: Int
    package let credentials: Int
    /// How long an answer takes, in milliseconds.
    package let latency: ClosedRange<Int64>

    package init(tokens: Int, credentials: Int, latency: ClosedRange<Int64>) {
        self.tokens = tokens
        self.credentials = credentials
        self.latency = latency
    }

    package struct Result: Sendable {
        package var elapsed: Milliseconds
        /// What no client can undercut that keeps both limits.
        package var minimum: Milliseconds
        /// Answers 429.
        package var refused: Int
        package var share: Double { minimum.inSeconds / elapsed.inSeconds }
    }

    /// Every request of a full window waits for the window before it; answers take no time, and the last window ends with its first
    /// request.
    package var minimum: Milliseconds {
        let largest = (tokens + credentials - 1) / credentials
        let byCredential = RateBudget(requests: 1200, period: .seconds(300), reservePercent: 0).earliestSpan(for: largest)
        let byAddress = Milliseconds.seconds(Int64((tokens - 1) / RateBudget.requestsPerSecondOfAnAddress))
        return max(byCredential, byAddress)
    }

    /// - Throws: when the job does not end with every token deleted.
    package func run(seed: UInt64) throws -> Result {
        let time = VirtualTime()
        defer { time.end() }
        let plan = Samples.plan((0..<credentials).map { (tokens + credentials - 1 - $0) / credentials })
        let queue = MemoryQueue(plan, time: time, latency: Milliseconds(3))
        let budget = ServerBudget(.sliding, limit: 1200, period: .seconds(300))
        let api = SimulatedAPI(.init(latency: latency, budget: budget, hints: true), living: plan.map(\.tokenID), time: time, seed: seed)
        let policy = RunPolicy(
            concurrency: 256, budget: RateBudget(requests: 1200, period: .seconds(300), reservePercent: 0), attempts: 8)
        let runner = Runner(queue: queue, api: api, time: time, random: SeededRandom(seed), policy: policy) { _ in }
        let lanes = Samples.lanes(credentials)
        let end = try time.run { try await runner.run(JobID(1), lanes: lanes) }
        guard end == .finished, queue.tally[.deleted] == tokens else { throw Unfinished(end: end) }
        return Result(elapsed: time.elapsed, minimum: minimum, refused: api.ledger.count { $0.answer?.kind == .rateLimited })
    }

    private struct Unfinished: Error {
        var end: RunEnd
    }
}
