/// Text as a JSON string.
extension [UInt8] {
    /// Appends a quoted string. Besides what JSON demands, it escapes what would act on a terminal or in a script that
    /// takes JSON for JavaScript: C1 controls, U+2028 and U+2029, direction marks and the byte order mark.
    mutating func append(quoted text: String) {
        append(UInt8(ascii: "\""))
        let value = text.utf8.span
        if isPlainJSON(value) {
            append(contentsOf: text.utf8)
        } else {
            for scalar in text.unicodeScalars { append(escaped: scalar) }
        }
        append(UInt8(ascii: "\""))
    }

    /// Whether the text holds nothing that may need an escape: the common case, told in one pass without a branch for each byte.
    private func isPlainJSON(_ value: Span<UInt8>) -> Bool {
        // A pointer, because the loop over it becomes one over whole vectors.
        value.withUnsafeBufferPointer { bytes in
            var found: UInt8 = 0
            for byte in bytes {
                found |= (byte < 0x20 ? 1 : 0) | (byte >= 0x7F ? 1 : 0)
                found |= (byte == UInt8(ascii: "\"") ? 1 : 0) | (byte == UInt8(ascii: "\\") ? 1 : 0)
            }
            return found == 0
        }
    }

    private mutating func append(escaped scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": append(text: "\\\"")
        case "\\": append(text: "\\\\")
        case "\n": append(text: "\\n")
        case "\r": append(text: "\\r")
        case "\t": append(text: "\\t")
        default:
            if acts(scalar) {
                append(hexadecimal: scalar)
            } else {
                append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
            }
        }
    }

    private func acts(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF: true
        default: false
        }
    }

    /// `\u202e`; every scalar that is escaped this way has four digits.
    private mutating func append(hexadecimal scalar: Unicode.Scalar) {
        append(text: "\\u")
        for shift in [12, 8, 4, 0] as [UInt32] {
            let digit = UInt8(truncatingIfNeeded: scalar.value >> shift & 15)
            append(digit < 10 ? digit + 48 : digit + 87)
        }
    }
}
