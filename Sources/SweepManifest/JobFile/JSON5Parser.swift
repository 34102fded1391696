/// Reads the one shape of JSON5 that a job file has: an object whose values are scalars or arrays of scalars.
///
/// Own, because the decoder of FoundationEssentials tells neither where a file is wrong nor that a key stands twice, and a
/// limit that silently loses to its double is no limit.
struct JSON5Parser {
    private let file: String
    private let text: [Unicode.Scalar]
    private(set) var position = 0

    init(_ text: String, file: String) {
        self.file = file
        self.text = Array(text.unicodeScalars)
    }

    /// The whole file: an object and nothing behind it.
    mutating func options() throws(ManifestError) -> [JobFile.Entry] {
        try expect("{", "an object in { }")
        var entries: [JobFile.Entry] = []
        while try !accept("}") {
            let start = position
            let key = try key()
            guard !entries.contains(where: { $0.key == key }) else {
                throw error("the key \(Printable.excerpt(key)) stands twice", at: start)
            }
            try expect(":", "a colon")
            entries.append(JobFile.Entry(key: key, values: try values(), line: place(of: start).line))
            if try !accept(",") {
                try expect("}", "a comma or }")
                break
            }
        }
        try skipSpace()
        guard position == text.count else { throw error("text follows the object") }
        return entries
    }

    private mutating func values() throws(ManifestError) -> [String] {
        guard try accept("[") else { return try scalar().map { [$0] } ?? [] }
        var values: [String] = []
        while try !accept("]") {
            guard let value = try scalar() else { throw error("null stands in an array") }
            values.append(value)
            if try !accept(",") {
                try expect("]", "a comma or ]")
                break
            }
        }
        return values
    }

    /// The value's text; nil for null.
    private mutating func scalar() throws(ManifestError) -> String? {
        try skipSpace()
        guard let first = peek() else { throw error("a value is expected") }
        if first == "\"" || first == "'" { return try string() }
        if first == "{" || first == "[" { throw error("a string, a number, true or false is expected") }
        let start = position
        let word = run { $0.isJSON5Word || $0 == "+" || $0 == "-" || $0 == "." }
        switch word {
        case "null": return nil
        case "true", "false": return word
        default:
            guard let number = JSON5Parser.number(word) else { throw error("a value is expected; text stands in quotes", at: start) }
            return number
        }
    }

    /// The number as a command line would hold it: whole ones without a fraction. Nil for other text, and for infinities.
    private static func number(_ word: String) -> String? {
        let digits = word.hasPrefix("+") ? String(word.dropFirst()) : word
        guard let first = digits.first, first.isASCII, first.isNumber || first == "-" || first == "." else { return nil }
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") { return Int(digits.dropFirst(2), radix: 16).map(String.init) }
        if let whole = Int(digits) { return String(whole) }
        let padded = (digits.hasPrefix(".") ? "0" : "") + digits + (digits.hasSuffix(".") ? "0" : "")
        guard let value = Double(padded), value.isFinite else { return nil }
        return Int(exactly: value).map(String.init) ?? String(value)
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
        while let scalar = peek(), scalar != "\n" {
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
        case "\n": return nil
        case "\r":
            if peek() == "\n" { position += 1 }
            return nil
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{B}"
        case "x": return try numbered(digits: 2)
        case "u": return try numbered(digits: 4)
        default: return scalar
        }
    }

    private mutating func numbered(digits count: Int) throws(ManifestError) -> Unicode.Scalar {
        let start = position
        let digits = run { $0.properties.isASCIIHexDigit }.prefix(count)
        position = start + digits.count
        guard digits.count == count, let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init), scalar != "\0" else {
            throw error("an escape that stands for no character", at: start)
        }
        return scalar
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
                while let scalar = peek(), scalar != "\n", scalar != "\r" { position += 1 }
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
        let place = place(of: offset ?? position)
        return ManifestError(.syntax, file: file, line: place.line, column: place.column, reason: "not a job file", hint: words)
    }

    /// Line and column, from 1, of an offset.
    private func place(of offset: Int) -> (line: Int, column: Int) {
        let before = text[..<offset]
        let lineStart = before.lastIndex(of: "\n").map { $0 + 1 } ?? 0
        return (before.count { $0 == "\n" } + 1, offset - lineStart + 1)
    }
}

extension Unicode.Scalar {
    /// Whether the scalar may be part of a key or a word without quotes.
    fileprivate var isJSON5Word: Bool { properties.isAlphabetic || properties.numericType != nil || self == "_" || self == "$" }
}
