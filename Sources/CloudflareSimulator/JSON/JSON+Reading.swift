import FoundationEssentials

extension JSON: Decodable {
    package init(from decoder: any Decoder) throws {
        // A failure only means that the value is of another kind; what is of no kind is refused in the end.
        if let container = try? decoder.container(keyedBy: AnyKey.self) {
            // The decoder forgets the order of keys: sorted is at least always the same.
            let keys = container.allKeys.sorted { $0.stringValue < $1.stringValue }
            self = .object(try keys.map { Member(key: $0.stringValue, value: try container.decode(JSON.self, forKey: $0)) })
        } else if let container = try? decoder.unkeyedContainer() {
            self = .array(try JSON.elements(of: container))
        } else {
            self = try JSON.scalar(try decoder.singleValueContainer())
        }
    }

    private static func elements(of container: any UnkeyedDecodingContainer) throws -> [JSON] {
        var container = container
        var elements: [JSON] = []
        while !container.isAtEnd { elements.append(try container.decode(JSON.self)) }
        return elements
    }

    private static func scalar(_ container: any SingleValueDecodingContainer) throws -> JSON {
        if container.decodeNil() { return .null }
        // As above: each failure only rules one kind out.
        if let value = try? container.decode(String.self) { return .string(value) }
        if let value = try? container.decode(Bool.self) { return .bool(value) }
        if let value = try? container.decode(Int.self) { return .int(value) }
        return .double(try container.decode(Double.self))
    }

    /// A key of an object whose keys are not known beforehand.
    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Parses JSON, or JSON5 (comments, unquoted keys, trailing commas) where `lenient`.
    /// Throws `DecodingError` for text that is neither.
    package static func parse(_ bytes: some Sequence<UInt8>, lenient: Bool = false) throws -> JSON {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = lenient
        return try decoder.decode(JSON.self, from: Data(bytes))
    }
}
