/// Text as HTML and SVG show it.
package enum Markup {
    /// Marks in a row that stay on one letter; towers of them would cover the lines above and below.
    private static let marksOnALetter = 4

    /// The text with what is markup escaped, fit for content and for quoted attributes, and with everything made visible that
    /// acts or deceives: see `visible`.
    package static func escaped(_ text: String) -> String {
        if text.utf8.allSatisfy(isPlain) { return text }
        var result = ""
        for scalar in visible(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The text with control characters by their names (`⟨ESC⟩`), and what is invisible or turns the direction of text by its
    /// number (`⟨U+202E⟩`): nothing is left out, so that two names that differ look different.
    package static func visible(_ text: String) -> String {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        var result = String.UnicodeScalarView()
        var marks = 0
        for scalar in text.unicodeScalars {
            let isMark = !scalar.isASCII && [.nonspacingMark, .enclosingMark].contains(scalar.properties.generalCategory)
            marks = isMark ? marks + 1 : 0
            if marks > marksOnALetter || isHidden(scalar, after: result.last) {
                result.append(contentsOf: "⟨\(name(scalar))⟩".unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// Bytes that are neither markup nor anything but themselves.
    private static func isPlain(_ byte: UInt8) -> Bool {
        guard (0x20..<0x7F).contains(byte) else { return false }
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): return false
        default: return true
        }
    }

    private static func isHidden(_ scalar: Unicode.Scalar, after last: Unicode.Scalar?) -> Bool {
        guard !scalar.isASCII else { return scalar.value < 0x20 || scalar.value == 0x7F }
        // What joins pictures, and chooses their look, does no harm behind one.
        if ["\u{200D}", "\u{FE0E}", "\u{FE0F}"].contains(scalar), let last, last.properties.isEmoji || last == "\u{FE0F}" {
            return last.isASCII
        }
        if scalar.properties.isDefaultIgnorableCodePoint { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
        default: return false
        }
    }

    /// `ESC`, or the number for what few people know by name. The pictures of control characters are missing in many fonts.
    private static func name(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\0": return "NUL"
        case "\t": return "TAB"
        case "\n": return "LF"
        case "\r": return "CR"
        case "\u{1B}": return "ESC"
        default: break
        }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
