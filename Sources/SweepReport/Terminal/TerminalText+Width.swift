/// How many columns text takes.
extension TerminalText {
    /// The columns of sanitised text: 0 for marks, 2 for East Asian wide characters and emoji, 1 for the rest.
    package static func width(_ text: some StringProtocol) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + width($1) }
    }

    static func width(_ character: Character) -> Int {
        guard let base = character.unicodeScalars.first else { return 0 }
        if base.isASCII, character.utf8.count == 1 { return 1 }
        // The sign that asks for a picture: ❤ has one column, ❤️ two.
        if character.unicodeScalars.contains("\u{FE0F}"), base.properties.isEmoji { return 2 }
        if base.properties.isEmojiPresentation || isWide(base.value) { return 2 }
        switch base.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .control, .format: return 0
        default: return 1
        }
    }

    /// The blocks of Unicode's East Asian Width W and F; emoji are told by their own property.
    private static func isWide(_ value: UInt32) -> Bool {
        guard value >= 0x1100 else { return false }
        switch value {
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF,
            0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60,
            0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265, 0x20000...0x3FFFD:
            return true
        default: return false
        }
    }
}
