import SweepModel

/// The place of the whole table, which the script fills, and what works on it. Without the script a sentence stands there.
enum TableSection {
    static func text(_ job: JobOverview, _ layout: ReportLayout) -> String {
        let states = ItemState.allCases.filter { job.tally[$0] > 0 && layout.only?.contains($0) != false }
        return """
            <section aria-labelledby="tokens">
            <h2 id="tokens" tabindex="-1">All tokens</h2>
            <p id="without-script">This table is drawn by the script in this file, and needs JavaScript. Without it, \
            <code>tokensweep report --format csv</code> has every row.</p>
            <form id="controls" class="controls" role="search" hidden>
            <label>Search <input type="search" id="search" autocomplete="off" spellcheck="false" placeholder="name, id, reason, account …"></label>
            <fieldset><legend>Outcomes</legend>
            \(states.map { box($0, job.tally[$0]) }.joined(separator: "\n"))
            </fieldset>
            </form>
            <p id="shown" class="shown" role="status" aria-live="polite"></p>
            <div class="scroll" tabindex="0" role="region" aria-labelledby="tokens"><table id="table" class="stacked" hidden>
            <caption>One row a token, in manifest order unless sorted by a column</caption>
            <thead><tr>\(columns.map { "<th scope=\"col\"><button type=\"button\">\($0)</button></th>" }.joined())<th scope="col">More</th></tr></thead>
            <tbody id="body"></tbody>
            </table></div>
            <nav id="pages" class="pages" aria-label="Pages of the table" hidden>
            <button type="button" id="first">First</button> <button type="button" id="previous">Previous</button>
            <label>Page <input id="page" inputmode="numeric" size="6" autocomplete="off"></label> <span id="page-count"></span>
            <button type="button" id="next">Next</button> <button type="button" id="last">Last</button>
            <label>Rows a page <select id="size"><option>25</option><option selected>50</option><option>100</option><option>500</option></select></label>
            </nav>
            </section>

            """
    }

    /// In the order in which the script draws them.
    private static let columns = ["Outcome", "Name and id", "Account or zone", "Reason", "Tries", "Finished (UTC)"]

    private static func box(_ state: ItemState, _ count: Int) -> String {
        """
        <label class="choice"><input type="checkbox" name="outcome" value="\(state.rawValue)" checked> \
        <span class="outcome \(state.rawValue)">\(state.rawValue)</span> \(HumanText.number(count))</label>
        """
    }
}
