/// Replaces the escapes of a JSON string that a `JSONCursor` has checked. What an escape stands for is never longer than the escape.
package enum JSONEscapes {
    /// Replaces them in place; returns the new length.
    package static func replace(in text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var (read, write) = (0, 0)
        func put(_ byte: UInt8) {
            text[write] = byte
            write += 1
        }
        while read < text.count {
            if text[read] != UInt8(ascii: "\\") {
                put(text[read])
                read += 1
            } else if let byte = simple(text[read + 1]) {
                put(byte)
                read += 2
            } else {
                let (scalar, length) = scalar(read, in: text)
                UTF8.encode(scalar)?.forEach(put)
                read += length
            }
        }
        return write
    }

    /// The number that four hexadecimal digits write; nil if one of them is none.
    static func unit(_ offset: Int, _ byte: (Int) -> UInt8) -> UInt32? {
        var value: UInt32 = 0
        for offset in offset..<offset + 4 {
            guard let digit = Character(Unicode.Scalar(byte(offset))).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private static func simple(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "u"): nil
        default: byte
        }
    }

    /// What `\uXXXX`, or a pair of them, stands for, and how many bytes wrote it.
    private static func scalar(_ offset: Int, in text: UnsafeMutableBufferPointer<UInt8>) -> (Unicode.Scalar, length: Int) {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        guard let high = unit(offset + 2, { text[$0] }) else { return (replacement, 6) }
        guard (0xD800..<0xDC00).contains(high), let low = unit(offset + 8, { text[$0] }) else {
            return (Unicode.Scalar(high) ?? replacement, 6)
        }
        return (Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? replacement, 12)
    }
}
