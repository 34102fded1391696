/// Breaks a text at its spaces into lines of at most `width` characters, indentation included. A word longer than a line stays whole.
///
/// - Parameter firstIndent: the indentation of the first line where it differs.
func wrapped(_ text: String, width: Int, indent: Int = 0, firstIndent: Int? = nil) -> [String] {
    var lines: [String] = []
    var line = String(repeating: " ", count: firstIndent ?? indent)
    var isEmpty = true
    for word in text.split(separator: " ") {
        if !isEmpty, line.count + 1 + word.count > width {
            lines.append(line)
            line = String(repeating: " ", count: indent)
            isEmpty = true
        }
        line += isEmpty ? String(word) : " \(word)"
        isEmpty = false
    }
    return isEmpty ? lines : lines + [line]
}
