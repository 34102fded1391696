package import SweepModel

/// What a new job starts from.
package struct JobDraft: Sendable {
    package var name: String
    /// The job's settings, as its maker writes them; the queue only keeps them.
    package var settings: String
    package var baseURL: String
    /// The manifests' names in the order given.
    package var manifests: [String]
    package var createdAt: Timestamp
    package var action: JobAction
    /// Part of the plan's id: whoever confirms a plan confirms this too.
    package var whenBlocked: WhenBlocked
    /// Why it is done, in its maker's words.
    package var reason: String?

    package init(
        name: String, settings: String, baseURL: String, manifests: [String], createdAt: Timestamp, action: JobAction = .delete,
        whenBlocked: WhenBlocked = .report, reason: String? = nil
    ) {
        self.name = name
        self.settings = settings
        self.baseURL = baseURL
        self.manifests = manifests
        self.createdAt = createdAt
        self.action = action
        self.whenBlocked = whenBlocked
        self.reason = reason
    }

    /// `delete`; `delete, rotate when blocked`; `disable`
    var deed: String { Self.deed(action, whenBlocked) }

    static func deed(_ action: JobAction, _ whenBlocked: WhenBlocked) -> String {
        action.rawValue + (whenBlocked == .report ? "" : ", \(whenBlocked.rawValue) when blocked")
    }
}

/// What a job would do, before it does it.
package struct Plan: Sendable, Hashable {
    package var job: JobID
    /// The digest of the sorted identities and the action, 20 hexadecimal digits: equal for equal sets of tokens.
    package var id: String
    /// Items by scope, ordered by scope; unusable rows are not among them.
    package var scopes: [ScopeTally]
    package var invalid: Int
    package var duplicates: Int

    /// How many tokens the plan would delete or, where that is its action, disable or enable.
    package var deletions: Int { scopes.reduce(0) { $0 + $1.tally[.pending] } }
    /// How many tokens are held back.
    package var skipped: Int { scopes.reduce(0) { $0 + $1.tally[.skipped] } }
}
