import SweepModel

/// What people write where a token's id is wanted, and what to tell them.
enum TokenIDRule {
    static let secretHint = "this is a secret: treat the manifest as one; the token's id is a UUID"

    static func problem(_ name: FieldName, text: String) -> RowProblem {
        if looksSecret(text) { return RowProblem(name, "a secret, not an id", hint: secretHint) }
        return RowProblem(name, "not a UUID", hint: hint(text))
    }

    /// What stood there, fit for a report: redacted, at most 200 characters.
    static func printable(_ text: String) -> String {
        let redacted = Printable.redacted(text)
        return redacted == text && looksSecret(text) ? Redaction.mark : Printable.capped(redacted, 200)
    }

    /// Whether a text is an id or a secret, and so no name of a column.
    static func isValue(_ text: String) -> Bool {
        let text = FieldName.folded(text)
        return TokenID(text) != nil || ScopeID(text) != nil || looksSecret(text)
    }

    /// Besides the known forms: damaged ones, which hold most of a secret. Hexadecimal digits that are too many for an id
    /// may be a cut client secret.
    private static func looksSecret(_ text: String) -> Bool {
        if Printable.redacted(text) != text { return true }
        let prefixes = ["cfast_", "cfut_", "cfat_", "cfk_", "bearer "]
        let folded = text.lowercased()
        return prefixes.contains(where: folded.hasPrefix) || (text.utf8.count > 36 && text.utf8.allSatisfy(\.isHexDigit))
    }

    private static func hint(_ text: String) -> String {
        let bytes = Array(text.utf8)
        if ClientIDRule.isPlain(bytes.span) { return "this is a client id; the id is the UUID that the API calls id" }
        if bytes.count == 32, bytes.allSatisfy(\.isHexDigit) {
            return "32 hexadecimal digits are an account's or zone's id, or a UUID without its dashes"
        }
        if let first = text.first, let last = text.last, "{(<[\"'".contains(first), "})>]\"'".contains(last) {
            return "remove the brackets or quotes around it"
        }
        if bytes.contains(0) { return "it contains a NUL character" }
        if bytes.contains(where: \.isWhitespace) { return "it contains a space" }
        if bytes.contains(where: { $0 >= 0x80 }) { return "it contains a character that is neither a digit, a letter a to f, nor a dash" }
        return hint(length: bytes.count)
    }

    private static func hint(length: Int) -> String {
        switch length {
        case 35: "36 characters are needed, this has 35: one is missing"
        case 36: "a UUID is 8, 4, 4, 4 and 12 hexadecimal digits with dashes between them"
        case 37: "36 characters are needed, this has 37: one is too many"
        default: "36 characters are needed, this has \(length)"
        }
    }
}

/// Client ids: `<32 hexadecimal digits>.access`, in some documents with a domain behind it.
enum ClientIDRule {
    /// Whether the text is a client id as the API writes them.
    static func isPlain(_ text: Span<UInt8>) -> Bool {
        let suffix: StaticString = ".access"
        guard text.count >= 32 + suffix.utf8CodeUnitCount else { return false }
        var isHex = true
        for offset in 0..<32 { isHex = text[unchecked: offset].isHexDigit && isHex }
        guard isHex else { return false }
        let matches = suffix.withUTF8Buffer { suffix in suffix.indices.allSatisfy { text[32 + $0] == suffix[$0] } }
        guard matches, text.count > 39 else { return matches }
        // What follows is a domain: too short and of the wrong letters for a secret.
        return text[39] == UInt8(ascii: ".") && text.count < 76 && (40..<text.count).allSatisfy { isDomainByte(text[$0]) }
    }

    private static func isDomainByte(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    static func holdsSecret(_ text: String) -> Bool { Printable.redacted(text) != text }

    static func secretProblem(_ name: FieldName) -> RowProblem {
        RowProblem(name, "a secret, not a client id", hint: "this is a secret: treat the manifest as one, and remove the value")
    }
}

extension UInt8 {
    var isHexDigit: Bool { (self &- 48 < 10) != ((self | 0x20) &- 97 < 6) }
}
