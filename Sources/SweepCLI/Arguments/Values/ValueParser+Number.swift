extension ValueParser where Value == Int {
    /// A whole number in decimal digits.
    static func integer(in range: ClosedRange<Int>) -> ValueParser {
        let bounds = range.upperBound == .max ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
        return ValueParser(expected: "a whole number \(bounds)") { text in
            guard let number = wholeNumber(text), range.contains(number) else { return nil }
            return number
        }
    }

    /// As ``integer(in:)``, without an upper end.
    static func integer(in range: PartialRangeFrom<Int>) -> ValueParser {
        integer(in: range.lowerBound...Int.max)
    }

    /// A share in whole percent, written with its sign: `10%`. The value is the number before the sign.
    static func percent(in range: ClosedRange<Int> = 0...100) -> ValueParser {
        ValueParser(expected: "a percentage from \(range.lowerBound)% to \(range.upperBound)%") { text in
            guard let percent = percentage(text), range.contains(percent) else { return nil }
            return percent
        }
    }
}

/// The number that ASCII digits stand for, after a minus sign or not; nil on anything else, and on what an `Int` cannot hold.
///
/// `Int(_:)` alone would also take `+5`.
func wholeNumber(_ text: some StringProtocol) -> Int? {
    text.first == "+" ? nil : Int(text)
}

/// The number before a percent sign, not below zero.
func percentage(_ text: some StringProtocol) -> Int? {
    guard text.last == "%", let percent = wholeNumber(text.dropLast()), percent >= 0 else { return nil }
    return percent
}
