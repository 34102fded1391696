/// A job's options, written down: JSON with comments (JSON5), keyed by the long options in `snake_case`.
///
/// Values are strings, numbers, booleans or arrays of these, and all become the texts that a command line would hold: `5` and
/// `"5"` are the same, `true` switches a flag on and `false` off, `null` counts as not given. A value that is no array becomes
/// an array of one.
package struct JobFile: Sendable, Hashable {
    /// One key with its values.
    package struct Entry: Sendable, Hashable {
        package var key: String
        package var values: [String]
        /// From 1; for an error about the key.
        package var line: Int
    }

    /// As the user named it.
    package let path: String
    /// In the order of the file; no key stands twice. Whether a key exists is for the reader of the options to tell.
    package let entries: [Entry]

    /// The values by key. Files that are read (`manifests`, `credentials`, `protect_file`) are paths relative to the job file,
    /// made relative to the working directory here; those that are written, such as `report`'s, are taken as they stand.
    package var options: [String: [String]] {
        Dictionary(entries.map { ($0.key, $0.values) }) { first, _ in first }
    }

    private static let inputs: Set<String> = ["manifests", "credentials", "protect_file"]

    /// Reads a job file. Throws where it cannot be opened or breaks the syntax, with line and column.
    package static func load(path: String) throws(ManifestError) -> JobFile {
        try JobFile(path: path, source: try FileSource(path: path))
    }

    init(path: String, source: any ByteSource) throws(ManifestError) {
        let text = try JSON5Text(source, file: path, kind: "job file")
        var parser = JSON5Parser(text)
        var entries: [Entry] = []
        for member in try parser.document() {
            var values = try JobFile.texts(member.value, text)
            if JobFile.inputs.contains(member.key) { values = values.map { NeighbouringPath.resolve($0, namedIn: path) } }
            entries.append(Entry(key: member.key, values: values, line: text.place(of: member.offset).line))
        }
        self.path = path
        self.entries = entries
    }

    private static func texts(_ value: JSON5Value, _ text: JSON5Text) throws(ManifestError) -> [String] {
        guard case .array(let elements) = value.content else { return try scalar(value, text).map { [$0] } ?? [] }
        var texts: [String] = []
        for element in elements {
            guard let scalar = try scalar(element, text) else { throw text.syntaxError("null stands in an array", at: element.offset) }
            texts.append(scalar)
        }
        return texts
    }

    /// The value as a command line would hold it; nil for null.
    private static func scalar(_ value: JSON5Value, _ text: JSON5Text) throws(ManifestError) -> String? {
        switch value.content {
        case .null: nil
        case .boolean(let isOn): isOn ? "true" : "false"
        case .number(let text), .string(let text): text
        case .array, .object: throw text.syntaxError("a string, a number, true or false is expected", at: value.offset)
        }
    }
}
