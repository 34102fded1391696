/// A job as `jobs`, `status` and the reports' headings show it.
package struct JobOverview: Sendable, Hashable {
    package var id: JobID
    package var name: String
    package var state: JobState
    /// The plan's id: the digest of the sorted identities and the action.
    package var planID: String
    package var createdAt: Timestamp
    package var finishedAt: Timestamp?
    /// When its tokens were last looked for in the lists of their accounts and zones; nil when that was never done.
    package var verifiedAt: Timestamp?
    /// Why a halted or interrupted job stopped.
    package var stopReason: String?
    /// The API's base URL, so that a rehearsal can never pass for the real thing.
    package var baseURL: String
    package var tally: Tally
    /// Items by scope, ordered by scope.
    package var scopes: [ScopeTally]
    /// Rows that named a token already named by an earlier row.
    package var duplicates: Int
    /// The manifests, in the order given.
    package var manifests: [String]
    package var action: JobAction
    /// Why it is done, in its maker's words.
    package var reason: String?
    /// The hash of the last line of its evidence.
    package var evidenceHead: EvidenceHash?
    /// Whether a newer job has the same name, which finds that one then.
    package var isShadowed = false

    package init(
        id: JobID, name: String, state: JobState, planID: String, createdAt: Timestamp, finishedAt: Timestamp? = nil,
        verifiedAt: Timestamp? = nil, stopReason: String? = nil, baseURL: String, tally: Tally, scopes: [ScopeTally], duplicates: Int,
        manifests: [String], action: JobAction = .delete
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.planID = planID
        self.createdAt = createdAt
        self.finishedAt = finishedAt
        self.verifiedAt = verifiedAt
        self.stopReason = stopReason
        self.baseURL = baseURL
        self.tally = tally
        self.scopes = scopes
        self.duplicates = duplicates
        self.manifests = manifests
        self.action = action
    }
}

package struct ScopeTally: Sendable, Hashable {
    package var scope: Scope
    package var tally: Tally

    package init(scope: Scope, tally: Tally) {
        self.scope = scope
        self.tally = tally
    }
}

/// A job's number in its queue file.
package struct JobID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
    package var description: String { String(value) }
    package static func < (left: JobID, right: JobID) -> Bool { left.value < right.value }
}

/// An item's number in its queue file; within a job they ascend in manifest order.
package struct ItemID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
    package var description: String { String(value) }
    package static func < (left: ItemID, right: ItemID) -> Bool { left.value < right.value }
}

/// The life of a job. The raw values are the words of the queue file and of `--json`.
package enum JobState: String, Sendable, Hashable, CaseIterable {
    /// Its manifests are being read, or its plan waits for a yes; not listed, and swept away when its owner is gone.
    case planning
    /// Confirmed, with items that still need requests. `running` is this state with a living owner.
    case unfinished
    /// Stopped by a safety stop; `resume` goes on.
    case halted
    /// Every item has its outcome.
    case finished
}
