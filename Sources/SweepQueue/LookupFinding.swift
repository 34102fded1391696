package import SweepModel

/// What looking at one account or zone brought for a plan.
package struct LookupFinding: Sendable {
    package var scope: Scope
    /// nil where the list could not be read to its end.
    package var tokens: [LiveToken]?
    /// Whether a token that is not on the list does not exist.
    package var provesAbsence: Bool
    /// Who refers to which token by name; nil where nobody looked.
    package var referrers: [TokenID: ReferenceGraph.Referrers]?

    package init(
        scope: Scope, tokens: [LiveToken]?, provesAbsence: Bool, referrers: [TokenID: ReferenceGraph.Referrers]? = nil
    ) {
        self.scope = scope
        self.tokens = tokens
        self.provesAbsence = provesAbsence
        self.referrers = referrers
    }

    /// An empty list proves nothing by itself: lists are filtered by permission.
    var isUsable: Bool { tokens.map { provesAbsence || !$0.isEmpty } ?? false }
}

/// What became of a plan when the findings were put into it.
package struct PlanReview: Sendable {
    package var plan: Plan
    /// Client ids whose token was not found: the first ones, and how many there are.
    package var problems: [InvalidRow] = []
    package var problemCount = 0
    /// Tokens of which it cannot be told whether they are protected.
    package var unjudged: [ProtectionList.Missing: Int] = [:]
}

/// Which tokens of a plan are asked for.
package enum PlanSelection: Sendable, Hashable {
    case all
    /// Refused by the API as in use.
    case inUse
    /// Seen at that moment or later.
    case seen(since: Timestamp)
    case unlisted
    /// The API's name is another than the manifest's.
    case renamed
    /// Nothing is known of them.
    case unknown
    /// Nobody knows when they were seen.
    case seenUnknown

    /// Besides being to be deleted.
    var condition: String {
        switch self {
        case .all: "1"
        case .inUse: "item.in_use = 1"
        case .seen: "item.presence = 'listed' AND item.last_seen_at >= ?4"
        case .unlisted: "item.presence = 'unlisted'"
        case .renamed: "item.live_name IS NOT NULL AND item.name <> item.live_name"
        case .unknown: "item.presence IS NULL"
        case .seenUnknown: "(item.presence IS NULL OR (item.presence = 'listed' AND item.seen_known = 0))"
        }
    }
}
