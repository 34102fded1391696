import SweepReport

/// Lines that stand on a terminal and will be drawn over.
struct DrawnLines {
    private var widths: [Int] = []

    init(_ lines: [String] = []) { widths = lines.map { TerminalText.width($0) } }

    /// Moves up over the lines and clears to the end of the screen. Where the terminal has become narrower since, it has broken
    /// them, and they take more rows than they did.
    func erasing(columns: Int) -> String {
        let rows = widths.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
        return rows == 0 ? "" : "\u{1B}[\(rows)A\r\u{1B}[J"
    }
}
