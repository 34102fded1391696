extension ValueParser where Value == Duration {
    /// A whole number with one of the units `ms`, `s`, `m` and `h`.
    static func duration(in range: ClosedRange<Duration>) -> ValueParser {
        let bounds = "from \(durationText(range.lowerBound)) to \(durationText(range.upperBound))"
        return ValueParser(expected: "a duration \(bounds), such as 500ms, 30s, 5m or 2h") { text in
            guard let duration = durationValue(text), range.contains(duration) else { return nil }
            return duration
        }
    }
}

/// Longest unit first, for writing; a unit that ends another one comes before it, for reading.
private let units: [(suffix: String, milliseconds: Int)] = [("h", 3_600_000), ("ms", 1), ("m", 60_000), ("s", 1000)]

/// The duration that a text such as `500ms`, `30s`, `5m` or `2h` stands for; nil on anything else, and on more than an `Int` of
/// milliseconds.
func durationValue(_ text: some StringProtocol) -> Duration? {
    guard let unit = units.first(where: { text.hasSuffix($0.suffix) }),
        let count = wholeNumber(text.dropLast(unit.suffix.count)), count >= 0
    else { return nil }
    let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
    return overflow ? nil : .milliseconds(milliseconds)
}

/// A duration in its longest unit that leaves no remainder: `90s`, `2h`. Less than a millisecond is cut.
func durationText(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    let byLength = units.sorted { $0.milliseconds > $1.milliseconds }
    let unit = byLength.first { milliseconds != 0 && milliseconds.isMultiple(of: Int64($0.milliseconds)) } ?? ("s", 1000)
    return "\(milliseconds / Int64(unit.milliseconds))\(unit.suffix)"
}
