import SweepModel

extension RateLimitHint {
    /// The tightest item of `Ratelimit: "default";r=1199;t=1`, with its quota out of `Ratelimit-Policy: "default";q=1200;w=300`.
    ///
    /// nil when the limit is missing or malformed. An item without `t` resets at the end of its policy's window.
    init?(limit: String?, policy: String?) {
        guard let limit, let items = StructuredItem.list(limit) else { return nil }
        let policies = policy.flatMap { StructuredItem.list($0) } ?? []
        let hints = items.compactMap { item in
            RateLimitHint(item, policies.first { $0.name == item.name })
        }
        guard let tightest = hints.min(by: { $0.remaining < $1.remaining }) else { return nil }
        self = tightest
    }

    private init?(_ item: StructuredItem, _ policy: StructuredItem?) {
        guard let remaining = item.count("r").map(Self.atMostABillion), let resets = item.count("t") ?? policy?.count("w") else {
            return nil
        }
        let window = policy?.count("w").map(Self.atMostADay)
        self.init(
            remaining: remaining, resetsIn: Self.atMostADay(resets), quota: policy?.count("q").map(Self.atMostABillion), window: window)
    }

    /// More is no limit, and what is reckoned with it must not overflow.
    private static func atMostABillion(_ requests: Int) -> Int { min(requests, 1_000_000_000) }

    private static func atMostADay(_ seconds: Int) -> Milliseconds { .seconds(Int64(min(seconds, 86_400))) }
}

/// `Retry-After`
enum RetryAfter {
    /// Whole seconds, at most a day. A date, which the API does not send, is passed over.
    static func parse(_ value: String?) -> Milliseconds? {
        guard let value, !value.isEmpty, value.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        // More digits than an integer holds are more than a day.
        return .seconds(min(Int64(value) ?? 86_400, 86_400))
    }
}
