/// How the simulated API behaves, apart from what it knows.
package struct Settings: Sendable, Equatable {
    /// Every draw by chance is a function of it.
    package var seed: UInt64 = 1
    /// The budget of a user; nil for none.
    package var rate: Rate? = Rate(requests: 1200, milliseconds: 300_000)
    package var window: WindowKind = .fixed
    /// Times 300 s: how long a user over the budget is refused.
    package var blockScale = 1.0
    /// Requests a second of one address; nil for no limit.
    package var addressRate: Int? = 200
    /// Milliseconds before every answer.
    package var latency = 0
    /// Up to so many milliseconds more, drawn for each request.
    package var jitter = 0
    package var rateLimitShape: RateLimitShape = .envelope
    /// API tokens are refused on zone paths.
    package var zonesNeedKey = false

    package init() {}

    /// How long a user over the budget is refused, in milliseconds.
    package var blockMilliseconds: Int { Int((300_000 * blockScale).rounded()) }

    /// Neither a budget nor a limit for an address.
    package mutating func liftLimits() {
        rate = nil
        addressRate = nil
    }
}

/// At most so many requests in a window of so many milliseconds.
package struct Rate: Sendable, Equatable {
    package var requests: Int
    package var milliseconds: Int

    package init(requests: Int, milliseconds: Int) {
        self.requests = requests
        self.milliseconds = milliseconds
    }

    /// Reads `1200/5m`; nil for anything else.
    package init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let requests = Int(parts[0]), requests > 0 else { return nil }
        guard let milliseconds = parseDuration(parts[1]), milliseconds > 0 else { return nil }
        self.init(requests: requests, milliseconds: milliseconds)
    }
}

/// Whether a budget's window starts anew at fixed times or slides along with the clock.
package enum WindowKind: String, Sendable, CaseIterable {
    case fixed, sliding
}

/// The form of the body of a real 429.
package enum RateLimitShape: String, Sendable, CaseIterable {
    /// The v4 envelope with code 971.
    case envelope
    /// `{"code":971,"message":"…"}`.
    case flat
    /// The v4 envelope with code 10100.
    case historic
    /// Each of the others in turn.
    case mixed
}

/// Reads `100ms`, `30s`, `5m` or `2h` as milliseconds; nil for anything else.
package func parseDuration(_ text: some StringProtocol) -> Int? {
    for (unit, factor) in [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)] where text.hasSuffix(unit) {
        guard let value = Int(text.dropLast(unit.count)), value >= 0, value <= 1_000_000_000 else { return nil }
        return value * factor
    }
    return nil
}

extension Settings {
    init(from reader: inout ObjectReader) throws(WorldError) {
        seed = UInt64(try reader.count("seed") ?? 1)
        addressRate = try reader.count("ip_rate") ?? 200
        if addressRate == 0 { addressRate = nil }
        if let text = try reader.string("rate") { try setRate(text, reader) }
        window = try reader.choice("window") ?? .fixed
        rateLimitShape = try reader.choice("rate_limit_shape") ?? .envelope
        blockScale = try reader.number("block_scale") ?? 1
        latency = try reader.duration("latency") ?? 0
        jitter = try reader.duration("jitter") ?? 0
        zonesNeedKey = try reader.bool("zones_need_key") ?? false
    }

    private mutating func setRate(_ text: String, _ reader: ObjectReader) throws(WorldError) {
        if text == "none" { return liftLimits() }
        guard let rate = Rate(text: text) else { throw reader.error("rate", "must look like 1200/5m, or be none") }
        self.rate = rate
    }
}

extension ObjectReader {
    /// One of a closed list of words.
    mutating func choice<Choice>(_ key: String) throws(WorldError) -> Choice?
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        guard let text = try string(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw error(key, "is \"\(text)\" and must be one of \(known)")
    }

    /// A duration such as `100ms`, in milliseconds.
    mutating func duration(_ key: String) throws(WorldError) -> Int? {
        guard let text = try string(key) else { return nil }
        guard let value = parseDuration(text) else { throw error(key, "must be a duration such as 100ms or 5s") }
        return value
    }
}
