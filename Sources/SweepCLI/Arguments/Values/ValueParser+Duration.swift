import SweepModel

extension ValueParser where Value == Duration {
    /// A whole number with one of the units `ms`, `s`, `m` and `h`.
    static func duration(in range: ClosedRange<Duration>) -> ValueParser {
        let bounds = "from \(durationText(range.lowerBound)) to \(durationText(range.upperBound))"
        return ValueParser(scanning: "a duration \(bounds), such as 500ms, 30s, 5m or 2h") { scanner throws(TextFlaw) in
            try scanner.duration(in: range, units: durationUnits)
        }
    }
}

/// Milliseconds by unit.
let durationUnits = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]

/// A duration in its longest unit that leaves no remainder: `90s`, `2h`. Less than a millisecond is cut.
func durationText(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    let byLength = durationUnits.sorted { $0.value > $1.value }
    let unit = byLength.first { milliseconds != 0 && milliseconds.isMultiple(of: Int64($0.value)) } ?? ("s", 1000)
    return "\(milliseconds / Int64(unit.value))\(unit.key)"
}
