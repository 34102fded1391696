package import SweepModel

/// Numbers and times as people write them.
package enum HumanText {
    /// `1,996`
    package static func number(_ count: Int) -> String {
        let digits = Array(String(count.magnitude))
        var text = count < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `1 token`, `1,996 tokens`
    package static func count(_ count: Int, _ one: String, _ many: String) -> String {
        "\(number(count)) \(count == 1 ? one : many)"
    }

    /// The two largest units: `840 ms`, `7.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. Never negative.
    package static func duration(_ span: Milliseconds) -> String {
        let milliseconds = max(0, span.count)
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        // Cut, not rounded: 9.96 s must not become 10.0 s.
        if milliseconds < 10_000 { return "\(milliseconds / 1000).\(milliseconds / 100 % 10) s" }
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return pair(seconds / 60, "min", seconds % 60, "s")
        case ..<86_400: return pair(seconds / 3600, "h", seconds / 60 % 60, "min")
        default: return pair(seconds / 86_400, "d", seconds / 3600 % 24, "h")
        }
    }

    /// How many of something happened in a unit of time that gives a handy number: `3.3 a second`, `12 a minute`,
    /// `5 an hour`; nil where nothing happened or no time passed.
    package static func pace(_ count: Int, in span: Milliseconds) -> String? {
        guard span.count > 0, count > 0 else { return nil }
        let perSecond = Double(count) / span.inSeconds
        if perSecond >= 100 { return "\(number(Int(perSecond.rounded()))) a second" }
        if perSecond >= 1 { return "\((perSecond * 10).rounded() / 10) a second" }
        if perSecond >= 1 / 60 { return "\(number(Int((perSecond * 60).rounded()))) a minute" }
        return "\(number(Int((perSecond * 3600).rounded(.up)))) an hour"
    }

    private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
    }
}
