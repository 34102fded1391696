/// A pace as it is written: `1200/5m`, or `none`.
enum RateSetting: Sendable, Equatable {
    /// No limit at all.
    case none
    /// At most so many requests in any window of this length.
    case limit(requests: Int, per: Duration)
}

extension ValueParser where Value == RateSetting {
    /// At least one request; a window from a millisecond to a day.
    static let rate = ValueParser(expected: "N/T, such as 1200/5m, or none") { text in
        text == "none" ? RateSetting.none : rateLimit(text)
    }
}

private func rateLimit(_ text: String) -> RateSetting? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let requests = wholeNumber(parts[0]), requests >= 1, let window = durationValue(parts[1]),
        window > .zero, window <= .seconds(86_400)
    else { return nil }
    return .limit(requests: requests, per: window)
}
