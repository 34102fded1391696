/// Exponential backoff with full jitter: a random wait between nothing and a bound that doubles with every failure.
///
/// Bounds with the defaults: 1st failure 500 ms, 2nd 1 s, 3rd 2 s, 4th 4 s, 5th 8 s, 6th 16 s, 7th 32 s, 8th and later 60 s.
package struct Backoff: Sendable {
    package var base: Milliseconds
    package var cap: Milliseconds

    package static let retry = Backoff(base: Milliseconds(500), cap: .seconds(60))
    /// For a lane whose API is down: bounds of 1 s, 2 s, 4 s, … 60 s.
    package static let outage = Backoff(base: .seconds(1), cap: .seconds(60))

    package init(base: Milliseconds, cap: Milliseconds) {
        self.base = base
        self.cap = cap
    }

    /// The longest wait after a number of failures, from 1.
    package func bound(afterFailures failures: Int) -> Milliseconds {
        let doublings = min(max(failures - 1, 0), 40)
        return min(cap, base * (Int64(1) << Int64(doublings)))
    }

    /// A wait drawn evenly from 0 to the bound.
    package func wait(afterFailures failures: Int, using random: inout some RandomNumberGenerator) -> Milliseconds {
        Milliseconds(Int64.random(in: 0...bound(afterFailures: failures).count, using: &random))
    }

    /// A wait drawn evenly from the upper half of the bound: for a single waiter that must not come back too soon.
    package func longWait(afterFailures failures: Int, using random: inout some RandomNumberGenerator) -> Milliseconds {
        let bound = bound(afterFailures: failures).count
        return Milliseconds(Int64.random(in: bound / 2...bound, using: &random))
    }
}
