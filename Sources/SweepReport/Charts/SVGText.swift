/// An SVG drawing as text, built from the front. Looks come from classes (`ChartStyle`), so that a page whose policy forbids
/// inline styles shows it, in light and dark.
struct SVGText {
    /// Shown for a part of the drawing when the pointer rests on it.
    typealias Hint = String

    private(set) var text: String

    /// - Parameters:
    ///   - id: unique in its document; what stands inside begins with it.
    ///   - stretches: whether it may lose its proportions; only for drawings without text.
    ///   - title: what it is, in a few words; `summary` says what it shows, for those who do not see it.
    init(id: String, width: Double, height: Double, title: String, summary: String, look: String, stretches: Bool = false) {
        let fit = stretches ? " preserveAspectRatio=\"none\"" : ""
        let size = "viewBox=\"0 0 \(SVGText.number(width)) \(SVGText.number(height))\"\(fit)"
        text = """
            <svg class="\(look)" \(size) role="img" aria-labelledby="\(id)-title \(id)-desc" xmlns="http://www.w3.org/2000/svg">
            <title id="\(id)-title">\(Markup.escaped(title))</title><desc id="\(id)-desc">\(Markup.escaped(summary))</desc>

            """
    }

    /// The whole, closed.
    var finished: String { text + "</svg>" }

    mutating func append(_ markup: String) { text += markup + "\n" }

    /// - Parameter fill: a pattern of this drawing, by its id; nil for what the class says.
    mutating func box(
        _ look: String, x: Double, y: Double, width: Double, height: Double, fill: String? = nil, radius: Double = 0, hint: Hint? = nil
    ) {
        let paint = fill.map { " fill=\"url(#\($0))\"" } ?? ""
        let round = radius > 0 ? " rx=\"\(SVGText.number(radius))\"" : ""
        let place =
            "x=\"\(SVGText.number(x))\" y=\"\(SVGText.number(y))\" width=\"\(SVGText.number(width))\" height=\"\(SVGText.number(height))\""
        let content = hint.map { "><title>\(Markup.escaped($0))</title></rect>" } ?? "/>"
        append("<rect class=\"\(look)\" \(place)\(round)\(paint)\(content)")
    }

    mutating func line(_ look: String, from: (x: Double, y: Double), to: (x: Double, y: Double)) {
        let place =
            "x1=\"\(SVGText.number(from.x))\" y1=\"\(SVGText.number(from.y))\" x2=\"\(SVGText.number(to.x))\" y2=\"\(SVGText.number(to.y))\""
        append("<line class=\"\(look)\" \(place)/>")
    }

    mutating func area(_ look: String, _ points: [(x: Double, y: Double)]) {
        let path = points.map { "\(SVGText.number($0.x)),\(SVGText.number($0.y))" }.joined(separator: " ")
        append("<polygon class=\"\(look)\" points=\"\(path)\"/>")
    }

    enum Anchor: String {
        case start
        case middle
        case end
    }

    mutating func label(_ look: String, _ words: String, x: Double, y: Double, _ anchor: Anchor = .start) {
        let place = "x=\"\(SVGText.number(x))\" y=\"\(SVGText.number(y))\" text-anchor=\"\(anchor.rawValue)\""
        append("<text class=\"\(look)\" \(place)>\(Markup.escaped(words))</text>")
    }

    /// A pattern of slanting lines over a ground. `ground` and `lines` are classes.
    mutating func hatching(_ id: String, ground: String, lines: String, turned degrees: Int = 45, step: Int = 5) {
        append(
            """
            <defs><pattern id="\(id)" width="\(step)" height="\(step)" patternUnits="userSpaceOnUse" patternTransform="rotate(\(degrees))">\
            <rect class="\(ground)" width="\(step)" height="\(step)"/><line class="\(lines)" x1="0" y1="0" x2="0" y2="\(step)"/></pattern></defs>
            """)
    }

    /// At most one digit behind the point: a tenth of a unit cannot be seen.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let rest = tenths.magnitude % 10
        return "\(sign)\(tenths.magnitude / 10)" + (rest == 0 ? "" : ".\(rest)")
    }
}
