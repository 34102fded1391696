/// Text from outside as Markdown that shows it and nothing else.
enum MarkdownText {
    /// The text on one line, with everything escaped that could be markup, a link, an HTML tag or the end of a table's cell.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in TerminalText.sanitised(text).unicodeScalars { result += escape(scalar, after: result) }
        return result
    }

    private static func escape(_ scalar: Unicode.Scalar, after text: String) -> String {
        switch scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "$", "!": "\\" + String(scalar)
        // `https://…` and `www.…` become links without any markup unless these are hidden.
        case "/" where text.hasSuffix(":"): "\\/"
        case "." where text.suffix(3).lowercased() == "www": "\\."
        default: String(scalar)
        }
    }

    /// `| a | b |`
    static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    /// A heading line and the one below it, which aligns all columns but the first `texts` to the right.
    static func heading(_ titles: [String], texts: Int) -> [String] {
        [line(titles), line(titles.indices.map { $0 < texts ? "---" : "---:" })]
    }
}
