extension Span<UInt8> {
    /// Whether the bytes are the same.
    func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for offset in 0..<count where self[unchecked: offset] != other[unchecked: offset] { return false }
        return true
    }

    func starts(with prefix: [UInt8]) -> Bool {
        count >= prefix.count && extracting(0..<prefix.count).equals(prefix.span)
    }

    /// The range without white space at its ends: space, tab and line ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, self[low].isWhitespace { low += 1 }
        while low < high, self[high - 1].isWhitespace { high -= 1 }
        return low..<high
    }

    /// Whether there is neither white space nor an ASCII capital letter, so that folding would change nothing of a known name.
    var isFolded: Bool {
        for offset in 0..<count where self[offset].isWhitespace || self[offset] &- 65 < 26 || self[offset] >= 0x80 { return false }
        return true
    }

    /// Text for people: what is no UTF-8 becomes a replacement character.
    func string(in range: Range<Int>) -> String {
        extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// The offset of the first byte that cannot be UTF-8; nil where all are.
    var firstInvalidUTF8: Int? {
        do {
            _ = try UTF8Span(validating: self)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    /// The text of the range; nil where it is no UTF-8.
    func validString(in range: Range<Int>) -> String? {
        guard let text = try? UTF8Span(validating: extracting(range)) else { return nil }
        return String(copying: text)
    }

    /// Whether a byte of the range is NUL.
    func containsNUL(in range: Range<Int>) -> Bool {
        var offset = range.lowerBound
        while offset + 8 <= range.upperBound {
            if word(at: offset).hasZeroByte { return true }
            offset += 8
        }
        while offset < range.upperBound {
            if self[offset] == 0 { return true }
            offset += 1
        }
        return false
    }

    /// Eight bytes at once.
    func word(at offset: Int) -> UInt64 { bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self) }
}

extension UInt64 {
    /// Whether one of the eight bytes is 0: only there does subtracting 1 set a top bit that was not set.
    var hasZeroByte: Bool { (self &- 0x0101_0101_0101_0101) & ~self & 0x8080_8080_8080_8080 != 0 }

    /// A byte, eight times.
    init(eachByte byte: UInt8) { self = UInt64(byte) &* 0x0101_0101_0101_0101 }
}

extension UInt8 {
    static let quote = UInt8(ascii: "\"")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")

    var isWhitespace: Bool { self == UInt8(ascii: " ") || (0x09...0x0D).contains(self) }
}
