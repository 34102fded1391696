/// The text of a JSON5 file, which tells where in it a mistake stands.
struct JSON5Text: Sendable {
    /// As the user named it.
    let file: String
    /// What the file is meant to be, for errors: `job file`.
    let kind: String
    let scalars: [Unicode.Scalar]

    /// No settings file is larger.
    private static let byteLimit = 1 << 20

    init(_ text: String, file: String, kind: String) {
        self.file = file
        self.kind = kind
        scalars = Array(text.unicodeScalars)
    }

    /// Reads a source to its end. Throws where it cannot be read, is no text, or is too large to be what it is meant to be.
    init(_ source: any ByteSource, file: String, kind: String) throws(ManifestError) {
        var window = ByteWindow(source, capacity: 1 << 14)
        while window.count <= JSON5Text.byteLimit, try window.refill() {}
        guard window.count <= JSON5Text.byteLimit else {
            throw ManifestError(.format, file: file, reason: "too large for a \(kind)", hint: "is this a manifest?")
        }
        guard let text = window.withBytes({ $0.validString(in: 0..<$0.count) }) else {
            throw ManifestError(.encoding, file: file, reason: "not UTF-8")
        }
        self.init(text, file: file, kind: kind)
    }

    /// Line and column, from 1, of an offset.
    func place(of offset: Int) -> (line: Int, column: Int) {
        let before = scalars[..<offset]
        let lineStart = before.lastIndex(of: "\n").map { $0 + 1 } ?? 0
        return (before.count { $0 == "\n" } + 1, offset - lineStart + 1)
    }

    func syntaxError(_ words: String, at offset: Int) -> ManifestError {
        let place = place(of: offset)
        return ManifestError(.syntax, file: file, line: place.line, column: place.column, reason: "not a \(kind)", hint: words)
    }
}

/// Paths that a file names.
enum NeighbouringPath {
    /// A path as it stands in the file at `file`, made relative to that file's folder. Standard input and absolute paths are
    /// nobody's children.
    static func resolve(_ path: String, namedIn file: String) -> String {
        guard path != "-", !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }
}
