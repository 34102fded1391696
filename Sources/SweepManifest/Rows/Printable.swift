import SweepModel

/// Makes text that came from outside fit to be shown or kept: no secrets, no control characters, no excess length.
enum Printable {
    /// For hints and warnings: redacted, control characters (and the marks that turn the direction of writing) replaced by
    /// U+FFFD, at most `limit` characters.
    static func excerpt(_ text: String, limit: Int = 60) -> String {
        let safe = String.UnicodeScalarView(redacted(text).unicodeScalars.prefix(limit * 8).map { isControl($0) ? "\u{FFFD}" : $0 })
        return capped(String(safe), limit)
    }

    static func redacted(_ text: String) -> String {
        var copy = text
        return copy.withUTF8 { mayHoldSecret($0.span) } ? Redaction.redact(text) : text
    }

    /// Whether a word is of a length that known forms of secrets have: a quick no for nearly every text.
    ///
    /// Words are runs of letters, digits, `-` and `_`: at least 37 of them, or 12 with an underscore among them.
    static func mayHoldSecret(_ text: Span<UInt8>) -> Bool {
        var (run, underscores) = (0, 0)
        for offset in 0..<text.count {
            let byte = text[unchecked: offset]
            guard isWordByte(byte) else {
                (run, underscores) = (0, 0)
                continue
            }
            run += 1
            if byte == UInt8(ascii: "_") { underscores += 1 }
            if run >= 37 || (run >= 12 && underscores > 0) { return true }
        }
        return false
    }

    /// At most `limit` characters; a cut is shown by `…`, which counts.
    static func capped(_ text: String, _ limit: Int) -> String {
        // Bytes are quick to count, and a text has at least as many of them as characters.
        guard text.utf8.count > limit, text.count > limit else { return text }
        return text.prefix(limit - 1) + "…"
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }
}
