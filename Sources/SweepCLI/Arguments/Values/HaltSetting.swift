/// When to stop by itself, as it is written: `25%/50`, or `never`.
enum HaltSetting: Sendable, Equatable {
    /// Whatever fails.
    case never
    /// When more than `percent` percent of the last `window` finished ones failed.
    case above(percent: Int, window: Int)
}

extension ValueParser where Value == HaltSetting {
    /// Percentages from 0 to 99: nothing fails more than wholly, and `never` says so plainly. Windows from 1 to 100,000.
    static let haltRule = ValueParser(expected: "P%/K, such as 25%/50, or never") { text in
        text == "never" ? HaltSetting.never : threshold(text)
    }
}

private func threshold(_ text: String) -> HaltSetting? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let percent = percentage(parts[0]), percent <= 99, let window = wholeNumber(parts[1]),
        (1...100_000).contains(window)
    else { return nil }
    return .above(percent: percent, window: window)
}
