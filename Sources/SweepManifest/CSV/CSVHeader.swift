/// The header line of a CSV file: which column holds which field.
struct CSVHeader: Sendable {
    let delimiter: UInt8
    let columnCount: Int
    /// The columns that mean something, in their order.
    let columns: [(index: Int, name: FieldName)]
    let ignored: IgnoredFields

    /// More columns than any spreadsheet has.
    static let columnLimit = 16_384

    /// Reads the header line and consumes it.
    ///
    /// The delimiter is the comma, unless the line has none and a semicolon or a tab makes a header of it that names a
    /// known field.
    static func read(_ window: inout ByteWindow, file: String, line: Int, limits: ManifestLimits) throws(ManifestError) -> (
        CSVHeader, CSVScanner
    ) {
        var best: (names: [String], scanner: CSVScanner, record: CSVScanner.Record, delimiter: UInt8)?
        for delimiter in [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")] {
            var scanner = CSVScanner(delimiter: delimiter, byteLimit: limits.rowBytes, fieldLimit: columnLimit, line: line)
            guard let record = try scanner.next(in: &window) else { break }
            let names = try names(of: record, scanner, in: &window, file: file)
            let isFit = best == nil || (names.count > 1 && names.contains { FieldName($0) != nil })
            if isFit { best = (names, scanner, record, delimiter) }
            if names.count > 1, isFit { break }
        }
        guard let best else { throw ManifestError(.header, file: file, reason: "the manifest is empty", hint: remedy) }
        window.consume(best.record.length)
        let header = try CSVHeader(best.names, best.delimiter, file: file, line: line)
        var scanner = best.scanner
        scanner.fieldLimit = header.columnCount
        return (header, scanner)
    }

    private init(_ names: [String], _ delimiter: UInt8, file: String, line: Int) throws(ManifestError) {
        var columns: [(index: Int, name: FieldName)] = []
        var unknown: [(column: Int, text: String)] = []
        for (index, text) in names.enumerated() {
            guard let name = FieldName(text) else {
                unknown.append((index + 1, text))
                continue
            }
            if let other = columns.first(where: { $0.name.field == name.field }) {
                throw ManifestError(
                    .duplicateField, file: file, line: line, reason: "two columns hold the same field",
                    hint: "columns \(other.index + 1) (\(other.name.rawValue)) and \(index + 1) (\(name.rawValue)): keep one"
                )
            }
            columns.append((index, name))
        }
        try CSVHeader.check(columns.map(\.name), unknown.map(\.text), file: file, line: line)
        var ignored = IgnoredFields()
        for name in unknown { ignored.insert(FieldName.folded(name.text).isEmpty ? "column \(name.column)" : name.text) }
        (self.delimiter, self.columnCount, self.columns, self.ignored) = (delimiter, names.count, columns, ignored)
    }
}

extension CSVHeader {
    private static let remedy = "the first line must name the columns, such as: service_token_id,account_id"

    private static func check(_ known: [FieldName], _ unknown: [String], file: String, line: Int) throws(ManifestError) {
        let scopeIsGiven = known.contains { $0.field == .accountID || $0.field == .zoneID }
        for text in unknown {
            guard let meant = NearMiss.scope(text), !(meant.isBare && scopeIsGiven) else { continue }
            throw ManifestError(
                .misspelledScope, file: file, line: line, reason: "a column is probably a misspelled scope",
                hint: "\(Printable.excerpt(text)): did you mean \(meant.name.rawValue)? Rename it, or remove it if it means something else"
            )
        }
        guard !known.contains(where: { $0.field == .tokenID || $0.field == .clientID }) else { return }
        throw ManifestError(.header, file: file, line: line, reason: "no column names a token", hint: missing(unknown, known))
    }

    /// What was found instead of a column with ids, and what was probably meant.
    private static func missing(_ unknown: [String], _ known: [FieldName]) -> String {
        let all = known.map(\.rawValue) + unknown
        if all.contains(where: TokenIDRule.isValue) {
            return "the first line holds an id or a secret instead of names: \(remedy)"
        }
        for text in unknown {
            if let meant = NearMiss.identity(text) { return "\(Printable.excerpt(text)): did you mean \(meant.rawValue)?" }
        }
        let found = all.prefix(10).map { Printable.excerpt($0, limit: 30) }.joined(separator: ", ") + (all.count > 10 ? ", …" : "")
        return "found: \(found); wanted: service_token_id"
    }

    private static func names(
        of record: CSVScanner.Record, _ scanner: CSVScanner, in window: inout ByteWindow, file: String
    ) throws(ManifestError) -> [String] {
        let line = record.lines.lowerBound
        if let flaw = record.flaw {
            throw ManifestError(.header, file: file, line: line, reason: "the header line cannot be read", hint: flaw.words)
        }
        guard record.fieldCount <= columnLimit else {
            throw ManifestError(.header, file: file, line: line, reason: "too many columns", hint: "at most \(columnLimit)")
        }
        var names: [String] = []
        for field in scanner.fields {
            // Doubled quotes are left as they are: no known name has any, and the line may have to be read again.
            guard let name = window.withBytes({ $0.containsNUL(in: field.range) ? nil : $0.validString(in: field.range) }) else {
                let remedy = "save it as UTF-8: iconv -f latin1 -t utf-8 FILE"
                throw ManifestError(.encoding, file: file, line: line, reason: "the header line is not UTF-8", hint: remedy)
            }
            names.append(name)
        }
        return names
    }
}

extension CSVScanner.Flaw {
    var words: String {
        switch self {
        case .textAfterQuote: "text follows a closing quote"
        case .tooLong: "it is too long"
        case .unterminatedQuote: "a quote is never closed"
        }
    }
}
