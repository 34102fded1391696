package import SweepModel

/// A time in which nobody worked on a job.
package struct Pause: Sendable, Hashable {
    package var from: Timestamp
    package var to: Timestamp

    package init(from: Timestamp, to: Timestamp) {
        self.from = from
        self.to = to
    }

    package var length: Milliseconds { to - from }
}

/// Time as a chart shows it: a long pause is folded to a short one, so that a job that rested for days can be drawn with its
/// busy seconds.
package struct FoldedClock: Sendable, Hashable {
    package let start: Timestamp
    /// In order, none overlapping another.
    package let pauses: [Pause]
    /// What is shown of a pause at most.
    package let kept: Milliseconds

    package init(start: Timestamp, pauses: [Pause] = [], kept: Milliseconds = .seconds(10)) {
        self.start = start
        self.pauses = pauses.filter { $0.length.count > 0 && $0.to > start }
        self.kept = Milliseconds(max(1, kept.count))
    }

    /// Keeps a tenth of the busy time of every pause, which is enough to be seen.
    package init(start: Timestamp, end: Timestamp, pauses: [Pause]) {
        let rest = pauses.reduce(0) { $0 + max(0, $1.length.count) }
        self.init(start: start, pauses: pauses, kept: Milliseconds(max(1000, ((end - start).count - rest) / 10)))
    }

    /// Whether a pause is shown shorter than it was.
    package func folds(_ pause: Pause) -> Bool { pause.length > kept }

    private func shown(_ pause: Pause) -> Int64 { min(pause.length.count, kept.count) }

    /// How far from the start a moment is shown; negative before the start.
    package func offset(of moment: Timestamp) -> Milliseconds {
        var offset = (moment - start).count
        for pause in pauses where pause.from < moment {
            let passed = min((moment - pause.from).count, pause.length.count)
            offset -= passed - FoldedClock.scaled(passed, shown(pause), by: pause.length.count)
        }
        return Milliseconds(offset)
    }

    /// The moment that is shown at an offset.
    package func moment(at offset: Milliseconds) -> Timestamp {
        var (moment, rest) = (start, offset.count)
        for pause in pauses {
            let busy = (pause.from - moment).count
            if rest <= busy { break }
            let folded = shown(pause)
            if rest < busy + folded {
                return pause.from + Milliseconds(FoldedClock.scaled(rest - busy, pause.length.count, by: folded))
            }
            rest -= busy + folded
            moment = pause.to
        }
        return moment + Milliseconds(rest)
    }

    /// `value * factor / divisor` without overflow for spans of centuries.
    private static func scaled(_ value: Int64, _ factor: Int64, by divisor: Int64) -> Int64 {
        let product = value.multipliedFullWidth(by: factor)
        return divisor.dividingFullWidth(product).quotient
    }
}
