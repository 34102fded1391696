/// One value of a CSV record.
extension [UInt8] {
    mutating func endField() { append(UInt8(ascii: ",")) }

    mutating func endRecord() {
        append(UInt8(ascii: "\r"))
        append(UInt8(ascii: "\n"))
    }

    /// Appends a value from outside: defused, and quoted where it must be.
    mutating func append(field text: String?) {
        guard let text, !text.isEmpty else { return }
        let value = text.utf8.span
        if isPlain(value) {
            append(contentsOf: text.utf8)
        } else {
            append(unusual: value)
        }
    }

    /// Whether a value can stand as it is: the common case, told in one pass without a branch for each byte.
    private func isPlain(_ value: Span<UInt8>) -> Bool {
        if mayStartFormula(value[0]) { return false }
        // A pointer, because the loop over it becomes one over whole vectors.
        return value.withUnsafeBufferPointer { bytes in
            var found: UInt8 = 0
            for byte in bytes {
                found |= (byte < 0x20 ? 1 : 0) | (byte == UInt8(ascii: "\"") ? 1 : 0) | (byte == UInt8(ascii: ",") ? 1 : 0)
            }
            return found == 0
        }
    }

    private mutating func append(unusual value: Span<UInt8>) {
        var isQuoted = false
        for index in value.indices {
            let byte = value[index]
            if (1..<0x20).contains(byte) || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: ",") { isQuoted = true }
        }
        if isQuoted { append(UInt8(ascii: "\"")) }
        if looksLikeFormula(value) { append(UInt8(ascii: "'")) }
        for index in value.indices where value[index] != 0 {
            if value[index] == UInt8(ascii: "\"") { append(UInt8(ascii: "\"")) }
            append(value[index])
        }
        if isQuoted { append(UInt8(ascii: "\"")) }
    }

    /// Bytes with which a formula, the spaces before it, or a full-width sign begins.
    private func mayStartFormula(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), UInt8(ascii: " "), 0xEF, 0xC2, 0xE2, 0xE3: true
        default: false
        }
    }

    /// Whether a spreadsheet could take the value for a formula: it begins, after spaces, with `=`, `+`, `-`, `@` or one of their
    /// full-width forms, or with a tab or a line break, which some programs drop. A lone `-`, the name of standard input, is none.
    private func looksLikeFormula(_ value: Span<UInt8>) -> Bool {
        if value.count == 1, value[0] == UInt8(ascii: "-") { return false }
        var start = 0
        // NUL is left out of the value, so what follows it stands first; U+FEFF, U+00A0 and U+3000 are blanks to spreadsheets.
        while start < value.count, let blank = blankLength(value, at: start) { start += blank }
        guard start < value.count else { return false }
        switch value[start] {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0A, 0x0D: return true
        default: return isFullWidthSign(value, at: start)
        }
    }

    /// How many bytes the blank at an offset has; nil where there is none.
    private func blankLength(_ value: Span<UInt8>, at start: Int) -> Int? {
        func follows(_ bytes: UInt8...) -> Bool {
            start + bytes.count <= value.count && bytes.indices.allSatisfy { value[start + $0] == bytes[$0] }
        }
        if value[start] == 0 || value[start] == UInt8(ascii: " ") { return 1 }
        if follows(0xC2, 0xA0) { return 2 }
        return follows(0xEF, 0xBB, 0xBF) || follows(0xE3, 0x80, 0x80) || follows(0xE2, 0x80, 0x8B) ? 3 : nil
    }

    /// U+FF0B `＋`, U+FF0D `－`, U+FF1D `＝`, U+FF20 `＠`
    private func isFullWidthSign(_ value: Span<UInt8>, at start: Int) -> Bool {
        guard start + 3 <= value.count, value[start] == 0xEF, value[start + 1] == 0xBC else { return false }
        return [0x8B, 0x8D, 0x9D, 0xA0].contains(value[start + 2])
    }
}
