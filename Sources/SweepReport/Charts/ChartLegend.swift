/// What the colours and patterns of a drawing mean, in as many rows as it takes.
struct ChartLegend {
    struct Entry {
        var words: String
        /// A class.
        var look: String
        /// A pattern of the drawing.
        var fill: String?

        init(_ words: String, look: String, fill: String? = nil) {
            self.words = words
            self.look = look
            self.fill = fill
        }
    }

    private static let rowHeight = 20.0

    private let places: [(entry: Entry, x: Double, row: Int)]

    init(_ entries: [Entry], width: Double) {
        var (x, row) = (0.0, 0)
        var places: [(entry: Entry, x: Double, row: Int)] = []
        for entry in entries {
            // A letter is about half as wide as it is high.
            let needed = 16 + Double(entry.words.count) * 6.6 + 18
            if x > 0, x + needed > width { (x, row) = (0, row + 1) }
            places.append((entry, x, row))
            x += needed
        }
        self.places = places
    }

    var height: Double { places.last.map { Double($0.row + 1) * ChartLegend.rowHeight } ?? 0 }

    func draw(into svg: inout SVGText) {
        for (entry, x, row) in places {
            let y = Double(row) * ChartLegend.rowHeight
            svg.box(entry.look, x: x + 0.5, y: y + 2.5, width: 11, height: 11, fill: entry.fill, radius: 2)
            svg.label("legend", entry.words, x: x + 17, y: y + 12)
        }
    }
}
