import SweepCloudflare
import SweepModel
import SweepQueue
import SweepReport
import SweepRunner

/// Lists every scope of a job again and compares it with the job's items.
struct Verification {
    let session: LookupSession
    /// Where the proof is kept; nil where another process has the queue.
    let queue: Queue?
    let path: String

    /// - Throws: failures of the queue. A list that cannot be read is a finding, not an error.
    func run(_ job: JobOverview) async throws -> VerificationFinding {
        let results = try await session.list(job.scopes.map(\.scope))
        let lists = Verification.lists(results)
        try await queue?.verify(job.id, against: lists, at: session.system.time.now)
        var finding = VerificationFinding(isStopped: Task.isCancelled)
        finding.troubles = results.compactMap(Verification.trouble)
        try compare(job, results, &finding)
        note(finding)
        return finding
    }

    private func note(_ finding: VerificationFinding) {
        session.system.log.note(.verifyEnded, finding.contradictions.isEmpty ? nil : .error) { json in
            json.member("total", finding.total)
            json.member("gone", finding.gone)
            json.member("live", finding.live.count)
            json.member("contradictions", finding.contradictions.count)
            json.member("unproven", finding.unproven)
        }
    }

    private static func lists(_ results: LookupSession.Results) -> [LiveList] {
        results.compactMap { result in
            guard case .success(let listing) = result else { return nil }
            return LiveList(
                scope: listing.scope, tokens: listing.tokens.map(\.id), provesAbsence: listing.permission == .proven)
        }
    }

    private static func trouble(_ result: Result<Listing, ListingFailure>) -> ListingTrouble? {
        switch result {
        case .success(let listing): ListingTrouble(listing)
        case .failure(let failure): ListingTrouble(failure)
        }
    }

    private func compare(_ job: JobOverview, _ results: LookupSession.Results, _ finding: inout VerificationFinding) throws {
        let listings = Dictionary(uniqueKeysWithValues: results.compactMap { try? $0.get() }.map { ($0.scope, LiveTokens($0)) })
        let reader = try QueueReader(path: path)
        var noted = finding
        try reader.forEachItem(of: job.id, in: Set(ItemState.allCases), withAttempts: false) { row in
            guard row.state != .invalid, let scope = row.scope, let token = TokenID(row.tokenText) else {
                noted.unusable += 1
                return
            }
            if let live = listings[scope]?.tokens[token] {
                var row = row
                row.name = row.name ?? live.name
                noted.live.append(row)
            } else if listings[scope]?.provesAbsence == true {
                noted.gone += 1
            } else {
                noted.unproven += 1
            }
        }
        finding = noted
    }
}

/// A list, for looking tokens up in it.
private struct LiveTokens {
    let tokens: [TokenID: LiveToken]
    let provesAbsence: Bool

    init(_ listing: Listing) {
        tokens = Dictionary(listing.tokens.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        provesAbsence = listing.permission == .proven
    }
}

/// What a verification found out.
struct VerificationFinding: Sendable {
    /// Items that a list which may be believed does not show.
    var gone = 0
    /// Items that a list shows.
    var live: [ReportRow] = []
    /// Items of which nobody can tell.
    var unproven = 0
    /// Rows that could not be used, of which nothing is known.
    var unusable = 0
    /// The scopes whose lists prove nothing, or not everything.
    var troubles: [ListingTrouble] = []
    /// Somebody ended the listing before its end.
    var isStopped: Bool

    init(isStopped: Bool) { self.isStopped = isStopped }

    /// Items that live although the job says that they are gone: the worst there is.
    var contradictions: [ReportRow] { live.filter(\.state.isGone) }
    var stillThere: [ReportRow] { live.filter { !$0.state.isGone } }
    var total: Int { gone + live.count + unproven + unusable }

    var exitCode: ExitCode {
        if !live.isEmpty { return .someRemain }
        if unproven > 0 {
            return isStopped ? .interrupted : troubles.map(\.exitCode).contains(.halted) ? .halted : .environment
        }
        return unusable > 0 ? .someRemain : .allGone
    }
}
