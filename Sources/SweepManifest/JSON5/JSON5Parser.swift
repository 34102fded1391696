/// Reads JSON5: an object whose values are scalars, arrays and objects.
///
/// Own, because the decoder of FoundationEssentials tells neither where a file is wrong nor that a key stands twice, and a
/// limit that silently loses to its double is no limit.
struct JSON5Parser {
    private let source: JSON5Text
    private let text: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    /// Deeper than any settings file; a hostile one must not exhaust the stack.
    private static let depthLimit = 16

    init(_ source: JSON5Text) {
        self.source = source
        text = source.scalars
    }

    /// The whole file: an object and nothing behind it.
    mutating func document() throws(ManifestError) -> [JSON5Member] {
        try expect("{", "an object in { }")
        let members = try members()
        try skipSpace()
        guard position == text.count else { throw error("text follows the object") }
        return members
    }

    /// What follows the opening brace of an object, its closing one included.
    private mutating func members() throws(ManifestError) -> [JSON5Member] {
        var members: [JSON5Member] = []
        var keys: Set<String> = []
        while try !accept("}") {
            let start = position
            let key = try key()
            guard keys.insert(key).inserted else {
                throw error("the key \(Printable.excerpt(key)) stands twice", at: start)
            }
            try expect(":", "a colon")
            members.append(JSON5Member(key: key, value: try value(), offset: start))
            if try !accept(",") {
                try expect("}", "a comma or }")
                break
            }
        }
        return members
    }

    /// What follows the opening bracket of an array, its closing one included.
    private mutating func elements() throws(ManifestError) -> [JSON5Value] {
        var elements: [JSON5Value] = []
        while try !accept("]") {
            elements.append(try value())
            if try !accept(",") {
                try expect("]", "a comma or ]")
                break
            }
        }
        return elements
    }

    private mutating func value() throws(ManifestError) -> JSON5Value {
        try skipSpace()
        guard let first = peek() else { throw error("a value is expected") }
        let start = position
        if first == "{" || first == "[" { return JSON5Value(content: try nested(first), offset: start) }
        return JSON5Value(content: try scalar(first), offset: start)
    }

    private mutating func nested(_ opening: Unicode.Scalar) throws(ManifestError) -> JSON5Value.Content {
        guard depth < JSON5Parser.depthLimit else { throw error("too many objects and arrays within each other") }
        depth += 1
        defer { depth -= 1 }
        position += 1
        return opening == "{" ? .object(try members()) : .array(try elements())
    }

    private mutating func scalar(_ first: Unicode.Scalar) throws(ManifestError) -> JSON5Value.Content {
        if first == "\"" || first == "'" { return .string(try string()) }
        let start = position
        let word = run { $0.isJSON5Word || $0 == "+" || $0 == "-" || $0 == "." }
        switch word {
        case "null": return .null
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default:
            guard let number = JSON5Number.read(word) else { throw error("a value is expected; text stands in quotes", at: start) }
            return .number(number)
        }
    }

    private mutating func key() throws(ManifestError) -> String {
        try skipSpace()
        if let first = peek(), first == "\"" || first == "'" { return try string() }
        let key = run { $0.isJSON5Word }
        guard !key.isEmpty else { throw error("a key is expected") }
        return key
    }
}

extension JSON5Parser {
    /// A string between single or double quotes.
    private mutating func string() throws(ManifestError) -> String {
        let start = position
        let quote = text[position]
        position += 1
        var result = String.UnicodeScalarView()
        while let scalar = peek(), scalar != "\n", scalar != "\r" {
            position += 1
            if scalar == quote { return String(result) }
            guard scalar == "\\" else {
                result.append(scalar)
                continue
            }
            if let escaped = try escape() { result.append(escaped) }
        }
        throw error("the string is never closed", at: start)
    }

    /// What follows a backslash; nil for a line end, which continues the string on the next line.
    private mutating func escape() throws(ManifestError) -> Unicode.Scalar? {
        guard let scalar = peek() else { return nil }
        position += 1
        switch scalar {
        case "\n", "\u{2028}", "\u{2029}": return nil
        case "\r":
            if peek() == "\n" { position += 1 }
            return nil
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{B}"
        case "x":
            let start = position
            return try character(unit(digits: 2), from: start)
        case "u": return try scalarOfUnits()
        // `\0` is NUL, and the others mean an octal number to some.
        case "0"..."9": throw error("an escape that stands for no character", at: position - 1)
        default: return scalar
        }
    }

    /// What follows `\u`: four digits, or the two halves of a surrogate pair.
    private mutating func scalarOfUnits() throws(ManifestError) -> Unicode.Scalar {
        let start = position
        let high = try unit(digits: 4)
        guard (0xD800..<0xDC00).contains(high) else { return try character(high, from: start) }
        guard text[position...].starts(with: "\\u".unicodeScalars) else { return try character(high, from: start) }
        position += 2
        let low = try unit(digits: 4)
        guard (0xDC00..<0xE000).contains(low) else { return try character(high, from: start) }
        return try character(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00), from: start)
    }

    private func character(_ number: UInt32, from start: Int) throws(ManifestError) -> Unicode.Scalar {
        guard number != 0, let scalar = Unicode.Scalar(number) else { throw error("an escape that stands for no character", at: start) }
        return scalar
    }

    private mutating func unit(digits count: Int) throws(ManifestError) -> UInt32 {
        let start = position
        var unit: UInt32 = 0
        while position < start + count {
            guard let scalar = peek(), scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
                throw error("an escape that stands for no character", at: start)
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }

    private mutating func run(of isPart: (Unicode.Scalar) -> Bool) -> String {
        let start = position
        while let scalar = peek(), isPart(scalar) { position += 1 }
        var word = String.UnicodeScalarView()
        word.append(contentsOf: text[start..<position])
        return String(word)
    }

    private func peek() -> Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func accept(_ wanted: Unicode.Scalar) throws(ManifestError) -> Bool {
        try skipSpace()
        guard peek() == wanted else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ wanted: Unicode.Scalar, _ words: String) throws(ManifestError) {
        guard try accept(wanted) else { throw error("\(words) is expected") }
    }

    /// Passes white space, a byte order mark and both kinds of comments.
    private mutating func skipSpace() throws(ManifestError) {
        while let scalar = peek() {
            if scalar.properties.isWhitespace || scalar == "\u{FEFF}" {
                position += 1
            } else if text[position...].starts(with: "//".unicodeScalars) {
                while let scalar = peek(), !scalar.isJSON5LineEnd { position += 1 }
            } else if text[position...].starts(with: "/*".unicodeScalars) {
                try skipBlockComment()
            } else {
                return
            }
        }
    }

    private mutating func skipBlockComment() throws(ManifestError) {
        let start = position
        position += 2
        while position < text.count {
            if text[position...].starts(with: "*/".unicodeScalars) {
                position += 2
                return
            }
            position += 1
        }
        throw error("the comment is never closed", at: start)
    }

    private func error(_ words: String, at offset: Int? = nil) -> ManifestError {
        source.syntaxError(words, at: offset ?? position)
    }
}

extension Unicode.Scalar {
    /// Where a comment ends.
    fileprivate var isJSON5LineEnd: Bool { self == "\n" || self == "\r" || self == "\u{2028}" || self == "\u{2029}" }

    /// Whether the scalar may be part of a key or a word without quotes.
    fileprivate var isJSON5Word: Bool { properties.isAlphabetic || properties.numericType != nil || self == "_" || self == "$" }
}
