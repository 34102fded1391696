import SweepModel

/// The tokens with a last word that is not what the job is for: why, and who refers to them.
enum RemainingSection {
    static func text(_ job: JobOverview, _ layout: ReportLayout) -> String {
        guard job.tally.total > 0 else { return "" }
        let words = TimelineWords(job.action)
        return """
            <section aria-labelledby="remaining-heading">
            <h2 id="remaining-heading">Tokens that are \(words.left)</h2>
            \(content(job, layout))
            </section>

            """
    }

    private static func content(_ job: JobOverview, _ layout: ReportLayout) -> String {
        let states = ReportStory.remainingStates(job.action).intersection(layout.only ?? Set(ItemState.allCases))
        let count = states.reduce(0) { $0 + job.tally[$1] }
        let open = job.tally.open == 0 ? "" : "<p>\(HumanText.count(job.tally.open, "token is", "tokens are")) not finished yet.</p>\n"
        guard count > 0 else {
            return open + (job.tally.open == 0 && layout.only == nil ? "<p>None.</p>" : "<p>None so far, or none that is listed here.</p>")
        }
        let rows = layout.story?.remaining ?? []
        let rest = count - rows.count
        let more = rest > 0 ? "<p>… and \(HumanText.number(rest)) more, which the table below has.</p>\n" : ""
        return open + table(rows) + more
    }

    private static func table(_ rows: [ReportRow]) -> String {
        guard !rows.isEmpty else { return "" }
        return """
            <div class="scroll" tabindex="0" role="region" aria-labelledby="remaining-heading"><table class="stacked remaining">
            <caption>With the reason and, where the plan looked, who refers to them</caption>
            <thead><tr><th scope="col">Outcome</th><th scope="col">Name and id</th><th scope="col">Reason</th><th scope="col">Referred to by</th></tr></thead>
            <tbody>
            \(rows.map(line).joined(separator: "\n"))
            </tbody>
            </table></div>

            """
    }

    private static func line(_ row: ReportRow) -> String {
        let name = row.name.map { "<bdi class=\"name\">\(Markup.escaped($0))</bdi>" } ?? ""
        let scope = row.scope.map { "<small>\($0)</small>" } ?? ""
        let referrers = row.referrers.map(ReferrerText.line) ?? "not looked at"
        return """
            <tr><td><span class="outcome \(row.state.rawValue)">\(row.state.rawValue)</span></td>\
            <th scope="row">\(name)<bdi class="id">\(Markup.escaped(row.tokenText))</bdi>\(scope)</th>\
            <td data-title="Reason"><bdi>\(Markup.escaped(JobFacts.reason(row)))</bdi></td>\
            <td data-title="Referred to by"><bdi>\(Markup.escaped(referrers))</bdi></td></tr>
            """
    }
}
