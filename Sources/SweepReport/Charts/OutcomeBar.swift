package import SweepModel

/// All tokens of a job as one bar: a part for each outcome, in the order of the closed list.
package enum OutcomeBar {
    /// A part that is there is seen.
    private static let least = 6.0

    /// A whole `<svg>` element. `id` and `width`: as for `TimelineChart`.
    package static func svg(_ tally: Tally, _ action: JobAction, id: String, width: Double = 960) -> String {
        let states = ItemState.allCases.filter { tally[$0] > 0 }
        let summary = states.map { "\(HumanText.number(tally[$0])) \($0.rawValue)" }.joined(separator: ", ")
        var svg = SVGText(
            id: id, width: width, height: 26, title: "Tokens by outcome", summary: summary.isEmpty ? "There are no tokens." : summary,
            look: "chart bar", stretches: true)
        svg.hatching("\(id)-open", ground: "hatch-ground", lines: "hatch-open")
        svg.box("track", x: 0, y: 0, width: width, height: 26, radius: 4)
        var x = 0.0
        for (state, part) in zip(states, widths(states.map { tally[$0] }, of: width)) {
            let hint = "\(state.rawValue): \(HumanText.number(tally[state])) of \(HumanText.number(tally.total))"
            svg.box(
                state.isFinal ? "fill-\(state.rawValue)" : "outline", x: x, y: 0, width: max(1, part - 1), height: 26,
                fill: state.isFinal ? nil : "\(id)-open", hint: hint)
            x += part
        }
        return svg.finished
    }

    /// Shares of a width, none below the least that can be seen; the large ones give what the small ones need.
    static func widths(_ counts: [Int], of width: Double) -> [Double] {
        let total = Double(max(1, counts.reduce(0, +)))
        let wished = counts.map { max(least, width * Double($0) / total) }
        let excess = wished.reduce(0, +) - width
        let spare = wished.reduce(0) { $0 + ($1 - least) }
        guard excess > 0, spare > 0 else { return wished }
        return wished.map { $0 - ($0 - least) * excess / spare }
    }
}
