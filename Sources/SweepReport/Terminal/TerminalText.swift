/// Text from outside made fit for a terminal: it can neither act there nor lie about its order, and it has a known width.
package enum TerminalText {
    /// What stands for a character that is not shown.
    package static let substitute: Unicode.Scalar = "\u{FFFD}"

    /// Marks in a row that stay on one letter; towers of them would cover the lines above and below.
    private static let marksOnALetter = 4

    /// The text on one line: line breaks and tabs become spaces; control characters, escape sequences' starts, direction
    /// marks and everything invisible become `�`.
    package static func sanitised(_ text: String) -> String {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        var result = String.UnicodeScalarView()
        var marks = 0
        for scalar in text.unicodeScalars {
            if (0x20..<0x7F).contains(scalar.value) {
                marks = 0
                result.append(scalar)
                continue
            }
            let isMark = [.nonspacingMark, .enclosingMark].contains(scalar.properties.generalCategory)
            marks = isMark ? marks + 1 : 0
            if marks <= marksOnALetter, let shown = shown(scalar, after: result.last) { result.append(shown) }
        }
        return String(result)
    }

    /// What is shown for a character; nil for nothing at all.
    private static func shown(_ scalar: Unicode.Scalar, after last: Unicode.Scalar?) -> Unicode.Scalar? {
        switch scalar {
        case "\t", "\n", "\u{0B}", "\u{0C}", "\r", "\u{85}", "\u{2028}", "\u{2029}": return " "
        // The choice between a picture and a sign is harmless; a picture whose joiner is gone is shown as its parts,
        // of which every terminal knows the width.
        case "\u{FE0E}", "\u{FE0F}": return isPicture(last) ? scalar : substitute
        case "\u{200D}": return isPicture(last) || last == "\u{FE0F}" ? nil : substitute
        default: break
        }
        if scalar.properties.isDefaultIgnorableCodePoint { return substitute }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return substitute
        default: return scalar
        }
    }

    private static func isPicture(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        // Digits are "emoji" to Unicode, because keycaps are made of them.
        return scalar.properties.isEmoji && !scalar.isASCII
    }
}
