import SweepModel

/// A Markdown document (with the tables of GitHub's dialect) for tickets and wikis.
struct MarkdownEncoder: ReportEncoder {
    private let layout: ReportLayout
    private var rows = 0

    init(_ layout: ReportLayout) { self.layout = layout }

    mutating func begin(_ job: JobOverview, into bytes: inout [UInt8]) {
        bytes.append(line: "# Revoked service tokens: \(MarkdownText.escaped(job.name))")
        section(["**\(Verdict.sentence(job.tally, job.action))**"], into: &bytes)
        let facts = JobFacts.facts(job, only: layout.only)
        section(facts.map { "- \($0.label): \(MarkdownText.escaped($0.value))" }, into: &bytes)
        let counts = JobFacts.counts(job.tally).map { MarkdownText.line([MarkdownText.escaped($0.outcome), $0.count]) }
        table("Outcomes", MarkdownText.heading(["Outcome", "Tokens"], texts: 1), counts, into: &bytes)
        let scopes = JobFacts.scopes(job).map { MarkdownText.line($0) }
        table("Scopes", MarkdownText.heading(JobFacts.scopeColumns, texts: 1), scopes, into: &bytes)
        section(["## Tokens"], into: &bytes)
    }

    mutating func row(_ row: ReportRow, into bytes: inout [UInt8]) {
        if rows == 0 {
            let titles = ["Outcome", "Token", "Scope", "Reason", "Name", "Finished"]
            section(MarkdownText.heading(titles, texts: titles.count), into: &bytes)
        }
        rows += 1
        let cells = [
            row.state.rawValue, row.tokenText, row.scope?.description ?? "", JobFacts.reason(row), row.name ?? "",
            row.finishedAt?.rfc3339 ?? "",
        ]
        bytes.append(line: MarkdownText.line(cells.map(MarkdownText.escaped)))
    }

    mutating func end(into bytes: inout [UInt8]) {
        if rows == 0 { section(["No tokens are listed."], into: &bytes) }
    }

    private func table(_ title: String, _ heading: [String], _ lines: [String], into bytes: inout [UInt8]) {
        guard !lines.isEmpty else { return }
        section(["## \(title)"], into: &bytes)
        section(heading + lines, into: &bytes)
    }

    /// Lines with an empty one above them.
    private func section(_ lines: [String], into bytes: inout [UInt8]) {
        bytes.append(line: "")
        for line in lines { bytes.append(line: line) }
    }
}
