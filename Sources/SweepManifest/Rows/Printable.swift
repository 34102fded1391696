import SweepModel

/// Makes text that came from outside fit to be shown or kept: no secrets, no control characters, no excess length.
enum Printable {
    /// For hints and warnings: redacted, control characters (and the marks that turn the direction of writing) replaced by
    /// U+FFFD, at most `limit` characters.
    static func excerpt(_ text: String, limit: Int = 60) -> String {
        let safe = String.UnicodeScalarView(redacted(text).unicodeScalars.prefix(limit * 8).map { isControl($0) ? "\u{FFFD}" : $0 })
        return capped(String(safe), limit)
    }

    /// Redacted. Text without a run of 12 letters, digits, `-` or `_` holds no known form of a secret, and is not looked at twice.
    static func redacted(_ text: String) -> String {
        var run = 0
        for byte in text.utf8 {
            run = isWordByte(byte) ? run + 1 : 0
            if run == 12 { return Redaction.redact(text) }
        }
        return text
    }

    /// At most `limit` characters; a cut is shown by `…`, which counts.
    static func capped(_ text: String, _ limit: Int) -> String {
        // Bytes are quick to count, and a text has at least as many of them as characters.
        guard text.utf8.count > limit, text.count > limit else { return text }
        return text.prefix(limit - 1) + "…"
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }
}
