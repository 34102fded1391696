import SweepModel

/// Text from outside on its way into a report: capped, without NUL, and with what looks like a secret removed.
enum Excerpt {
    /// Unicode scalars that are kept; not characters, one of which may be endless.
    static let longest = 500

    static func clean(_ text: String) -> String {
        // Nearly all texts need nothing else.
        if text.utf8.count <= longest, text.utf8.withContiguousStorageIfAvailable({ $0.contains(0) }) == false {
            return Redaction.redact(text)
        }
        // More than is kept, so that a secret is seen whole before the text is cut.
        let start = text.unicodeScalars.prefix(8 * longest).filter { $0.value != 0 }
        let redacted = Redaction.redact(String(String.UnicodeScalarView(start)))
        return String(redacted.unicodeScalars.prefix(longest))
    }

    /// The title of an HTML page, or the first words of any other text; nil when there are none.
    static func of(_ body: [UInt8]) -> String? {
        let text = String(decoding: body.prefix(4096), as: UTF8.self)
        let words = clean(title(of: text) ?? withoutTags(text)).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.isEmpty ? nil : String(words.unicodeScalars.prefix(200))
    }

    /// What stands between `<title…>` and `</title`.
    private static func title(of text: String) -> String? {
        let bytes = Array(text.utf8)
        let lowered = bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        guard let tag = lowered.firstIndex(of: "<title", from: 0),
            let start = lowered[tag...].firstIndex(of: UInt8(ascii: ">")),
            let end = lowered.firstIndex(of: "</title", from: start)
        else { return nil }
        return String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
    }

    private static func withoutTags(_ text: String) -> String {
        var isInTag = false
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "<" { isInTag = true }
            if !isInTag { kept.append(scalar) }
            if scalar == ">" && isInTag {
                isInTag = false
                kept.append(" ")
            }
        }
        return String(kept)
    }
}

extension [UInt8] {
    fileprivate func firstIndex(of text: StaticString, from start: Int) -> Int? {
        text.withUTF8Buffer { wanted in
            guard count - start >= wanted.count else { return nil }
            return (start...(count - wanted.count)).first { self[$0...].starts(with: wanted) }
        }
    }
}
