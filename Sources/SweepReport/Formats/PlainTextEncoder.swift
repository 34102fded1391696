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
        bytes.append(line: Verdict.sentence(job.tally))
        bytes.append(line: "")
        let facts = JobFacts.facts(job, only: layout.only)
        let column = (facts.map(\.label.count).max() ?? 0) + 2
        for fact in facts {
            bytes.append(line: TerminalText.fitted(fact.label + ":", to: column) + TerminalText.sanitised(fact.value))
        }
        section(PlainTextEncoder.counts(job.tally), into: &bytes)
        section(scopes(job), into: &bytes)
    }

    mutating func row(_ row: ReportRow, into bytes: inout [UInt8]) {
        if rows == 0 { section([table.heading], into: &bytes) }
        rows += 1
        for line in table.lines(row) { bytes.append(line: line) }
    }

    mutating func end(into bytes: inout [UInt8]) {
        if rows == 0 { section(["No tokens are listed."], into: &bytes) }
    }

    /// `deleted           1,990`
    static func counts(_ tally: Tally) -> [String] {
        let counts = JobFacts.counts(tally)
        let column = counts.map(\.count.count).max() ?? 0
        return counts.map { TerminalText.fitted($0.outcome, to: 18) + TerminalText.rightAligned($0.count, to: column) }
    }

    private func scopes(_ job: JobOverview) -> [String] {
        let lines = [JobFacts.scopeColumns.map { $0.uppercased() }] + JobFacts.scopes(job)
        guard lines.count > 1 else { return [] }
        return lines.map { cells in
            zip(cells, [40, 9, 9, 10, 14]).enumerated().map { index, cell in
                index == 0 ? TerminalText.fitted(cell.0, to: cell.1) : TerminalText.rightAligned(cell.0, to: cell.1)
            }.joined()
        }
    }

    /// Lines with an empty one above them.
    private func section(_ lines: [String], into bytes: inout [UInt8]) {
        guard !lines.isEmpty else { return }
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
