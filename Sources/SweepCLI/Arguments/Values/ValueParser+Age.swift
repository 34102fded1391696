import SweepModel

extension ValueParser where Value == Milliseconds {
    /// A time span that may be many days long: `90d`, besides the units of ``ValueParser/duration(in:)``.
    static let age = ValueParser<Duration>(scanning: "a time span of at most 36500d, such as 90d or 12h") { scanner throws(TextFlaw) in
        let units = durationUnits.merging(["d": 86_400_000]) { own, _ in own }
        return try scanner.duration(in: .zero ... .seconds(36_500 * 86_400), units: units)
    }.map { Milliseconds($0) }
}

extension ValueParser where Value == Timestamp {
    /// A day, which begins at midnight UTC, or a moment by RFC 3339.
    static let moment = ValueParser(expected: "a date such as 2026-01-31, or a time such as 2026-01-31T12:00:00Z") { text in
        Timestamp(rfc3339: text) ?? Timestamp(rfc3339: "\(text)T00:00:00Z")
    }
}
