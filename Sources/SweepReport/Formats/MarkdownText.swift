/// Text from outside as Markdown that shows it and nothing else.
enum MarkdownText {
    /// The text on one line, with everything escaped that could be markup, a link, an HTML tag or the end of a table's cell.
    static func escaped(_ text: String) -> String {
        if text.utf8.allSatisfy(isPlain) { return text }
        var result = ""
        for scalar in TerminalText.sanitised(text).unicodeScalars { result += escape(scalar, after: result) }
        return result
    }

    /// Bytes that need no look at what stands before them: ids, times and most words are made of nothing else.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: ","):
            true
        default: false
        }
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
