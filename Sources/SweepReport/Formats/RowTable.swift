import SweepModel

/// The table of rows in text, with columns of fixed width: they are known before the first row, so rows can stream.
struct RowTable {
    private struct Column {
        var title: String
        var width: Int
        /// On how many lines a cell may spread before it is cut.
        var lines: Int
        var text: (ReportRow) -> String
    }

    private let columns: [Column]

    /// Where there is little room, the scope is left out and the name joins the reason.
    init(width: Int) {
        let outcome = Column(title: "OUTCOME", width: 16, lines: 1) { $0.state.rawValue }
        let token = Column(title: "TOKEN", width: 36, lines: 1, text: \.tokenText)
        guard width >= 100 else {
            let rest = max(20, width - 16 - 36 - 4)
            columns = [outcome, token, Column(title: "REASON (NAME)", width: rest, lines: 6, text: RowTable.reasonAndName)]
            return
        }
        let rest = width - 16 - 36 - 17 - 8
        let name = rest * 2 / 5
        columns = [
            outcome, token, Column(title: "SCOPE", width: 17, lines: 1, text: RowTable.scope),
            Column(title: "REASON", width: rest - name, lines: 4, text: JobFacts.reason),
            Column(title: "NAME", width: name, lines: 2) { $0.name ?? "" },
        ]
    }

    var heading: String { join(columns.map { TerminalText.fitted($0.title, to: $0.width) }) }

    /// The lines of a row, at least one.
    func lines(_ row: ReportRow) -> [String] {
        let cells = columns.map { TerminalText.wrapped(TerminalText.sanitised($0.text(row)), to: $0.width, limit: $0.lines) }
        let height = cells.map(\.count).max() ?? 1
        return (0..<height).map { line in
            join(zip(columns, cells).map { TerminalText.fitted(line < $1.count ? $1[line] : "", to: $0.width) })
        }
    }

    private func join(_ cells: [String]) -> String { cells.joined(separator: "  ") }

    /// `account 023e105f…`: enough to tell scopes apart; the whole ids stand above.
    private static func scope(_ row: ReportRow) -> String {
        row.scope.map { "\($0.kind.rawValue) \($0.id.description.prefix(8))…" } ?? ""
    }

    private static func reasonAndName(_ row: ReportRow) -> String {
        let name = row.name.map { "(\($0))" }
        return [JobFacts.reason(row), name ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
