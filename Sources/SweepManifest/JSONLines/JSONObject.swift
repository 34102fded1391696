import SweepJSON

/// One flat object as a line of JSON lines gives it.
///
/// JSON is read by hand here: the decoder of FoundationEssentials cannot tell duplicate keys, nor where a line is wrong, and
/// takes ten times as long.
struct JSONObject: Sendable {
    /// The known fields, with escapes not yet replaced.
    private(set) var values = RowValues()
    /// The keys that mean nothing here.
    private(set) var unknown: [String] = []
    /// The first known field that stands twice or is no string.
    private(set) var problem: RowProblem?
    private var seen: UInt8 = 0

    /// Reads the object in the range. Throws at the first byte that is wrong; the fields before it are kept.
    mutating func read(_ range: Range<Int>, of bytes: Span<UInt8>, depthLimit: Int) throws(JSONFlaw) {
        var cursor = JSONCursor(range, depthLimit: depthLimit)
        try cursor.expect(UInt8(ascii: "{"), "an object in { }", bytes)
        if !cursor.accept(UInt8(ascii: "}"), bytes) {
            repeat {
                try member(&cursor, bytes)
            } while cursor.accept(UInt8(ascii: ","), bytes)
            try cursor.expect(UInt8(ascii: "}"), "a comma or }", bytes)
        }
        if let byte = cursor.peek(bytes) {
            let words =
                byte == UInt8(ascii: ",") ? "a comma follows the object: one object a line, nothing between" : "text follows the object"
            throw JSONFlaw(cursor.position, words)
        }
    }

    private mutating func member(_ cursor: inout JSONCursor, _ bytes: Span<UInt8>) throws(JSONFlaw) {
        let key = try cursor.string("a key in quotes", bytes)
        try cursor.expect(UInt8(ascii: ":"), "a colon", bytes)
        if let name = FieldName(exactly: bytes.extracting(key.range)) { return try known(name, &cursor, bytes) }
        let text = JSONObject.text(of: key, in: bytes)
        // A plain key that is none of the names becomes none by folding.
        if key.isEscaped || !bytes.extracting(key.range).isFolded, let name = FieldName(text) { return try known(name, &cursor, bytes) }
        unknown.append(text)
        try cursor.skipValue(bytes)
    }

    private mutating func known(_ name: FieldName, _ cursor: inout JSONCursor, _ bytes: Span<UInt8>) throws(JSONFlaw) {
        if seen >> name.bit & 1 == 1 { note(RowProblem(name, "the key stands twice")) }
        seen |= 1 << name.bit
        switch cursor.peek(bytes) {
        case .quote:
            let text = try cursor.string("a string", bytes)
            set(FieldValue(range: text.range, name: name, isEscaped: text.isEscaped), bytes)
        case UInt8(ascii: "n"): try cursor.skipWord("null", bytes)
        default:
            try cursor.skipValue(bytes)
            note(RowProblem(name, "not a string", hint: "put the value in quotes"))
        }
    }

    private mutating func set(_ value: FieldValue, _ bytes: Span<UInt8>) {
        if let other = values[value.name.field], !bytes.extracting(other.range).equals(bytes.extracting(value.range)) {
            note(RowProblem(value.name, "two keys give the same field different values", hint: "the other one is \(other.name.rawValue)"))
        }
        values[value.name.field] = value
    }

    private mutating func note(_ problem: RowProblem) {
        if self.problem == nil { self.problem = problem }
    }

    private static func text(of key: JSONCursor.Text, in bytes: Span<UInt8>) -> String {
        let text = bytes.string(in: key.range)
        guard key.isEscaped else { return text }
        var copy = Array(text.utf8)
        let count = copy.withUnsafeMutableBufferPointer { JSONEscapes.replace(in: $0) }
        return String(decoding: copy[..<count], as: UTF8.self)
    }
}

extension FieldName {
    /// The name's place in a set of bits.
    fileprivate var bit: UInt8 {
        switch self {
        case .serviceTokenID: 0
        case .id: 1
        case .tokenID: 2
        case .clientID: 3
        case .accountID: 4
        case .zoneID: 5
        case .name: 6
        case .note: 7
        }
    }
}
