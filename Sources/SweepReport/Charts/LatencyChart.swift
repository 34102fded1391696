import SweepModel

/// How long the API took to answer, on a logarithmic axis, with the median and the slow end marked.
package enum LatencyChart {
    /// The quantiles that are marked.
    package static let shares: [(share: Double, name: String)] = [(0.5, "half"), (0.95, "95 %"), (0.99, "99 %")]

    /// Of fewer answers a quantile would tell nothing.
    static let fewest = 20

    /// A whole `<svg>` element. `id` and `width`: as for `TimelineChart`.
    package static func svg(_ histogram: LatencyHistogram, id: String, width: Double = 960) -> String {
        var drawing = LatencyDrawing(histogram, id: id, width: width)
        drawing.draw()
        return drawing.svg.finished
    }

    /// `Half of 2,000 answers came within 107 ms, 95 % within 240 ms, 99 % within 310 ms; the slowest took 420 ms.`
    package static func summary(_ histogram: LatencyHistogram) -> String {
        guard histogram.total > 0 else { return "No answer came." }
        guard histogram.total >= fewest else {
            return "\(HumanText.count(histogram.total, "answer", "answers")); the slowest took \(HumanText.duration(histogram.slowest))."
        }
        let parts = shares.compactMap { share, name in histogram.quantile(share).map { "\(name) within \(HumanText.duration($0))" } }
        let answers = HumanText.count(histogram.total, "answer", "answers")
        let text = parts.joined(separator: ", ").replacingFirst("half", with: "Half of \(answers) came")
        return "\(text); the slowest took \(HumanText.duration(histogram.slowest))."
    }
}

private struct LatencyDrawing {
    let histogram: LatencyHistogram
    let left: Double
    let right: Double
    let top = 46.0
    let height = 140.0
    let range: ClosedRange<Int>
    let ticks: [Int]
    var svg: SVGText

    init(_ histogram: LatencyHistogram, id: String, width: Double) {
        self.histogram = histogram
        right = width - 8
        // Some room on both sides, so that a single class is not as wide as the chart.
        let occupied = histogram.occupied ?? 0...0
        let spread = max(2, (24 - occupied.count) / 2)
        range = max(0, occupied.lowerBound - spread)...min(LatencyHistogram.ends.count, occupied.upperBound + spread)
        ticks = ChartScale.ticks(to: histogram.counts.max() ?? 0, about: 3)
        left = ChartScale.room(for: ticks)
        svg = SVGText(
            id: id, width: width, height: top + height + 26, title: "How long the API took to answer",
            summary: LatencyChart.summary(histogram),
            look: "chart")
    }

    private var columnWidth: Double { (right - left) / Double(range.count) }
    private var bottom: Double { top + height }
    private func y(_ count: Int) -> Double { bottom - height * Double(count) / Double(max(1, ticks.last ?? 1)) }
    private func x(_ index: Int) -> Double { left + columnWidth * Double(index - range.lowerBound) }

    mutating func draw() {
        for tick in ticks {
            svg.line(tick == 0 ? "axis" : "grid", from: (left, y(tick)), to: (right, y(tick)))
            svg.label("tick", HumanText.number(tick), x: left - 6, y: y(tick) + 4, .end)
        }
        for index in range where histogram.counts[index] > 0 { drawColumn(index) }
        drawAxis()
        drawQuantiles()
    }

    private mutating func drawColumn(_ index: Int) {
        let count = histogram.counts[index]
        let (from, to) = histogram.bounds(of: index)
        let height = max(2, bottom - y(count))
        svg.box(
            "fill-used", x: x(index), y: bottom - height, width: max(1, columnWidth - 1), height: height,
            hint: "\(HumanText.count(count, "answer", "answers")) in \(from) to \(to) ms")
    }

    /// 1, 2, 5, 10, … where there is room.
    private mutating func drawAxis() {
        var free = left - 20
        for index in range where index > 0 {
            let end = LatencyHistogram.ends[index - 1]
            guard ChartScale.round(up: Int(end)) == Int(end) else { continue }
            let text = TimelineWords.width(Milliseconds(end))
            let half = Double(text.count) * 3.4
            guard x(index) - half >= free, x(index) + half <= right + 8 else { continue }
            svg.line("axis", from: (x(index), bottom), to: (x(index), bottom + 5))
            svg.label("tick", text, x: x(index), y: bottom + 19, .middle)
            free = x(index) + half + 14
        }
    }

    private mutating func drawQuantiles() {
        guard histogram.total >= LatencyChart.fewest else { return }
        for (row, entry) in LatencyChart.shares.enumerated() {
            guard let place = histogram.place(of: entry.share), let latency = histogram.quantile(entry.share) else { continue }
            let column = x(place.index) + columnWidth * place.part
            let y = 12.0 + Double(row) * 14
            let isLeft = column > right - 130
            svg.line("quantile", from: (column, y - 8), to: (column, bottom))
            svg.label(
                "line-label", "\(entry.name): \(HumanText.duration(latency))", x: column + (isLeft ? -5 : 5), y: y, isLeft ? .end : .start)
        }
    }
}

extension String {
    fileprivate func replacingFirst(_ word: String, with other: String) -> String {
        hasPrefix(word) ? other + dropFirst(word.count) : self
    }
}
