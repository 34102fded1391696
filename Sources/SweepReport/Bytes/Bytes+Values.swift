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
        // Made whole and appended at once: a report has three times a row.
        var text: InlineArray<24, UInt8> = InlineArray(repeating: UInt8(ascii: "0"))
        var end = 0
        func put(_ number: Int, _ digits: Int, then separator: Unicode.Scalar) {
            var rest = number
            for place in 1...digits {
                text[end + digits - place] = UInt8(truncatingIfNeeded: 48 + rest % 10)
                rest /= 10
            }
            text[end + digits] = UInt8(ascii: separator)
            end += digits + 1
        }
        put(Int(date.year), 4, then: "-")
        put(Int(date.month), 2, then: "-")
        put(Int(date.day), 2, then: "T")
        put(clock / 3_600_000, 2, then: ":")
        put(clock / 60_000 % 60, 2, then: ":")
        put(clock / 1000 % 60, 2, then: ".")
        put(clock % 1000, 3, then: "Z")
        text.span.withUnsafeBufferPointer { append(contentsOf: $0) }
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
