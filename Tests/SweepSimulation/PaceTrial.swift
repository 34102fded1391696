package import SweepModel
import SweepRunner
package import SweepTestSupport

/// A job of many tokens against the real limits: 1,200 requests in five minutes for each credential, 200 a second for the address.
package struct PaceTrial: Sendable {
    package let tokens: Int
    package let credentials: Int
    /// How long an answer takes, in milliseconds.
    package let latency: ClosedRange<Int64>

    package let window: ServerBudget.Window

    package init(tokens: Int, credentials: Int, latency: ClosedRange<Int64>, window: ServerBudget.Window = .sliding) {
        self.tokens = tokens
        self.credentials = credentials
        self.latency = latency
        self.window = window
    }

    package struct Result: Sendable {
        package var elapsed: Milliseconds
        /// What no client can undercut that keeps both limits, were it told at once when a request is counted.
        package var minimum: Milliseconds
        /// The same for a client that has to promise it, although a request may be counted anywhere between sending and answer.
        package var certainMinimum: Milliseconds
        /// Answers 429.
        package var refused: Int
        package var share: Double { minimum.inSeconds / elapsed.inSeconds }
        package var certainShare: Double { certainMinimum.inSeconds / elapsed.inSeconds }
    }

    /// Every request of a full window waits for the window before it; answers take no time, and the last window ends with its first
    /// request.
    package var minimum: Milliseconds { minimum(flight: Milliseconds(0)) }

    /// `flight`: how long a request fills its place in a window besides the window itself. Of the requests that may be counted in
    /// some second, those in flight at its beginning and its end among them, no more than the limit may exist: each takes a place
    /// for a second and its own flight, and the places are as many as the limit.
    private func minimum(flight: Milliseconds) -> Milliseconds {
        let largest = (tokens + credentials - 1) / credentials
        let byCredential = Int64((largest - 1) / 1200) * (.seconds(300) + flight).count
        let byAddress = Int64((tokens - 1) / RateBudget.requestsPerSecondOfAnAddress) * (.seconds(1) + flight).count
        return Milliseconds(max(byCredential, byAddress))
    }

    /// - Throws: when the job does not end with every token deleted.
    package func run(seed: UInt64) throws -> Result {
        let time = VirtualTime()
        defer { time.end() }
        let plan = Samples.plan((0..<credentials).map { (tokens + credentials - 1 - $0) / credentials })
        let queue = MemoryQueue(plan, time: time, latency: Milliseconds(3))
        let api = SimulatedAPI(
            .init(
                latency: latency, budget: ServerBudget(window, limit: 1200, period: .seconds(300)),
                address: ServerBudget(window, limit: RateBudget.requestsPerSecondOfAnAddress, period: .seconds(1)), hints: true),
            living: plan.map(\.tokenID), time: time, seed: seed)
        let policy = RunPolicy(
            concurrency: 256, budget: RateBudget(requests: 1200, period: .seconds(300), reservePercent: 0), attempts: 8)
        let runner = Runner(queue: queue, api: api, time: time, random: SeededRandom(seed), policy: policy) { _ in }
        let lanes = Samples.lanes(credentials)
        let end = try time.run { try await runner.run(JobID(1), lanes: lanes) }
        guard end == .finished, queue.tally[.deleted] == tokens else { throw Unfinished(end: end) }
        return Result(
            elapsed: time.elapsed, minimum: minimum,
            certainMinimum: minimum(flight: Milliseconds((latency.lowerBound + latency.upperBound) / 2)),
            refused: api.ledger.count { $0.answer?.kind == .rateLimited })
    }

    private struct Unfinished: Error {
        var end: RunEnd
    }
}
