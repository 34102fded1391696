import SweepModel

/// The color of the one sentence that everybody reads: green where all is done, red where something is left, yellow while it is open.
enum Paint: String {
    case good = "32"
    case bad = "31"
    case open = "33"

    init(_ tally: Tally, _ action: JobAction) {
        self = tally.fulfilled(action) == tally.total ? .good : tally.open > 0 ? .open : .bad
    }

    /// The text in that color and bold, for a terminal that knows colors and people who want them.
    func applied(to text: String, if isWanted: Bool) -> String {
        isWanted ? "\u{1B}[1;\(rawValue)m\(text)\u{1B}[0m" : text
    }
}
