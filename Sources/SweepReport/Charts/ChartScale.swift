import SweepModel

/// Round numbers for axes.
enum ChartScale {
    /// The smallest of 1, 2, 5, 10, 20, 50, … that is at least as large.
    static func round(up value: Int) -> Int {
        var decade = 1
        while true {
            for step in [1, 2, 5] where step * decade >= value { return step * decade }
            decade *= 10
        }
    }

    /// Whole numbers from 0 up to the first that is not below `most`, in about `count` equal steps.
    static func ticks(to most: Int, about count: Int) -> [Int] {
        let step = round(up: max(1, (most + count - 1) / count))
        return Array(stride(from: 0, through: (max(1, most) + step - 1) / step * step, by: step))
    }

    /// How wide the numbers beside an axis are, in units of a drawing, with the gap to it.
    static func room(for ticks: [Int]) -> Double {
        max(44, Double(HumanText.number(ticks.last ?? 0).count) * 7 + 10)
    }

    /// Steps of clock time, in milliseconds.
    private static let timeSteps: [Int64] = [
        10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000,
        3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000,
    ]

    /// Round moments of the clock within what is shown, outside its pauses, and the step between them.
    static func moments(_ clock: FoldedClock, span: Milliseconds, about count: Int) -> (step: Int64, moments: [Timestamp]) {
        let step = timeSteps.first { $0 * Int64(count) >= span.count } ?? 2_592_000_000
        let end = clock.moment(at: span)
        var moments: [Timestamp] = []
        var next = roundUp(clock.start, step)
        while next <= end, moments.count < count * 4 {
            if let pause = clock.pauses.first(where: { $0.from <= next && next < $0.to && clock.folds($0) }) {
                next = roundUp(pause.to, step)
            } else {
                moments.append(next)
                next = next + Milliseconds(step)
            }
        }
        return (step, moments)
    }

    private static func roundUp(_ moment: Timestamp, _ step: Int64) -> Timestamp {
        let rest = moment.milliseconds % step
        return rest == 0 ? moment : Timestamp(milliseconds: moment.milliseconds - rest + step)
    }
}

extension Timestamp {
    /// `19:21:57`, `19:21`, `19:21:57.04` or, for steps of days, `11-23`: as exact as an axis with that step needs. UTC.
    func tick(step: Int64) -> String {
        let text = rfc3339
        guard let split = text.firstIndex(of: "T"), text.count == 24 else { return text }
        let clock = text[text.index(after: split)...]
        switch step {
        case 86_400_000...: return String(text[..<split].dropFirst(5))
        case 60_000...: return String(clock.prefix(5))
        case 1000...: return String(clock.prefix(8))
        case 100...: return String(clock.prefix(10))
        default: return String(clock.prefix(11))
        }
    }

    /// `19:21:57.042`, UTC
    package var clockText: String { String(rfc3339.dropFirst(11).dropLast()) }

    /// `2026-11-23`, UTC
    package var dateText: String { String(rfc3339.prefix(10)) }

    /// `2026-11-23 19:21:57 UTC`
    package var peopleText: String { "\(dateText) \(clockText.prefix(8)) UTC" }
}
