/// What a word of a command line is by its looks alone.
enum Word: Equatable {
    /// `--`: every word after it is positional.
    case terminator
    /// `--name` or `--name=value`.
    case long(String, value: String?)
    /// `-x`, `-xyz`, `-xVALUE`: what follows the dash.
    case short(Substring)
    /// Anything else, `-` and numbers below zero included.
    case plain(String)

    init(_ text: String) {
        if text == "--" {
            self = .terminator
        } else if text.hasPrefix("--") {
            let parts = text.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            self = .long(String(parts[0]), value: parts.count > 1 ? String(parts[1]) : nil)
        } else if text.hasPrefix("-"), text != "-", !looksNegative(text) {
            self = .short(text.dropFirst())
        } else {
            self = .plain(text)
        }
    }
}

/// Whether a dash begins a number: `-5`, `-.5`.
private func looksNegative(_ text: String) -> Bool {
    let rest = text.dropFirst().drop { $0 == "." }
    return rest.first.map { $0.isASCII && $0.isNumber } ?? false
}
