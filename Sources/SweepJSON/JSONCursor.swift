/// Walks over JSON text (RFC 8259) without building values.
///
/// A string is given back as the range between its quotes; every other value is only checked and passed. The text is lent to each
/// call anew; it must be the same one.
package struct JSONCursor {
    package private(set) var position: Int
    private let end: Int
    private let depthLimit: Int

    /// - Parameter depthLimit: how many objects and lists may stand within each other.
    package init(_ range: Range<Int>, depthLimit: Int) {
        position = range.lowerBound
        end = range.upperBound
        self.depthLimit = depthLimit
    }

    /// A string's content as it is written.
    package struct Text {
        package var range: Range<Int>
        package var isEscaped: Bool
    }

    /// The next byte that is not white space, not consumed; nil at the end.
    package mutating func peek(_ bytes: Span<UInt8>) -> UInt8? {
        while position < end {
            let byte = bytes[unchecked: position]
            guard byte.isWhitespace else { return byte }
            position += 1
        }
        return nil
    }

    /// Consumes the byte if it is the next one, white space aside.
    package mutating func accept(_ wanted: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard peek(bytes) == wanted else { return false }
        position += 1
        return true
    }

    package mutating func expect(_ wanted: UInt8, _ words: String, _ bytes: Span<UInt8>) throws(JSONFlaw) {
        guard accept(wanted, bytes) else { throw missing(words) }
    }

    /// The flaw of something that is not here.
    func missing(_ words: String) -> JSONFlaw {
        JSONFlaw(position, position == end ? "the line ends where \(words) is expected" : "\(words) is expected")
    }

    /// A string, from its opening quote on.
    package mutating func string(_ words: String, _ bytes: Span<UInt8>) throws(JSONFlaw) -> Text {
        try expect(.quote, words, bytes)
        var text = Text(range: position..<position, isEscaped: false)
        while position < end {
            let byte = bytes[unchecked: position]
            if byte == .quote {
                text.range = text.range.lowerBound..<position
                position += 1
                return text
            }
            if byte < 0x20 { throw JSONFlaw(position, "a control character stands in a string") }
            if byte == UInt8(ascii: "\\") {
                text.isEscaped = true
                try passEscape(bytes)
            } else {
                position += 1
            }
        }
        throw JSONFlaw(position, "the line ends within a string")
    }

    /// Any value, checked and passed.
    package mutating func skipValue(_ bytes: Span<UInt8>, depth: Int = 0) throws(JSONFlaw) {
        switch peek(bytes) {
        case .quote: _ = try string("a string", bytes)
        case UInt8(ascii: "{"), UInt8(ascii: "["): try skipContainer(bytes, depth: depth + 1)
        case UInt8(ascii: "t"): try skipWord("true", bytes)
        case UInt8(ascii: "f"): try skipWord("false", bytes)
        case UInt8(ascii: "n"): try skipWord("null", bytes)
        default: try skipNumber(bytes)
        }
    }

    package mutating func skipWord(_ word: StaticString, _ bytes: Span<UInt8>) throws(JSONFlaw) {
        let (start, count) = (position, word.utf8CodeUnitCount)
        let matches =
            start + count <= end
            && word.withUTF8Buffer { word in
                for offset in 0..<count where bytes[start + offset] != word[offset] { return false }
                return true
            }
        guard matches else { throw missing("a value") }
        position += count
    }
}

extension JSONCursor {
    private mutating func skipContainer(_ bytes: Span<UInt8>, depth: Int) throws(JSONFlaw) {
        guard depth <= depthLimit else { throw JSONFlaw(position, "values are nested too deeply") }
        let isObject = bytes[position] == UInt8(ascii: "{")
        let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        position += 1
        if accept(close, bytes) { return }
        repeat {
            if isObject {
                _ = try string("a key", bytes)
                try expect(UInt8(ascii: ":"), "a colon", bytes)
            }
            try skipValue(bytes, depth: depth)
        } while accept(UInt8(ascii: ","), bytes)
        try expect(close, isObject ? "a comma or }" : "a comma or ]", bytes)
    }

    private mutating func skipNumber(_ bytes: Span<UInt8>) throws(JSONFlaw) {
        let start = position
        passOne(of: "-", bytes)
        let integer = position
        guard passDigits(bytes) else {
            position = start
            throw missing("a value")
        }
        if bytes[integer] == UInt8(ascii: "0"), position > integer + 1 { throw JSONFlaw(integer, "a number begins with 0") }
        if passOne(of: ".", bytes), !passDigits(bytes) { throw missing("a digit") }
        if passOne(of: "eE", bytes) {
            passOne(of: "+-", bytes)
            guard passDigits(bytes) else { throw missing("a digit") }
        }
    }

    @discardableResult
    private mutating func passOne(of wanted: StaticString, _ bytes: Span<UInt8>) -> Bool {
        guard position < end, wanted.withUTF8Buffer({ $0.contains(bytes[position]) }) else { return false }
        position += 1
        return true
    }

    private mutating func passDigits(_ bytes: Span<UInt8>) -> Bool {
        let start = position
        while position < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) { position += 1 }
        return position > start
    }

    /// Passes a backslash and what it escapes; a surrogate must have its partner.
    private mutating func passEscape(_ bytes: Span<UInt8>) throws(JSONFlaw) {
        let start = position
        guard position + 1 < end else { throw JSONFlaw(position, "the line ends within a string") }
        switch bytes[position + 1] {
        case .quote, UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"),
            UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            let unit = try passUnit(bytes)
            guard (0xD800..<0xE000).contains(unit) else { return }
            let isPair =
                unit < 0xDC00 && position + 1 < end && bytes[position] == UInt8(ascii: "\\") && bytes[position + 1] == UInt8(ascii: "u")
            guard isPair, (0xDC00..<0xE000).contains(try passUnit(bytes)) else { throw JSONFlaw(start, "half a surrogate pair") }
        default: throw JSONFlaw(start, "an unknown escape")
        }
    }

    /// Passes `\uXXXX`, which is known to begin here.
    private mutating func passUnit(_ bytes: Span<UInt8>) throws(JSONFlaw) -> UInt32 {
        guard position + 6 <= end, let unit = JSONEscapes.unit(position + 2, { bytes[$0] }) else {
            throw JSONFlaw(position, "four hexadecimal digits must follow \\u")
        }
        position += 6
        return unit
    }
}

extension UInt8 {
    fileprivate static let quote = UInt8(ascii: "\"")
    /// Space, tab and line ends: what RFC 8259 takes for white space, and nothing else.
    fileprivate var isWhitespace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
