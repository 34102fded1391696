import SweepModel

/// The charts over time and of latencies. Each stands twice, laid out for wide and for narrow pages, of which one is shown.
enum TimeSection {
    static func text(_ story: ReportStory?) -> String {
        guard let story, let timeline = story.timeline, timeline.total.requests > 0 || !story.milestones.isEmpty else { return "" }
        return """
            <section aria-labelledby="time-heading">
            <h2 id="time-heading">How it went</h2>
            \(chart(timeline))
            \(events(story, timeline))
            \(figures(timeline))
            </section>
            \(latency(story.latency))
            """
    }

    private static func chart(_ timeline: Timeline) -> String {
        guard timeline.total.requests > 0 else { return "<p>No request was sent for its tokens.</p>" }
        return """
            <p>\(Markup.escaped(TimelineChart.summary(timeline)))</p>
            \(both("time") { TimelineChart.svg(timeline, id: $0, width: $1) })
            """
    }

    private static func both(_ id: String, _ draw: (String, Double) -> String) -> String {
        "<div class=\"wide\">\(draw("\(id)-wide", 1140))</div>\n<div class=\"narrow\">\(draw("\(id)-narrow", 380))</div>"
    }

    private static func latency(_ histogram: LatencyHistogram) -> String {
        guard histogram.total + histogram.unanswered > 0 else { return "" }
        let lost = histogram.unanswered == 0 ? "" : " \(HumanText.count(histogram.unanswered, "request", "requests")) got no answer."
        let chart = histogram.total == 0 ? "" : both("latency") { LatencyChart.svg(histogram, id: $0, width: $1) }
        return """
            <section aria-labelledby="latency-heading">
            <h2 id="latency-heading">How long the API took to answer</h2>
            <p>\(Markup.escaped(LatencyChart.summary(histogram) + lost))</p>
            \(chart)
            </section>

            """
    }

    /// What the numbers of the drawing mean, and what came after it.
    private static func events(_ story: ReportStory, _ timeline: Timeline) -> String {
        let numbered = TimelineChart.numbered(timeline)
        let later = story.milestones.filter { $0.at > timeline.end && !$0.kind.precedesRun }
        let first = numbered.firstIndex { $0.kind == .started }
        var items = numbered.enumerated().map { index, event in line(event, isAgain: index != first) }
        items = items.isEmpty ? [] : ["<ol class=\"events\">\n\(items.joined(separator: "\n"))\n</ol>"]
        if !later.isEmpty {
            items.append("<ul class=\"events later\">\n\(later.map { line($0, isAgain: true) }.joined(separator: "\n"))\n</ul>")
        }
        return items.joined(separator: "\n")
    }

    private static func line(_ event: Milestone, isAgain: Bool) -> String {
        let word = event.kind == .started && isAgain ? "resumed" : event.kind.rawValue
        let reason = event.reason.flatMap { $0 == event.kind.rawValue ? nil : ": <bdi>\(Markup.escaped($0))</bdi>" } ?? ""
        return "<li><time datetime=\"\(event.at.rfc3339)\">\(event.at.peopleText)</time> <strong>\(word)</strong>\(reason)</li>"
    }

    /// The timeline in figures, for those who read rather than look.
    private static func figures(_ timeline: Timeline) -> String {
        let words = TimelineWords(timeline.action)
        let titles = ["From (UTC)", words.fulfilled, words.left, words.steps, words.again, words.limited, "in the budget’s window"]
        let lines = timeline.bars.indices.filter { timeline.bars[$0].requests > 0 }.map { index in
            let bar = timeline.bars[index]
            let counts = [bar.fulfilled, bar.left, bar.steps, bar.again, bar.limited, bar.used].map { "<td>\(HumanText.number($0))</td>" }
            return "<tr><th scope=\"row\">\(timeline.moments(of: index).from.peopleText)</th>\(counts.joined())</tr>"
        }
        guard !lines.isEmpty else { return "" }
        let heading = titles.map { "<th scope=\"col\">\(Markup.escaped($0))</th>" }.joined()
        return """
            <details><summary>The same in figures</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="Requests over time in figures"><table class="numbers">
            <caption>Requests answered, per \(TimelineWords.width(timeline.barWidth))</caption>
            <thead><tr>\(heading)</tr></thead>
            <tbody>\(lines.joined(separator: "\n"))</tbody>
            </table></div></details>
            """
    }
}

extension Milestone.Kind {
    /// What is not part of working on the job.
    fileprivate var precedesRun: Bool { self == .planned || self == .confirmed }
}
