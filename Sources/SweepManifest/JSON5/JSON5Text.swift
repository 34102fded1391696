/// The text of a JSON5 file, which tells where in it a mistake stands.
struct JSON5Text: Sendable {
    /// As the user named it.
    let file: String
    /// What the file is meant to be, for errors: `job file`.
    let kind: String
    let scalars: [Unicode.Scalar]
    /// Offsets of the lines' first scalars, ascending.
    private let lineStarts: [Int]

    /// No settings file is larger.
    private static let byteLimit = 1 << 20

    init(_ text: String, file: String, kind: String) {
        self.file = file
        self.kind = kind
        scalars = Array(text.unicodeScalars)
        lineStarts = JSON5Text.lineStarts(scalars)
    }

    /// Reads a source to its end. Throws where it cannot be read, is no text, or is too large to be what it is meant to be.
    init(_ source: any ByteSource, file: String, kind: String) throws(ManifestError) {
        var window = ByteWindow(source, capacity: 1 << 12)
        while window.count <= JSON5Text.byteLimit, try window.refill() {}
        guard window.count <= JSON5Text.byteLimit else {
            throw ManifestError(.format, file: file, reason: "too large for a \(kind)", hint: "is this a manifest?")
        }
        if let flaw = window.withBytes({ $0.firstInvalidUTF8 }) {
            let before = window.withBytes { JSON5Text($0.string(in: 0..<flaw), file: file, kind: kind) }
            let place = before.place(of: before.scalars.count)
            throw ManifestError(.encoding, file: file, line: place.line, column: place.column, reason: "not UTF-8")
        }
        self.init(window.withBytes { $0.string(in: 0..<$0.count) }, file: file, kind: kind)
        // The system's calls would end a path at it, and a name of a variable.
        if let offset = scalars.firstIndex(of: "\0") { throw syntaxError("a NUL character", at: offset) }
    }

    /// A line ends at a line feed, at a carriage return or at both.
    private static func lineStarts(_ scalars: [Unicode.Scalar]) -> [Int] {
        var starts = [0]
        for (offset, scalar) in scalars.enumerated() {
            let isEnd = scalar == "\n" || (scalar == "\r" && !scalars[(offset + 1)...].starts(with: ["\n"]))
            if isEnd { starts.append(offset + 1) }
        }
        return starts
    }

    /// Line and column, from 1, of an offset.
    func place(of offset: Int) -> (line: Int, column: Int) {
        var (low, high) = (0, lineStarts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return (low + 1, offset - lineStarts[low] + 1)
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
