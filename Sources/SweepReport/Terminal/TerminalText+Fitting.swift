/// Making sanitised text fit a number of columns.
extension TerminalText {
    /// The text with spaces behind it, or cut with `…`: exactly `columns` wide.
    package static func fitted(_ text: String, to columns: Int) -> String {
        let cut = cut(text, to: columns)
        return cut + String(repeating: " ", count: max(0, columns - width(cut)))
    }

    /// The text with spaces in front of it, or cut: for numbers.
    package static func rightAligned(_ text: String, to columns: Int) -> String {
        let cut = cut(text, to: columns)
        return String(repeating: " ", count: max(0, columns - width(cut))) + cut
    }

    /// The text, its end replaced by `…` where it is wider than `columns`.
    package static func cut(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        guard columns > 0 else { return "" }
        return String(head(of: text[...], columns: columns - 1)) + "…"
    }

    /// The text on lines of at most `columns`, broken at spaces where there are any; what does not fit on `limit` lines
    /// is cut. At least one line.
    package static func wrapped(_ text: String, to columns: Int, limit: Int) -> [String] {
        var lines: [String] = []
        var rest = text[...]
        while lines.count < limit - 1, width(rest) > columns {
            let line = firstLine(of: rest, columns: columns)
            lines.append(String(line))
            rest = rest[line.endIndex...].drop { $0 == " " }
        }
        lines.append(cut(String(rest), to: columns))
        return lines
    }

    /// The line on as many lines as it needs, the later ones indented two columns more than the first. It is broken where two
    /// spaces part what belongs together, and elsewhere only where that is wider than a line; in a command in backquotes nowhere,
    /// for it is there to be copied.
    package static func folded(_ line: String, to columns: Int) -> [String] {
        let indent = line.prefix { $0 == " " }.count
        guard width(line) > columns, columns > indent + 20 else { return [line] }
        var lines: [String] = []
        for cell in line.dropFirst(indent).split(separator: "  ") {
            if let last = lines.last, width(last) + 2 + width(cell) <= columns {
                lines[lines.count - 1] = "\(last)  \(cell)"
                continue
            }
            for part in wrappedAroundCommands(cell, to: columns - indent - 2) {
                lines.append(String(repeating: " ", count: lines.isEmpty ? indent : indent + 2) + part)
            }
        }
        return lines
    }

    private static func wrappedAroundCommands(_ text: Substring, to columns: Int) -> [String] {
        var words: [String] = []
        for word in text.split(separator: " ") {
            if let last = words.last, last.hasPrefix("`"), !last.dropFirst().contains("`") {
                words[words.count - 1] = "\(last) \(word)"
            } else {
                words.append(String(word))
            }
        }
        var lines: [String] = []
        for word in words {
            if let last = lines.last, width(last) + 1 + width(word) <= columns {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines += word.hasPrefix("`") ? [word] : wrapped(word, to: columns, limit: .max)
            }
        }
        return lines
    }

    /// As many whole words as fit; a word that is too long alone is broken. Never empty.
    private static func firstLine(of text: Substring, columns: Int) -> Substring {
        let fitting = head(of: text, columns: columns)
        guard !fitting.isEmpty else { return text.prefix(1) }
        if fitting.endIndex < text.endIndex, text[fitting.endIndex] == " " { return fitting }
        guard let space = fitting.lastIndex(of: " "), space > fitting.startIndex else { return fitting }
        return fitting[..<space]
    }

    private static func head(of text: Substring, columns: Int) -> Substring {
        var used = 0
        return text.prefix { character in
            used += width(character)
            return used <= columns
        }
    }
}
