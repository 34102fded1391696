import SweepModel

/// Draws one timeline. What it draws with is computed once, what it draws stands in extensions.
struct TimelineDrawing {
    /// Where a panel stands.
    struct Panel {
        var top: Double
        var height: Double
        /// The value at its top.
        var most: Int

        var bottom: Double { top + height }
        func y(_ value: Int) -> Double { bottom - height * Double(value) / Double(max(1, most)) }
    }

    let timeline: Timeline
    let id: String
    let words: TimelineWords
    let left: Double
    let right: Double
    let legend: ChartLegend
    let marks: [Milestone]
    let requests: Panel
    /// nil where there are no limits.
    let budget: Panel?
    var svg: SVGText

    init(_ timeline: Timeline, id: String, width: Double) {
        self.timeline = timeline
        self.id = id
        words = TimelineWords(timeline.action)
        right = width - 8
        marks = TimelineChart.numbered(timeline)
        legend = ChartLegend(TimelineDrawing.entries(timeline, words, id), width: width)
        let ticks = ChartScale.ticks(to: timeline.bars.map(\.requests).max() ?? 0, about: 3)
        left = ChartScale.room(for: ticks)
        let top = legend.height + (marks.isEmpty ? 26 : 52)
        requests = Panel(top: top, height: 150, most: ticks.last ?? 1)
        budget = timeline.budget.map { Panel(top: top + 150 + 38, height: 90, most: $0.requests + $0.requests / 6 + 1) }
        svg = SVGText(
            id: id, width: width, height: (budget ?? requests).bottom + 26, title: "The job over time",
            summary: TimelineChart.summary(timeline),
            look: "chart")
    }

    /// The whole.
    mutating func draw() {
        svg.hatching("\(id)-again", ground: "hatch-ground", lines: "hatch-again")
        svg.hatching("\(id)-limited", ground: "hatch-ground", lines: "hatch-limited", turned: -45, step: 4)
        svg.hatching("\(id)-pause", ground: "hatch-clear", lines: "hatch-pause", turned: 30, step: 8)
        legend.draw(into: &svg)
        drawPauses()
        drawRequests()
        drawBudget()
        drawWaits()
        drawAxis()
        drawMarks()
        drawHints()
    }

    /// The kinds that occur.
    private static func entries(_ timeline: Timeline, _ words: TimelineWords, _ id: String) -> [ChartLegend.Entry] {
        let total = timeline.total
        var entries: [ChartLegend.Entry] = []
        if total.fulfilled > 0 { entries.append(.init(words.fulfilled, look: "fill-done")) }
        if total.steps > 0 { entries.append(.init(words.steps, look: "fill-step")) }
        if total.left > 0 { entries.append(.init(words.left, look: "fill-left")) }
        if total.again > 0 { entries.append(.init(words.again, look: "outline", fill: "\(id)-again")) }
        if total.limited > 0 { entries.append(.init(words.limited, look: "outline", fill: "\(id)-limited")) }
        if !timeline.clock.pauses.isEmpty { entries.append(.init("nobody worked on it", look: "outline", fill: "\(id)-pause")) }
        return entries
    }

    var barWidth: Double { (right - left) / Double(max(1, timeline.bars.count)) }

    /// Where a moment is drawn.
    func x(_ moment: Timestamp) -> Double {
        let part = Double(timeline.clock.offset(of: moment).count) / Double(timeline.span.count)
        return left + (right - left) * min(1, max(0, part))
    }
}

/// The panels.
extension TimelineDrawing {
    private mutating func drawGrid(_ panel: Panel, _ ticks: [Int]) {
        for tick in ticks {
            let y = panel.y(tick)
            svg.line(tick == 0 ? "axis" : "grid", from: (left, y), to: (right, y))
            svg.label("tick", HumanText.number(tick), x: left - 6, y: y + 4, .end)
        }
    }

    private mutating func drawRequests() {
        svg.label("panel", "requests answered, per \(TimelineWords.width(timeline.barWidth))", x: left, y: requests.top - 8)
        drawGrid(requests, ChartScale.ticks(to: timeline.bars.map(\.requests).max() ?? 0, about: 3))
        for (index, bar) in timeline.bars.enumerated() where bar.requests > 0 { drawBar(bar, at: index) }
    }

    private mutating func drawBar(_ bar: Timeline.Bar, at index: Int) {
        let gap = barWidth > 4 ? 1.0 : 0
        let kinds: [(count: Int, look: String, fill: String?)] = [
            (bar.fulfilled, "fill-done", nil), (bar.steps, "fill-step", nil), (bar.left, "fill-left", nil),
            (bar.again, "outline", "\(id)-again"), (bar.limited, "outline", "\(id)-limited"),
        ]
        var y = requests.bottom
        for kind in kinds where kind.count > 0 {
            // One among thousands is still seen.
            let height = max(2, requests.height * Double(kind.count) / Double(requests.most))
            y -= height
            svg.box(
                kind.look, x: left + barWidth * Double(index), y: y, width: max(1, barWidth - gap), height: height, fill: kind.fill)
        }
    }

    /// Says how long nothing was answered, where that is long enough to be written down.
    private mutating func drawWaits() {
        for wait in timeline.waits {
            let words = "no request for \(HumanText.duration(timeline.barWidth * Int64(wait.count)))"
            let (from, to) = (left + barWidth * Double(wait.lowerBound), left + barWidth * Double(wait.upperBound))
            guard to - from > Double(words.count) * 6.6 + 8 else { continue }
            svg.label("wait", words, x: (from + to) / 2, y: requests.bottom - 8, .middle)
        }
    }

    private mutating func drawBudget() {
        guard let panel = budget, let limit = timeline.budget else { return }
        let whose = timeline.credentials > 1 ? ", the busiest of \(HumanText.number(timeline.credentials)) credentials" : ""
        svg.label("panel", "requests \(TimelineWords.window(limit))\(whose)", x: left, y: panel.top - 8)
        drawGrid(panel, [0])
        var outline: [(x: Double, y: Double)] = [(left, panel.bottom)]
        for (index, bar) in timeline.bars.enumerated() {
            let x = left + barWidth * Double(index)
            outline += [(x, panel.y(bar.used)), (x + barWidth, panel.y(bar.used))]
        }
        svg.area("fill-used", outline + [(right, panel.bottom)])
        svg.line("limit", from: (left, panel.y(limit.requests)), to: (right, panel.y(limit.requests)))
        svg.line("allowance", from: (left, panel.y(limit.allowance)), to: (right, panel.y(limit.allowance)))
        svg.label("line-label", "the API’s limit: \(HumanText.number(limit.requests))", x: right, y: panel.y(limit.requests) - 4, .end)
        svg.label("line-label", "allowed here: \(HumanText.number(limit.allowance))", x: right, y: panel.y(limit.allowance) + 13, .end)
    }
}

/// What spans the panels.
extension TimelineDrawing {
    private var bottom: Double { (budget ?? requests).bottom }

    private mutating func drawPauses() {
        for pause in timeline.clock.pauses {
            let (from, to) = (x(pause.from), x(pause.to))
            guard to - from > 0.5 else { continue }
            let words = "paused \(HumanText.duration(pause.length))"
            svg.box("", x: from, y: requests.top, width: to - from, height: bottom - requests.top, fill: "\(id)-pause", hint: words)
            if to - from > Double(words.count) * 6.6 + 8 {
                svg.label("pause-label", words, x: (from + to) / 2, y: requests.top + requests.height / 2, .middle)
            }
        }
    }

    private mutating func drawAxis() {
        let (step, moments) = ChartScale.moments(timeline.clock, span: timeline.span, about: Int((right - left) / 110))
        var free = left
        for moment in moments {
            let (place, text) = (x(moment), moment.tick(step: step))
            let half = Double(text.count) * 3.4
            guard place - half >= free - half, place + half <= right + 8 else { continue }
            svg.line("axis", from: (place, bottom), to: (place, bottom + 5))
            svg.label("tick", text, x: place, y: bottom + 19, .middle)
            free = place + half * 2 + 12
        }
    }

    private mutating func drawMarks() {
        var free = left
        let y = requests.top - 34
        for (index, mark) in marks.enumerated() {
            let place = x(mark.at)
            let seat = min(max(place, free), right - 8)
            free = seat + 20
            svg.line("mark-line", from: (seat, y + 9), to: (place, requests.top))
            svg.line("mark-line", from: (place, requests.top), to: (place, bottom))
            svg.box(
                "mark \(mark.kind.look)", x: seat - 9, y: y - 9, width: 18, height: 18, radius: mark.kind.endsRun ? 2 : 9,
                hint: mark.kind.rawValue)
            svg.label("mark-number", String(index + 1), x: seat, y: y + 4, .middle)
        }
    }

    /// A column over everything for each bar, which says what it is.
    private mutating func drawHints() {
        for (index, bar) in timeline.bars.enumerated() where bar.requests > 0 || bar.used > 0 {
            let moments = timeline.moments(of: index)
            var lines = ["\(moments.from.clockText.prefix(11)) to \(moments.to.clockText.prefix(11)) UTC"]
            lines += words.counts(bar).map { "\(HumanText.number($0.0)) \($0.1)" }
            if let limit = timeline.budget {
                lines.append("\(HumanText.number(bar.used)) of \(HumanText.number(limit.allowance)) \(TimelineWords.window(limit))")
            }
            svg.box(
                "hint", x: left + barWidth * Double(index), y: requests.top, width: barWidth, height: bottom - requests.top,
                hint: lines.joined(separator: "; "))
        }
    }
}

extension Milestone.Kind {
    /// The class of its mark; the shape says the same: what ends a run is square.
    fileprivate var look: String {
        switch self {
        case .halted, .interrupted, .cancelled: "mark-bad"
        case .recovered, .retried: "mark-odd"
        case .planned, .confirmed, .started, .paused, .verified, .finished: "mark-plain"
        }
    }
}
