import SweepModel

/// The verdict, the outcomes and the job: what everybody reads.
enum SummarySection {
    static func text(_ job: JobOverview, _ layout: ReportLayout) -> String {
        """
        <header class="\(mood(job))">
        <p class="kicker"><span>tokensweep</span> <bdi>\(Markup.escaped(job.name))</bdi></p>
        <h1>\(Markup.escaped(Verdict.sentence(job.tally, job.action)))</h1>
        \(notices(job, layout))
        \(OutcomeBar.svg(job.tally, job.action, id: "outcomes"))
        \(counts(job.tally))
        </header>
        <main>
        <section aria-labelledby="job-heading">
        <h2 id="job-heading">The job</h2>
        <dl class="facts">
        \(facts(job, layout))
        </dl>
        </section>

        """
    }

    private static func mood(_ job: JobOverview) -> String {
        if job.tally.open > 0 || job.state != .finished { return "open" }
        return job.tally.total > 0 && job.tally.fulfilled(job.action) == job.tally.total ? "good" : "partial"
    }

    /// What nobody may overlook.
    private static func notices(_ job: JobOverview, _ layout: ReportLayout) -> String {
        var notices: [String] = []
        if job.state != .finished {
            let word = job.state == .halted ? "was halted and is not finished" : "is not finished"
            let reason = job.stopReason.map { ": <bdi>\(Markup.escaped($0))</bdi>" } ?? ""
            let moment = layout.story.map { " This page shows how it stood at \($0.writtenAt.peopleText)." } ?? ""
            let command = "tokensweep resume \(ShellText.word(for: job))"
            notices.append("The job \(word)\(reason).\(moment) To go on: <code>\(Markup.escaped(command))</code>")
        }
        if !JobFacts.isPublic(job.baseURL) {
            notices.append("The API was not Cloudflare’s own, but <code>\(Markup.escaped(job.baseURL))</code>.")
        }
        if let only = layout.only {
            let words = ItemState.allCases.filter(only.contains).map(\.rawValue).joined(separator: ", ")
            notices.append("The tokens listed below are not all: only \(Markup.escaped(words)).")
        }
        return notices.map { "<p class=\"notice\">\($0)</p>" }.joined(separator: "\n")
    }

    private static func counts(_ tally: Tally) -> String {
        let items = ItemState.allCases.filter { tally[$0] > 0 }.map { state in
            """
            <li><svg class="swatch chart" viewBox="0 0 12 12" aria-hidden="true"><rect class="\(look(state))" width="12" height="12" rx="2"/></svg>\
            <span><strong>\(HumanText.number(tally[state]))</strong> \(state.rawValue)<small>\(Markup.escaped(state.meaning))</small></span></li>
            """
        }
        return items.isEmpty ? "" : "<ul class=\"counts\" aria-label=\"Tokens by outcome\">\n\(items.joined(separator: "\n"))\n</ul>"
    }

    private static func look(_ state: ItemState) -> String { state.isFinal ? "fill-\(state.rawValue)" : "open-swatch" }

    private static func facts(_ job: JobOverview, _ layout: ReportLayout) -> String {
        var facts = JobFacts.facts(job, only: layout.only).map { ($0.label, $0.value) }
        if let story = layout.story { facts.append(("Written", story.writtenAt.rfc3339)) }
        return facts.map { label, value in
            let look = value.utf8.count > 32 ? " class=\"long\"" : ""
            return "<div\(look)><dt>\(label)</dt><dd><bdi>\(Markup.escaped(value))</bdi></dd></div>"
        }.joined(separator: "\n")
    }
}

extension ItemState {
    /// A few words for people who do not know the outcomes.
    var meaning: String {
        switch self {
        case .deleted: "the API confirmed it"
        case .alreadyAbsent: "was gone before"
        case .presumedDeleted: "gone after a lost answer"
        case .disabled: "works no more, not deleted"
        case .enabled: "works again"
        case .blocked: "in use, cannot be deleted"
        case .failed: "refused, or out of tries"
        case .skipped: "protected or cancelled"
        case .invalid: "the row cannot be used"
        case .pending: "still to be done"
        case .inFlight: "its request may be on the way"
        }
    }
}
