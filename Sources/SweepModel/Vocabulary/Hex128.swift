/// 128 bits, read from and written as hexadecimal digits: what UUIDs and Cloudflare's object ids are made of.
struct Hex128: Sendable, Hashable, Comparable {
    var high: UInt64
    var low: UInt64

    static func < (left: Hex128, right: Hex128) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    /// Reads exactly 32 hexadecimal digits of either case; bit n of `dashes` tells that a dash stands at offset n.
    ///
    /// A mask and a span, because a large manifest has its ids read a million times a second.
    init?(_ text: Span<UInt8>, dashesAt dashes: UInt64 = 0) {
        guard text.count == 32 + dashes.nonzeroBitCount else { return nil }
        var value = (high: UInt64(0), low: UInt64(0))
        var isSound = true
        for offset in 0..<text.count {
            let byte = text[unchecked: offset]
            if dashes >> UInt64(offset) & 1 == 1 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            // No branch on the digit: which it is cannot be predicted.
            isSound = isSound && (byte &- 48 < 10) != ((byte | 0x20) &- 97 < 6)
            value.high = value.high << 4 | value.low >> 60
            value.low = value.low << 4 | UInt64((byte & 15) &+ 9 &* (byte >> 6))
        }
        guard isSound else { return nil }
        (high, low) = value
    }

    /// The 16 bytes, most significant first.
    init(bytes: Span<UInt8>) {
        (high, low) = (0, 0)
        for index in 0..<8 {
            high = high << 8 | UInt64(bytes[index])
            low = low << 8 | UInt64(bytes[index + 8])
        }
    }

    /// The 16 bytes, most significant first.
    var bytes: InlineArray<16, UInt8> {
        InlineArray { offset in
            let word = offset < 8 ? high : low
            return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (offset & 7)))
        }
    }

    /// 32 lower-case digits; bit n of `dashes` tells that a dash stands before digit n, which is the first of four.
    func text(dashesBefore dashes: UInt32 = 0) -> String {
        String(unsafeUninitializedCapacity: 32 + dashes.nonzeroBitCount) { buffer in
            var end = 0
            for group in 0..<8 {
                if dashes >> UInt32(4 * group) & 1 == 1 {
                    buffer[end] = UInt8(ascii: "-")
                    end += 1
                }
                let word = group < 4 ? high : low
                let digits = Hex128.digits(of: UInt16(truncatingIfNeeded: word >> UInt64(48 - 16 * (group & 3))))
                for place in 0..<4 { buffer[end + place] = UInt8(truncatingIfNeeded: digits >> UInt32(24 - 8 * place)) }
                end += 4
            }
            return end
        }
    }

    /// Four digits, the first one in the highest byte: all are made at once, for every request and every row of a report has ids.
    private static func digits(of number: UInt16) -> UInt32 {
        let pairs = (UInt32(number) | UInt32(number) << 8) & 0x00FF_00FF
        let values = (pairs | pairs << 4) & 0x0F0F_0F0F
        // 1 in each byte that is a letter: adding 6 carries a value beyond 9 into the upper half of its byte.
        let letters = (values &+ 0x0606_0606) >> 4 & 0x0101_0101
        return values &+ 0x3030_3030 &+ letters &* 39
    }
}
