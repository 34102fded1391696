package import SweepModel

/// A credential's budget as a server may count it. Over the budget everything is refused for the whole block.
package struct ServerBudget: Sendable {
    package enum Window: Sendable, CaseIterable {
        /// Begins with its first request and ends `period` later.
        case fixed
        /// Any span of `period`.
        case sliding
    }

    package var window: Window
    package var limit: Int
    package var period: Milliseconds
    package var block: Milliseconds

    private var counted: [Timestamp] = []
    private var oldest = 0
    private var blockedUntil = Timestamp.distantPast

    package init(_ window: Window, limit: Int, period: Milliseconds, block: Milliseconds = .seconds(300)) {
        self.window = window
        self.limit = limit
        self.period = period
        self.block = block
    }

    /// Counts a request; nil when it is admitted, otherwise how long the block still lasts.
    package mutating func admit(at now: Timestamp) -> Milliseconds? {
        forget(at: now)
        if now < blockedUntil { return blockedUntil - now }
        guard used < limit else {
            blockedUntil = now + block
            return block
        }
        counted.append(now)
        return nil
    }

    /// What the answer's headers say; times are cut to whole seconds.
    package mutating func hint(at now: Timestamp) -> RateLimitHint {
        forget(at: now)
        let reset = oldest < counted.count ? counted[oldest] + period - now : Milliseconds(0)
        return RateLimitHint(
            remaining: limit - used, resetsIn: .seconds(reset.count / 1000), quota: limit, window: .seconds((period.count + 999) / 1000))
    }

    private var used: Int { counted.count - oldest }

    private mutating func forget(at now: Timestamp) {
        switch window {
        case .fixed: if oldest < counted.count, counted[oldest] + period <= now { oldest = counted.count }
        case .sliding: while oldest < counted.count, counted[oldest] + period <= now { oldest += 1 }
        }
    }
}
