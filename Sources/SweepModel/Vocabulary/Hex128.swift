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
    var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            for offset in 0..<16 {
                let word = offset < 8 ? high : low
                buffer.initializeElement(at: offset, to: UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (offset & 7))))
            }
            count = 16
        }
    }

    /// 32 lower-case digits; bit n of `dashes` tells that a dash stands before digit n.
    func text(dashesBefore dashes: UInt32 = 0) -> String {
        String(unsafeUninitializedCapacity: 32 + dashes.nonzeroBitCount) { buffer in
            var end = 0
            for position in 0..<32 {
                if dashes >> UInt32(position) & 1 == 1 {
                    buffer[end] = UInt8(ascii: "-")
                    end += 1
                }
                let word = position < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: word >> (60 - 4 * (position & 15))) & 15
                buffer[end] = digit < 10 ? digit + 48 : digit + 87
                end += 1
            }
            return end
        }
    }
}
