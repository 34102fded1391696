/// Finds the rows of a CSV file and their fields (RFC 4180), however the bytes trickle in.
///
/// A row ends at a line feed, at a carriage return or at both. A quote opens a quoted field only as a field's first byte; elsewhere
/// it is a character like any other. A row that is too long is read to its end by the same rules but not kept: what stands
/// between quotes is never taken for rows of its own.
struct CSVScanner: Sendable {
    struct Field: Sendable {
        /// The content in the window, without the quotes around it.
        var range: Range<Int>
        var isQuoted: Bool
        var hasDoubledQuotes: Bool
    }

    enum Flaw: Sendable {
        case textAfterQuote
        case tooLong
        case unterminatedQuote
    }

    /// One row; its fields are those of the scanner until the next one is looked for.
    struct Record: Sendable {
        /// Bytes to consume, the row's end included.
        var length: Int
        var lines: ClosedRange<Int>
        /// All of them; only the first `fieldLimit` are kept.
        var fieldCount: Int
        var flaw: Flaw?
        /// The line on which the last quoted field began.
        var quoteLine: Int
    }

    private enum State: Sendable {
        case rowStart, fieldStart, plain, quoted, quoteInQuotes
    }

    private let delimiter: UInt8
    private let byteLimit: Int
    /// How many fields of a row are kept.
    var fieldLimit: Int
    private(set) var fields: [Field] = []

    private var state = State.rowStart
    private var position = 0
    private var fieldStart = 0
    private var fieldCount = 0
    private var isQuoted = false
    private var hasDoubledQuotes = false
    private var hasTextAfterQuote = false
    private var isTooLong = false
    private var afterCarriageReturn = false
    private var line: Int
    private var quoteLine = 0

    /// `byteLimit` is the longest row in bytes; `line` the number of the line on which the window begins.
    init(delimiter: UInt8, byteLimit: Int, fieldLimit: Int, line: Int) {
        self.delimiter = delimiter
        self.byteLimit = byteLimit
        self.fieldLimit = fieldLimit
        self.line = line
    }

    /// The next row, blank ones included; nil at the end. The caller consumes its length before it asks again.
    mutating func next(in window: inout ByteWindow) throws(ManifestError) -> Record? {
        begin()
        let firstLine = line
        while !window.withBytes({ scan($0) }) {
            if position > byteLimit { forget(&window) }
            if try window.refill() { continue }
            if state == .rowStart { return nil }
            return endOfInput(firstLine: firstLine)
        }
        // The line end was counted, but belongs to this row.
        return record(firstLine...max(firstLine, line - 1), contentLength: position - 1)
    }

    private mutating func begin() {
        fields.removeAll(keepingCapacity: true)
        (state, position, fieldCount) = (.rowStart, 0, 0)
        (hasTextAfterQuote, isTooLong) = (false, false)
    }

    /// Gives up the bytes of a row that is too long; the state goes on.
    private mutating func forget(_ window: inout ByteWindow) {
        window.consume(position)
        fields.removeAll(keepingCapacity: true)
        (position, fieldStart, isTooLong) = (0, 0, true)
    }

    private mutating func endOfInput(firstLine: Int) -> Record {
        let isOpen = state == .quoted
        if state == .fieldStart { (fieldStart, isQuoted) = (position, false) }
        endField(at: state == .quoteInQuotes ? position - 1 : position)
        var record = record(firstLine...line, contentLength: position)
        if isOpen { record.flaw = .unterminatedQuote }
        return record
    }

    private mutating func record(_ lines: ClosedRange<Int>, contentLength: Int) -> Record {
        isTooLong = isTooLong || contentLength > byteLimit
        // Whether the window happened to hold the row to its end must make no difference.
        if isTooLong { fields.removeAll(keepingCapacity: true) }
        let flaw: Flaw? = isTooLong ? .tooLong : hasTextAfterQuote ? .textAfterQuote : nil
        return Record(length: position, lines: lines, fieldCount: fieldCount, flaw: flaw, quoteLine: quoteLine)
    }

    private mutating func endField(at end: Int) {
        if fields.count < fieldLimit, !isTooLong {
            fields.append(Field(range: fieldStart..<end, isQuoted: isQuoted, hasDoubledQuotes: hasDoubledQuotes))
        }
        fieldCount += 1
        state = .fieldStart
    }
}

extension CSVScanner {
    /// Goes on where the last call stopped. True when the row's end was passed, false when the bytes ran out.
    private mutating func scan(_ bytes: Span<UInt8>) -> Bool {
        while position < bytes.count {
            switch state {
            case .rowStart: startRow(bytes[position])
            case .fieldStart: startField(bytes[position])
            case .plain:
                passPlain(bytes)
                if position < bytes.count, endField(at: position, before: bytes[position]) { return true }
            case .quoted: passQuoted(bytes)
            case .quoteInQuotes:
                if passByteAfterQuote(bytes[position]) { return true }
            }
        }
        return false
    }

    private mutating func startRow(_ byte: UInt8) {
        // The second half of the last row's end.
        if afterCarriageReturn, byte == .lineFeed { position += 1 } else { state = .fieldStart }
        afterCarriageReturn = false
    }

    private mutating func startField(_ byte: UInt8) {
        hasDoubledQuotes = false
        isQuoted = byte == .quote
        if isQuoted {
            position += 1
            quoteLine = line
        }
        state = isQuoted ? .quoted : .plain
        fieldStart = position
    }

    private mutating func passPlain(_ bytes: Span<UInt8>) {
        var offset = position
        let delimiter = self.delimiter
        let (delimiters, lineFeeds) = (UInt64(eachByte: delimiter), UInt64(eachByte: .lineFeed))
        let carriageReturns = UInt64(eachByte: .carriageReturn)
        // Eight bytes at a time, as long as none of them ends the field.
        while offset + 8 <= bytes.count {
            let word = bytes.word(at: offset)
            let isEnd = (word ^ delimiters).hasZeroByte || (word ^ lineFeeds).hasZeroByte || (word ^ carriageReturns).hasZeroByte
            if isEnd { break }
            offset += 8
        }
        while offset < bytes.count {
            let byte = bytes[unchecked: offset]
            if byte == delimiter || byte == .lineFeed || byte == .carriageReturn { break }
            offset += 1
        }
        position = offset
    }

    /// To the byte after the next quote, counting the lines between.
    private mutating func passQuoted(_ bytes: Span<UInt8>) {
        var offset = position
        while offset < bytes.count {
            let byte = bytes[unchecked: offset]
            offset += 1
            if byte == .quote {
                state = .quoteInQuotes
                afterCarriageReturn = false
                break
            }
            if byte == .carriageReturn || (byte == .lineFeed && !afterCarriageReturn) { line += 1 }
            afterCarriageReturn = byte == .carriageReturn
        }
        position = offset
    }

    /// True when the row's end was passed.
    private mutating func passByteAfterQuote(_ byte: UInt8) -> Bool {
        if byte == .quote {
            hasDoubledQuotes = true
            state = .quoted
            position += 1
            return false
        }
        if byte == delimiter || byte == .lineFeed || byte == .carriageReturn { return endField(at: position - 1, before: byte) }
        hasTextAfterQuote = true
        state = .plain
        return false
    }

    /// Ends a field before a delimiter or a line end, and passes that. True when it was a line end.
    private mutating func endField(at end: Int, before byte: UInt8) -> Bool {
        endField(at: end)
        position += 1
        guard byte != delimiter else { return false }
        afterCarriageReturn = byte == .carriageReturn
        line += 1
        return true
    }
}
