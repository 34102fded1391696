/// The budget of one user: a window, and the block that follows when it is exceeded.
///
/// The request that exceeds the window begins a block; every request inside it is refused. After the block the window is empty.
package struct Budget: Sendable {
    private let block: Int
    private let kind: WindowKind
    private var window: RateWindow
    /// The end of the block, in milliseconds; nil while there is none.
    private var blockedUntil: Int?

    /// `block` is in milliseconds.
    package init(rate: Rate, kind: WindowKind, block: Int) {
        self.block = block
        self.kind = kind
        window = RateWindow(rate, kind)
    }

    package enum Verdict: Sendable, Equatable {
        case admitted
        /// Whole seconds, rounded up, until the block ends.
        case refused(retryAfter: Int)
    }

    package mutating func admit(at now: Int) -> Verdict {
        if let end = blockedUntil, now >= end {
            blockedUntil = nil
            window = RateWindow(window.rate, kind)
        }
        if blockedUntil == nil, window.admit(at: now) { return .admitted }
        let end = blockedUntil ?? now + block
        blockedUntil = end
        return .refused(retryAfter: (max(1, end - now) + 999) / 1000)
    }

    /// What the `Ratelimit` headers say at `now`.
    package func quota(at now: Int) -> Quota {
        if let end = blockedUntil, end > now { return Quota(rate: window.rate, remaining: 0, milliseconds: end - now) }
        return Quota(rate: window.rate, remaining: window.remaining, milliseconds: window.reset(at: now))
    }
}

/// The content of the `Ratelimit` and `Ratelimit-Policy` headers.
package struct Quota: Sendable, Equatable {
    package var limit: Int
    package var windowSeconds: Int
    package var remaining: Int
    /// Whole seconds, rounded up.
    package var resetSeconds: Int

    package init(rate: Rate, remaining: Int, milliseconds: Int) {
        limit = rate.requests
        windowSeconds = (rate.milliseconds + 999) / 1000
        self.remaining = remaining
        resetSeconds = (milliseconds + 999) / 1000
    }

    package var headers: [Header] {
        [
            Header("Ratelimit", "\"default\";r=\(remaining);t=\(resetSeconds)"),
            Header("Ratelimit-Policy", "\"default\";q=\(limit);w=\(windowSeconds)"),
        ]
    }
}
