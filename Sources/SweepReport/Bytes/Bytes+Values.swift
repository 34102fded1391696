import SweepModel

/// Appending values as text without making strings of them.
extension [UInt8] {
    mutating func append(text: String) { append(contentsOf: text.utf8) }

    mutating func append(text: String?) {
        if let text { append(contentsOf: text.utf8) }
    }

    /// Decimal digits.
    mutating func append(number: Int) {
        guard (0..<10_000).contains(number) else { return append(contentsOf: String(number).utf8) }
        append(small: number, digits: number < 10 ? 1 : number < 100 ? 2 : number < 1000 ? 3 : 4)
    }

    mutating func append(number: Int?) {
        if let number { append(number: number) }
    }

    /// `2026-11-23T19:21:57.042Z`
    mutating func append(time: Timestamp) {
        // 1970 to 9999; what lies outside has no fixed number of digits.
        guard (0..<253_402_300_800_000).contains(time.milliseconds) else { return append(text: time.rfc3339) }
        let (day, rest) = time.milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let date = Timestamp.date(ofDay: day)
        let clock = Int(rest)
        append(small: Int(date.year), digits: 4, then: "-")
        append(small: Int(date.month), digits: 2, then: "-")
        append(small: Int(date.day), digits: 2, then: "T")
        append(small: clock / 3_600_000, digits: 2, then: ":")
        append(small: clock / 60_000 % 60, digits: 2, then: ":")
        append(small: clock / 1000 % 60, digits: 2, then: ".")
        append(small: clock % 1000, digits: 3, then: "Z")
    }

    mutating func append(time: Timestamp?) {
        if let time { append(time: time) }
    }

    /// 1 to 4 digits, with zeroes in front.
    private mutating func append(small number: Int, digits: Int) {
        if digits > 3 { append(UInt8(truncatingIfNeeded: 48 + number / 1000 % 10)) }
        if digits > 2 { append(UInt8(truncatingIfNeeded: 48 + number / 100 % 10)) }
        if digits > 1 { append(UInt8(truncatingIfNeeded: 48 + number / 10 % 10)) }
        append(UInt8(truncatingIfNeeded: 48 + number % 10))
    }

    private mutating func append(small number: Int, digits: Int, then separator: Unicode.Scalar) {
        append(small: number, digits: digits)
        append(UInt8(ascii: separator))
    }
}

/// A scope's id as text, remembered: neighbours in a manifest mostly share their scope.
struct ScopeText {
    private var last: Scope?
    private var text = ""

    /// 32 digits.
    mutating func id(of scope: Scope) -> String {
        if scope != last {
            last = scope
            text = scope.id.description
        }
        return text
    }
}
