import SweepModel

/// A pace as it is written: `1200/5m`, or `none`.
enum RateSetting: Sendable, Equatable {
    /// No limit at all.
    case none
    /// At most so many requests in any window of this length.
    case limit(requests: Int, per: Duration)
}

extension ValueParser where Value == RateSetting {
    /// At least one request; a window from a millisecond to a day.
    static let rate = ValueParser(scanning: "N/T, such as 1200/5m, or none") { scanner throws(TextFlaw) in
        let requests = try scanner.number(in: 1...Int.max)
        try scanner.expect("/")
        return .limit(requests: requests, per: try scanner.duration(in: .milliseconds(1)...(.seconds(86_400)), units: durationUnits))
    }.or("none", .none)
}
