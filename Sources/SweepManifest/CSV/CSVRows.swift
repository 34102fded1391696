import SweepModel

/// The rows below a CSV file's header line.
struct CSVRows: RowFormat {
    private let header: CSVHeader
    private var scanner: CSVScanner
    private let limits: ManifestLimits

    /// Reads the header; `line` is the number of the line on which the window begins.
    init(_ window: inout ByteWindow, file: String, line: Int, limits: ManifestLimits) throws(ManifestError) {
        (header, scanner) = try CSVHeader.read(&window, file: file, line: line, limits: limits)
        self.limits = limits
    }

    var ignored: IgnoredFields { header.ignored }

    mutating func next(in window: inout ByteWindow, _ validator: RowValidator) throws(ManifestError) -> ManifestRow? {
        while let record = try scanner.next(in: &window) {
            defer { window.consume(record.length) }
            if record.flaw == nil, isBlank(record, in: window) { continue }
            let line = record.lines.lowerBound
            let values = values(of: record, in: &window)
            let problem = problem(of: record, in: window)
            return window.withBytes { bytes in
                guard let problem else { return validator.row(line: line, values, in: bytes) }
                return .invalid(validator.invalidRow(line: line, problem, values, in: bytes))
            }
        }
        return nil
    }

    /// Whether nothing stands in the row: spreadsheets leave such rows, `,,,`, at their ends.
    private func isBlank(_ record: CSVScanner.Record, in window: ByteWindow) -> Bool {
        guard record.fieldCount == scanner.fields.count else { return false }
        return window.withBytes { bytes in
            scanner.fields.allSatisfy { !$0.isQuoted && bytes.trimmed($0.range).isEmpty }
        }
    }

    /// The fields under their names. Of a row that is not built as the header wants it, only the id's text is taken, to be
    /// shown; which value belongs to which column would be a guess.
    private func values(of record: CSVScanner.Record, in window: inout ByteWindow) -> RowValues {
        var values = RowValues()
        let isSound = record.flaw == nil && record.fieldCount == header.columnCount
        for column in header.columns where column.index < scanner.fields.count {
            guard isSound || column.name.field == .tokenID else { continue }
            let field = scanner.fields[column.index]
            let range = field.hasDoubledQuotes ? window.shorten(field.range) { CSVRows.undouble($0) } : field.range
            values[column.name.field] = FieldValue(range: range, name: column.name)
        }
        return values
    }

    /// Replaces every doubled quote by one; returns the new length.
    private static func undouble(_ text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var (read, write) = (0, 0)
        while read < text.count {
            text[write] = text[read]
            write += 1
            read += text[read] == .quote ? 2 : 1
        }
        return write
    }

    private func problem(of record: CSVScanner.Record, in window: ByteWindow) -> RowProblem? {
        if let flaw = record.flaw { return problem(flaw, record) }
        if record.fieldCount != header.columnCount {
            let counts = "the header has \(header.columnCount) columns, this row \(record.fieldCount) fields"
            return RowProblem(
                nil, record.fieldCount < header.columnCount ? "too few fields" : "too many fields", hint: counts + span(record))
        }
        if window.withBytes({ $0.containsNUL(in: 0..<record.length) }) { return RowProblem(nil, "a NUL character") }
        return nil
    }

    private func problem(_ flaw: CSVScanner.Flaw, _ record: CSVScanner.Record) -> RowProblem {
        switch flaw {
        case .textAfterQuote: return RowProblem(nil, "text after a closing quote", hint: "double a quote within quotes" + span(record))
        case .unterminatedQuote:
            return RowProblem(nil, "a quote is never closed", hint: "it opens on line \(record.quoteLine)" + span(record))
        case .tooLong:
            var problem = limits.tooLong
            problem.hint? += span(record)
            return problem
        }
    }

    /// A quote that is open by mistake swallows lines: none of them may be forgotten silently.
    private func span(_ record: CSVScanner.Record) -> String {
        guard record.lines.count > 1 else { return "" }
        return "; lines \(record.lines.lowerBound) to \(record.lines.upperBound) were taken for one row"
    }
}
