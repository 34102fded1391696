package import SweepModel

/// What one call of the program did, besides the job's own state.
package struct RunFacts: Sendable, Hashable {
    /// From the first request to the last answer.
    package var elapsed: Milliseconds
    /// Tokens that got their outcome from a request in this call.
    package var finished: Int
    /// Requests that were sent, lookups included.
    package var requests: Int
    /// Paths of the reports that were written.
    package var reports: [String]

    package init(elapsed: Milliseconds, finished: Int, requests: Int, reports: [String] = []) {
        self.elapsed = elapsed
        self.finished = finished
        self.requests = requests
        self.reports = reports
    }
}

/// What `run` and `resume` say at their end: it fits one screen.
package enum SummaryText {
    /// Reports that are named before the rest is only counted.
    private static let namedReports = 3

    /// The verdict, what to know, the counts, the pace and the reports; `NextSteps` follow. Sanitised, without line breaks.
    package static func lines(_ job: JobOverview, _ run: RunFacts) -> [String] {
        [Verdict.sentence(job.tally, job.action)] + origin(job) + OverviewText.counts(job.tally).map { "  " + $0 } + pace(run)
            + reports(run.reports) + evidence(job)
    }

    private static func origin(_ job: JobOverview) -> [String] {
        let api = JobFacts.isPublic(job.baseURL) ? [] : ["API: \(TerminalText.sanitised(job.baseURL))"]
        return api + (job.stopReason.map { ["Stopped: \(TerminalText.sanitised($0))"] } ?? [])
    }

    private static func pace(_ run: RunFacts) -> [String] {
        guard run.requests > 0 else { return [] }
        let sent = "\(HumanText.count(run.requests, "request", "requests")) in \(HumanText.duration(run.elapsed))"
        guard let pace = HumanText.pace(run.finished, in: run.elapsed) else { return [sent] }
        return ["\(sent); tokens finished: \(pace)"]
    }

    private static func reports(_ paths: [String]) -> [String] {
        let named = paths.prefix(namedReports).map { "Report: \(TerminalText.sanitised($0))" }
        let rest = paths.count - named.count
        return rest == 0 ? named : named + ["and \(HumanText.count(rest, "report", "reports")) more"]
    }

    /// To be pasted into a ticket: `Evidence: 9f86d0…`
    package static func evidence(_ job: JobOverview) -> [String] { job.evidenceHead.map { ["Evidence: \($0)"] } ?? [] }
}
