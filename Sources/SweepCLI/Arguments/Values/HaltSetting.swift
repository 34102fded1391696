import SweepModel

/// When to stop by itself, as it is written: `25%/50`, or `never`.
enum HaltSetting: Sendable, Equatable {
    /// Whatever fails.
    case never
    /// When more than `percent` percent of the last `window` finished ones failed.
    case above(percent: Int, window: Int)
}

extension ValueParser where Value == HaltSetting {
    /// Percentages from 0 to 99: nothing fails more than wholly, and `never` says so plainly. Windows from 1 to 100,000.
    static let haltRule = ValueParser(scanning: "P%/K, such as 25%/50, or never") { scanner throws(TextFlaw) in
        let percent = try scanner.number(in: 0...99)
        try scanner.expect("%")
        try scanner.expect("/")
        return .above(percent: percent, window: try scanner.number(in: 1...100_000))
    }.or("never", .never)
}
