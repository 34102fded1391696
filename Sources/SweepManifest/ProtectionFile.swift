package import SweepModel

/// Patterns of tokens that must not be deleted, one a line; blanks around them, empty lines and lines that begin with `#` are
/// passed over.
package enum ProtectionFile {
    /// Nothing is cut off: a pattern that is not read protects nothing.
    private static let byteLimit = 1 << 24

    /// Throws where the file cannot be opened or a line is no pattern.
    package static func load(path: String) throws(ManifestError) -> [Protection] {
        try patterns(in: try FileSource(path: path), path: path)
    }

    static func patterns(in source: any ByteSource, path: String) throws(ManifestError) -> [Protection] {
        var window = ByteWindow(source, capacity: 1 << 14)
        while window.count <= byteLimit, try window.refill() {}
        guard window.count <= byteLimit else {
            throw ManifestError(.format, file: path, reason: "too large for a list of patterns", hint: "is this a manifest?")
        }
        guard let text = window.withBytes({ $0.validString(in: 0..<$0.count) }) else {
            throw ManifestError(.encoding, file: path, reason: "not UTF-8")
        }
        var patterns: [Protection] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let pattern = trimmed(line)
            guard !pattern.isEmpty, !pattern.hasPrefix("#") else { continue }
            do throws(TextFlaw) {
                patterns.append(try Protection(parsing: String(pattern)))
            } catch {
                let indent = line.unicodeScalars.distance(from: line.startIndex, to: pattern.startIndex)
                throw ManifestError(
                    .syntax, file: path, line: index + 1, column: indent + error.position, reason: "not a pattern of tokens",
                    hint: "\(error.reason); id:UUID, client-id:ID or name:GLOB is expected")
            }
        }
        return patterns
    }

    private static func trimmed(_ line: Substring) -> Substring {
        let isBlank = { (character: Character) in character.isWhitespace || character == "\u{FEFF}" }
        let rest = line.drop(while: isBlank)
        return rest.prefix(rest.count - rest.reversed().prefix(while: isBlank).count)
    }
}
