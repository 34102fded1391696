/// Finds the lines of a text, however the bytes trickle in. A line ends at a line feed, at a carriage return or at both.
struct LineScanner: Sendable {
    struct Line: Sendable {
        /// Bytes to consume, the line's end included.
        var length: Int
        var number: Int
        /// The line was passed, but its bytes were not kept.
        var isTooLong: Bool
    }

    private let byteLimit: Int
    private var line: Int
    private var position = 0
    private var afterCarriageReturn = false

    /// `byteLimit` is the longest line in bytes; `line` the number of the line on which the window begins.
    init(byteLimit: Int, line: Int) {
        self.byteLimit = byteLimit
        self.line = line
    }

    /// The next line, blank ones included; nil at the end. The caller consumes its length before it asks again.
    mutating func next(in window: inout ByteWindow) throws(ManifestError) -> Line? {
        position = 0
        var isTooLong = false
        var isUntouched = true
        while !window.withBytes({ scan($0) }) {
            isUntouched = isUntouched && position == 0
            if position > byteLimit {
                window.consume(position)
                (position, isTooLong) = (0, true)
            }
            if try window.refill() { continue }
            if isUntouched { return nil }
            return Line(length: position, number: line, isTooLong: isTooLong || position > byteLimit)
        }
        defer { line += 1 }
        return Line(length: position, number: line, isTooLong: isTooLong || position - 1 > byteLimit)
    }

    /// True when the line's end was passed, false when the bytes ran out.
    private mutating func scan(_ bytes: Span<UInt8>) -> Bool {
        var offset = position
        defer { position = offset }
        if afterCarriageReturn, offset < bytes.count {
            // The second half of the last line's end belongs to the line that follows.
            if bytes[offset] == .lineFeed { offset += 1 }
            afterCarriageReturn = false
        }
        while offset < bytes.count {
            let byte = bytes[unchecked: offset]
            offset += 1
            if byte == .carriageReturn || byte == .lineFeed {
                afterCarriageReturn = byte == .carriageReturn
                return true
            }
        }
        return false
    }
}
