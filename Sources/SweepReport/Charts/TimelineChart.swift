package import SweepModel

/// A job over time: its requests by what became of them, and below, on the same axis, the budget that they took.
///
/// Pauses are hatched; a folded one is cut short. What happened to the job as a whole stands above as numbers, which
/// `numbered` explains.
package enum TimelineChart {
    /// What is drawn of a job's milestones, in order; a number of the drawing is a place in this list, from 1.
    package static func numbered(_ timeline: Timeline) -> [Milestone] {
        Array(timeline.milestones.filter { $0.kind != .planned && $0.kind != .confirmed && $0.at <= timeline.end }.prefix(30))
    }

    /// A whole `<svg>` element.
    ///
    /// - Parameters:
    ///   - id: unique in the document; the ids inside begin with it.
    ///   - width: the room for which it is laid out, in units of its text (12 units high); it scales.
    package static func svg(_ timeline: Timeline, id: String, width: Double = 960) -> String {
        var drawing = TimelineDrawing(timeline, id: id, width: width)
        drawing.draw()
        return drawing.svg.finished
    }

    /// What the drawing shows, in words.
    package static func summary(_ timeline: Timeline) -> String {
        let total = timeline.total
        let words = TimelineWords(timeline.action)
        var parts = [
            "\(HumanText.count(total.requests, "request", "requests")) from \(timeline.clock.start.peopleText) to \(timeline.end.peopleText)"
        ]
        for (count, text) in words.counts(total) { parts.append("\(HumanText.number(count)) \(text)") }
        if !timeline.clock.pauses.isEmpty { parts.append(HumanText.count(timeline.clock.pauses.count, "pause", "pauses")) }
        if let budget = timeline.budget {
            let allowed = "\(HumanText.number(budget.allowance)) requests allowed \(TimelineWords.window(budget))"
            parts.append("at most \(HumanText.number(total.used)) of the \(allowed) were used")
        }
        return parts.joined(separator: "; ") + "."
    }
}

/// How the kinds of requests are called.
struct TimelineWords {
    let fulfilled: String
    let left: String
    let steps = "a step on the way"
    let again = "tried again later"
    let limited = "over the API’s limit (429)"

    init(_ action: JobAction) {
        switch action {
        case .delete: (fulfilled, left) = ("gone", "not gone")
        case .disable: (fulfilled, left) = ("disabled or gone", "not disabled")
        case .enable: (fulfilled, left) = ("enabled", "not enabled")
        }
    }

    /// The kinds that occur.
    func counts(_ bar: Timeline.Bar) -> [(Int, String)] {
        [(bar.fulfilled, fulfilled), (bar.left, left), (bar.steps, steps), (bar.again, again), (bar.limited, limited)].filter { $0.0 > 0 }
    }

    /// `in any 5 min`
    static func window(_ budget: RateBudget) -> String { "in any \(width(budget.period))" }

    /// `1 s`, `500 ms`, `2 min`: a duration, whole where it is whole.
    static func width(_ span: Milliseconds) -> String {
        span.count.isMultiple(of: 1000) && span.count < 10_000 && span.count > 0 ? "\(span.count / 1000) s" : HumanText.duration(span)
    }
}
