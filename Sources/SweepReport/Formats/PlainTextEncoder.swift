import SweepModel

/// For people, on a terminal or in a file: the verdict first, then the job, the counts, the scopes, and a line for every row.
struct PlainTextEncoder: ReportEncoder {
    private let layout: ReportLayout
    private let table: RowTable
    private var rows = 0

    init(_ layout: ReportLayout) {
        self.layout = layout
        table = RowTable(width: layout.width)
    }

    mutating func begin(_ job: JobOverview, into bytes: inout [UInt8]) {
        for line in OverviewText.lines(job, only: layout.only) { bytes.append(line: line) }
    }

    mutating func row(_ row: ReportRow, into bytes: inout [UInt8]) {
        if rows == 0 { section([table.heading], into: &bytes) }
        rows += 1
        for line in table.lines(row) { bytes.append(line: line) }
    }

    mutating func end(into bytes: inout [UInt8]) {
        if rows == 0 { section(["No tokens are listed."], into: &bytes) }
    }

    /// Lines with an empty one above them.
    private func section(_ lines: [String], into bytes: inout [UInt8]) {
        bytes.append(line: "")
        for line in lines { bytes.append(line: line) }
    }
}

extension [UInt8] {
    /// Appends a line without the spaces at its end.
    mutating func append(line: String) {
        append(contentsOf: line.utf8)
        while last == UInt8(ascii: " ") { removeLast() }
        append(UInt8(ascii: "\n"))
    }
}
