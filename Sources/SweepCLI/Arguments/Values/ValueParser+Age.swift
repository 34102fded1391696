import SweepModel

extension ValueParser where Value == Milliseconds {
    /// A time span that may be many days long: `90d`, besides the units of ``ValueParser/duration(in:)``.
    static let age = ValueParser(expected: "a time span of at most 36500d, such as 90d or 12h") { text in
        guard let age = ageValue(text), age >= Milliseconds(0), age <= .seconds(36_500 * 86_400) else { return nil }
        return age
    }
}

extension ValueParser where Value == Timestamp {
    /// A day, which begins at midnight UTC, or a moment by RFC 3339.
    static let moment = ValueParser(expected: "a date such as 2026-01-31, or a time such as 2026-01-31T12:00:00Z") { text in
        Timestamp(rfc3339: text) ?? Timestamp(rfc3339: "\(text)T00:00:00Z")
    }
}

private func ageValue(_ text: String) -> Milliseconds? {
    guard text.hasSuffix("d") else { return durationValue(text).map { Milliseconds($0) } }
    guard let days = wholeNumber(text.dropLast()), (0...36_500).contains(days) else { return nil }
    return .seconds(Int64(days) * 86_400)
}
