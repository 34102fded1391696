package import SweepModel

/// A job on one screen, as `status` shows it and a report in text begins.
package enum OverviewText {
    /// The verdict, then the job's facts, its counts and its scopes, with empty lines between them. Sanitised, without line breaks.
    package static func lines(_ job: JobOverview, only: Set<ItemState>? = nil) -> [String] {
        let sections = [[Verdict.sentence(job.tally, job.action)], facts(job, only), counts(job.tally), scopes(job)]
        return Array(sections.filter { !$0.isEmpty }.joined(separator: [""]))
    }

    /// A line for each outcome that occurs: `deleted           1,990`.
    package static func counts(_ tally: Tally) -> [String] {
        let counts = JobFacts.counts(tally)
        let column = counts.map(\.count.count).max() ?? 0
        return counts.map { TerminalText.fitted($0.outcome, to: 18) + TerminalText.rightAligned($0.count, to: column) }
    }

    /// `State:     finished`
    private static func facts(_ job: JobOverview, _ only: Set<ItemState>?) -> [String] {
        let facts = JobFacts.facts(job, only: only)
        let column = (facts.map(\.label.count).max() ?? 0) + 2
        return facts.map { TerminalText.fitted($0.label + ":", to: column) + TerminalText.sanitised($0.value) }
    }

    /// A heading and a line for each scope; nothing where there is none.
    private static func scopes(_ job: JobOverview) -> [String] {
        let lines = [JobFacts.scopeColumns.map { $0.uppercased() }] + JobFacts.scopes(job)
        guard lines.count > 1 else { return [] }
        // As wide as the widest cell: a number is never cut.
        let widths = JobFacts.scopeColumns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            let numbers = zip(cells, widths).dropFirst().map { TerminalText.rightAligned($0, to: $1) }
            return ([TerminalText.fitted(cells[0], to: widths[0])] + numbers).joined(separator: "  ")
        }
    }
}
