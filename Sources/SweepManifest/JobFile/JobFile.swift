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

    /// The values by key. `manifests` are paths relative to the working directory, like every path of a command line; other
    /// paths, such as `report`'s, are taken from the working directory as they stand.
    package var options: [String: [String]] {
        Dictionary(entries.map { ($0.key, $0.values) }) { first, _ in first }
    }

    /// More is no list of options.
    private static let byteLimit = 1 << 20

    /// Reads a job file. Throws where it cannot be opened or breaks the syntax, with line and column.
    package static func load(path: String) throws(ManifestError) -> JobFile {
        try JobFile(path: path, source: try FileSource(path: path))
    }

    init(path: String, source: any ByteSource) throws(ManifestError) {
        var window = ByteWindow(source, capacity: 1 << 14)
        while window.count <= JobFile.byteLimit, try window.refill() {}
        guard window.count <= JobFile.byteLimit else {
            throw ManifestError(.format, file: path, reason: "too large for a job file", hint: "is this a manifest?")
        }
        guard let text = window.withBytes({ $0.validString(in: 0..<$0.count) }) else {
            throw ManifestError(.encoding, file: path, reason: "not UTF-8")
        }
        var parser = JSON5Parser(text, file: path)
        let folder = JobFile.folder(of: path)
        self.path = path
        entries = try parser.options().map { entry in
            guard entry.key == "manifests" else { return entry }
            var entry = entry
            entry.values = entry.values.map { JobFile.resolve($0, in: folder) }
            return entry
        }
    }

    /// The path up to its last slash, slash included; empty where there is none.
    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// Standard input and absolute paths are nobody's children.
    private static func resolve(_ path: String, in folder: String) -> String {
        path == "-" || path.hasPrefix("/") ? path : folder + path
    }
}
