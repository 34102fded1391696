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

    /// Text for people: what is no UTF-8 becomes a replacement character.
    func string(in range: Range<Int>) -> String {
        extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// The text of the range; nil where it is no UTF-8.
    func validString(in range: Range<Int>) -> String? {
        extracting(range).withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) }
    }

    /// Whether a byte of the range is NUL. Written without an early exit, so that the compiler can look at many bytes at once.
    func containsNUL(in range: Range<Int>) -> Bool {
        var zeros = 0
        let part = extracting(range)
        for offset in 0..<part.count { zeros &+= part[unchecked: offset] == 0 ? 1 : 0 }
        return zeros > 0
    }
}

extension UInt8 {
    static let quote = UInt8(ascii: "\"")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")

    var isWhitespace: Bool { self == UInt8(ascii: " ") || (0x09...0x0D).contains(self) }
}
