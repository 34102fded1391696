import SweepReport

/// Lines that stand on a terminal and will be drawn over.
struct DrawnLines {
    private var lines: [String] = []

    /// The text that draws other lines over these; empty where they stand already. What is on its way to a terminal while that is
    /// resized is laid out for neither width, and a piece of it may stay for good: so nothing is sent without need.
    ///
    /// - Parameter painted: the lines with their colors, where they have any.
    mutating func replace(with lines: [String], painted: [String]? = nil, columns: Int) -> String {
        guard lines != self.lines else { return "" }
        defer { self.lines = lines }
        return erasing(columns: columns) + (painted ?? lines).map { $0 + "\n" }.joined()
    }

    /// Moves up over the lines and clears to the end of the screen. Where the terminal has become narrower since, it has broken
    /// them, and they take more rows than they did.
    private func erasing(columns: Int) -> String {
        let rows = lines.reduce(0) { $0 + max(1, (TerminalText.width($1) + columns - 1) / columns) }
        return rows == 0 ? "" : "\u{1B}[\(rows)A\r\u{1B}[J"
    }
}
