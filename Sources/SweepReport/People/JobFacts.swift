import SweepModel

/// What the reports for people say about a job above its rows. The values are not sanitised yet.
package enum JobFacts {
    struct Fact {
        var label: String
        var value: String
    }

    /// The API that everybody expects; another one is always named, so that a rehearsal never passes for the real thing.
    static let publicAPI = "https://api.cloudflare.com/client/v4"

    static func facts(_ job: JobOverview, only: Set<ItemState>?) -> [Fact] {
        let all: [(label: String, value: String?)] = [
            ("API", isPublic(job.baseURL) ? nil : job.baseURL),
            ("Job", job.name),
            ("Action", job.action == .delete ? nil : job.action.rawValue),
            ("State", job.state.rawValue),
            ("Stopped", job.stopReason),
            ("Plan", job.planID),
            ("Reason", job.reason),
            ("Created", job.createdAt.rfc3339),
            ("Finished", job.finishedAt?.rfc3339),
            ("Verified", job.verifiedAt?.rfc3339),
            (job.manifests.count == 1 ? "Manifest" : "Manifests", manifests(job)),
            ("Duplicates", job.duplicates == 0 ? nil : HumanText.count(job.duplicates, "row", "rows")),
            ("Evidence", job.evidenceHead?.description),
            ("Only", only.map(outcomes)),
        ]
        return all.compactMap { label, value in value.map { Fact(label: label, value: $0) } }
    }

    /// Outcomes that occur, with their counts, in the order of the closed list.
    static func counts(_ tally: Tally) -> [(outcome: String, count: String)] {
        ItemState.allCases.filter { tally[$0] > 0 }.map { ($0.rawValue, HumanText.number(tally[$0])) }
    }

    static let scopeColumns = ["Scope", "Tokens", "Gone", "Not gone", "Not finished"]

    /// One line a scope, in the order of `scopeColumns`.
    static func scopes(_ job: JobOverview) -> [[String]] {
        job.scopes.map { entry in
            let tally = entry.tally
            return [entry.scope.description] + [tally.total, tally.gone, tally.final - tally.gone, tally.open].map(HumanText.number)
        }
    }

    /// The reason; for an invalid row with its place in front, for it may have nothing else by which it could be found.
    static func reason(_ row: ReportRow) -> String {
        let reason = row.reason ?? ""
        return row.state == .invalid ? "\(name(ofManifest: row.position.manifest)):\(row.position.line): \(reason)" : reason
    }

    /// Whether a base URL is the one that everybody expects.
    package static func isPublic(_ baseURL: String) -> Bool { baseURL == publicAPI || baseURL == publicAPI + "/" }

    private static func manifests(_ job: JobOverview) -> String {
        job.manifests.map(name(ofManifest:)).joined(separator: ", ")
    }

    private static func name(ofManifest manifest: String) -> String { manifest == "-" ? "standard input" : manifest }

    private static func outcomes(_ states: Set<ItemState>) -> String {
        ItemState.allCases.filter(states.contains).map(\.rawValue).joined(separator: ", ")
    }
}
