/// The beginning of a manifest: tells its format, and refuses files that are no manifests.
struct Preamble {
    enum Format { case csv, jsonLines }

    let format: Format
    /// The number of the line on which the window begins now.
    let line: Int

    /// Looks at the first bytes; consumes a byte order mark and blank lines.
    init(_ window: inout ByteWindow, file: String, limit: Int) throws(ManifestError) {
        try Preamble.fill(&window, to: 8)
        if let problem = window.withBytes({ Preamble.problem($0, file: file) }) { throw problem }
        if window.withBytes({ $0.starts(with: [0xEF, 0xBB, 0xBF]) }) { window.consume(3) }
        let (line, first) = try Preamble.skipBlankLines(&window, limit: limit)
        self.line = line
        switch first {
        case UInt8(ascii: "{"):
            format = .jsonLines
            try Preamble.refusePrettyPrinted(&window, file: file, line: line, limit: limit)
        case UInt8(ascii: "["):
            throw ManifestError(
                .format, file: file, line: line, reason: "a JSON array, not JSON lines", hint: "one object a line: jq -c '.[]' FILE"
            )
        case UInt8(ascii: "<"):
            throw ManifestError(
                .format, file: file, line: line, reason: "a web page or XML, not a manifest",
                hint: "perhaps a login or error page was saved instead of the file"
            )
        default: format = .csv
        }
    }

    private static func fill(_ window: inout ByteWindow, to count: Int) throws(ManifestError) {
        while window.count < count, try window.refill() {}
    }

    /// What the first bytes tell about files that are no text in UTF-8.
    private static func problem(_ bytes: Span<UInt8>, file: String) -> ManifestError? {
        for (magic, kind, remedy) in magics where bytes.starts(with: magic) {
            return ManifestError(.format, file: file, reason: kind, hint: remedy)
        }
        guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]), !bytes.containsNUL(in: 0..<min(4, bytes.count)) else {
            let remedy = "save it as UTF-8: iconv -f utf-16 -t utf-8 FILE"
            return ManifestError(.encoding, file: file, reason: "UTF-16 or UTF-32, not UTF-8", hint: remedy)
        }
        return nil
    }

    private static let magics: [(bytes: [UInt8], kind: String, remedy: String)] = [
        ([0x1F, 0x8B], "a compressed file", "unpack it: gunzip -c FILE | tokensweep plan -"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a compressed file", "unpack it: zstd -dc FILE | tokensweep plan -"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "a compressed file", "unpack it: xz -dc FILE | tokensweep plan -"),
        (Array("BZh".utf8), "a compressed file", "unpack it: bunzip2 -c FILE | tokensweep plan -"),
        (Array("PK\u{3}\u{4}".utf8), "a spreadsheet or ZIP file", "export the sheet as CSV in UTF-8, or unpack the file"),
        ([0xD0, 0xCF, 0x11, 0xE0], "a spreadsheet", "export the sheet as CSV in UTF-8"),
        (Array("%PDF".utf8), "a PDF file", "export the list as CSV"),
        (Array("SQLite f".utf8), "an SQLite database", "a queue file is given with --queue"),
    ]

    /// Consumes whole blank lines; returns the number of the first other line, and its first byte that is not white space.
    private static func skipBlankLines(_ window: inout ByteWindow, limit: Int) throws(ManifestError) -> (Int, UInt8?) {
        var (line, position, blank, afterCarriageReturn) = (1, 0, 0, false)
        while true {
            let first: UInt8? = window.withBytes { bytes in
                while position < bytes.count {
                    let byte = bytes[position]
                    guard byte.isWhitespace else { return byte }
                    position += 1
                    guard byte == .lineFeed || byte == .carriageReturn else {
                        afterCarriageReturn = false
                        continue
                    }
                    if byte == .carriageReturn || !afterCarriageReturn { line += 1 }
                    afterCarriageReturn = byte == .carriageReturn
                    blank = position
                }
                return nil
            }
            window.consume(blank)
            (position, blank) = (position - blank, 0)
            if let first { return (line, first) }
            guard position <= limit, try window.refill() else { return (line, nil) }
        }
    }

    /// JSON that a person can read would give an invalid row for every line; one error says it better.
    private static func refusePrettyPrinted(_ window: inout ByteWindow, file: String, line: Int, limit: Int) throws(ManifestError) {
        var lines = LineScanner(byteLimit: limit, line: line)
        guard let first = try lines.next(in: &window), !first.isTooLong else { return }
        let text = window.withBytes { $0.string(in: $0.trimmed(0..<first.length)) }
        guard text == "{" else { return }
        throw ManifestError(
            .format, file: file, line: line, reason: "JSON spread over several lines, not JSON lines",
            hint: "one object a line: jq -c . FILE; of an answer of the API: jq -c '.result[]' FILE"
        )
    }
}
