import SQLite
import SweepModel

/// What the owner keeps in memory of the job it runs: everything here can be read again from the file.
final class RunInProgress {
    let job: Int64
    /// The credential's row, by lane.
    let credentials: [Int64]
    /// The credential's fingerprint, by lane.
    let fingerprints: [String]
    let evidence: EvidenceWriter
    /// The scopes that each lane serves.
    var lanes: [[FreshScope]]
    /// The items in flight, with the row of each one's scope.
    var claims: [ItemID: (scope: Int64, claim: Claim)] = [:]
    /// Each scope's row, with the lane that serves it.
    let scopes: [Int64: (scope: Scope, lane: LaneID)]
    /// The manifests' names, by row.
    let manifests: [Int64: String]
    let statements: RunStatements
    /// Whether the log is folded again now and then: from the first answer on, that no request has to wait for the log of its
    /// plan.
    var foldsLog = false

    init(
        job: Int64, credentials: [Int64], fingerprints: [String], evidence: EvidenceWriter, lanes: [[FreshScope]],
        manifests: [Int64: String], statements: RunStatements
    ) {
        self.job = job
        self.manifests = manifests
        self.credentials = credentials
        self.fingerprints = fingerprints
        self.evidence = evidence
        self.lanes = lanes
        self.statements = statements
        var scopes: [Int64: (scope: Scope, lane: LaneID)] = [:]
        for (index, lane) in lanes.enumerated() {
            for scope in lane { scopes[scope.row] = (scope.scope, LaneID(index)) }
        }
        self.scopes = scopes
    }
}

/// Where the first tries of a scope's items have come to.
struct FreshScope {
    let row: Int64
    let scope: Scope
    /// No item up to this one is still to be tried for the first time.
    var cursor: Int64
    /// All of the job's items are before this one.
    let end: Int64
    /// The next item that was never tried; nil when there is none. In a lane with one scope it may be any number before it.
    var next: Int64?

    /// The scope whose next item comes first of all, and the next item of any other, before which it has to stop; nil
    /// when no scope has any.
    static func next(of scopes: [FreshScope]) -> (index: Int, bound: Int64)? {
        var first: (index: Int, item: Int64)?
        var bound = Int64.max
        for (index, scope) in scopes.enumerated() {
            guard let item = scope.next else { continue }
            guard let known = first else {
                first = (index, item)
                continue
            }
            bound = min(bound, max(item, known.item))
            if item < known.item { first = (index, item) }
        }
        return first.map { ($0.index, min(bound, scopes[$0.index].end)) }
    }
}
