/// Finds what looks like a secret in text that came from outside, so that no secret is echoed.
package enum Redaction {
    package static let mark = "<redacted>"

    /// Replaces every word that looks like a client secret or an API credential.
    ///
    /// Known forms: `cfast_…`, `cfut_…`, `cfat_…`, `cfk_…`; 64 hexadecimal digits (client secret); 37 hexadecimal digits
    /// (API key); 40 of `[A-Za-z0-9_-]` that hold a letter and a digit (API token). Account ids (32) and UUIDs (36) stay.
    package static func redact(_ text: String) -> String {
        guard mayHoldSecret(text) else { return text }
        var result: [UInt8] = []
        var word: [UInt8] = []
        func endWord() {
            result += looksSecret(word[...]) ? Array(mark.utf8) : word
            word.removeAll(keepingCapacity: true)
        }
        for byte in text.utf8 {
            if isWordByte(byte) {
                word.append(byte)
            } else {
                endWord()
                result.append(byte)
            }
        }
        endWord()
        return String(decoding: result, as: UTF8.self)
    }

    /// False for nearly all texts, which are not taken apart then: a secret is a long word, or one with a known beginning.
    private static func mayHoldSecret(_ text: String) -> Bool {
        let isClean = text.utf8.withContiguousStorageIfAvailable { utf8 in
            var length = 0
            for byte in utf8 {
                length = isWordByte(byte) ? length + 1 : 0
                if length >= 37 || byte == UInt8(ascii: "_") { return false }
            }
            return true
        }
        return isClean != true
    }

    /// Whether the whole of a text is one word that looks like a secret.
    package static func isSecret(_ text: some StringProtocol) -> Bool {
        let word = Array(text.utf8)
        return word.allSatisfy(isWordByte) && looksSecret(word[...])
    }

    private static let prefixes = ["cfast_", "cfut_", "cfat_", "cfk_"].map { Array($0.utf8) }

    private static func looksSecret(_ word: ArraySlice<UInt8>) -> Bool {
        if prefixes.contains(where: { word.count >= $0.count + 8 && word.starts(with: $0) }) { return true }
        switch word.count {
        case 64, 37: return word.allSatisfy(isHexDigit)
        case 40: return word.contains(where: isLetter) && word.contains(where: isDigit)
        default: return false
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
