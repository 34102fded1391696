import SweepModel

/// A line for each account and zone.
enum ScopeSection {
    static func text(_ job: JobOverview) -> String {
        guard job.tally.total > 0 else { return "" }
        let words = TimelineWords(job.action)
        let titles = ["Account or zone", "tokens", words.fulfilled, words.left, "not finished"]
        let heading = titles.map { "<th scope=\"col\">\($0)</th>" }.joined()
        let known = job.scopes.map { line($0.scope.description, $0.tally, job.action) }
        return """
            <section aria-labelledby="scopes-heading">
            <h2 id="scopes-heading">Accounts and zones</h2>
            <div class="scroll tall" tabindex="0" role="region" aria-labelledby="scopes-heading"><table class="numbers">
            <caption>Tokens by account and zone</caption>
            <thead><tr>\(heading)</tr></thead>
            <tbody>
            \((known + nowhere(job)).joined(separator: "\n"))
            </tbody>
            <tfoot>\(line("all", job.tally, job.action))</tfoot>
            </table></div>
            </section>

            """
    }

    /// Rows that name no account or zone: they cannot be used.
    private static func nowhere(_ job: JobOverview) -> [String] {
        let named = job.scopes.reduce(0) { $0 + $1.tally.total }
        let rest = job.tally.total - named
        return rest > 0 ? [line("none that is known", Tally([.invalid: rest]), job.action)] : []
    }

    private static func line(_ name: String, _ tally: Tally, _ action: JobAction) -> String {
        let done = tally.fulfilled(action)
        let cells = [tally.total, done, tally.final - done, tally.open].map { "<td>\(HumanText.number($0))</td>" }
        return "<tr><th scope=\"row\">\(Markup.escaped(name))</th>\(cells.joined())</tr>"
    }
}
