/// What really changed because of a request.
package enum Effect: String, Sendable, CaseIterable {
    case deleted, disabled, enabled, rotated, refreshed
    /// Another name or duration.
    case updated
    case none
}

/// One request, and what became of it. A line of the ledger is its `json`.
package struct LedgerEntry: Sendable, Equatable {
    /// From 1, in the order of arrival. Lines stand in the order of answers.
    package var n: Int
    /// Milliseconds since the epoch.
    package var arrivedAt: Int
    /// Milliseconds since the epoch; nil when nothing was sent.
    package var answeredAt: Int?
    package var method: String
    /// Path and query, as sent.
    package var path: String
    /// The scope and token that the path names, whether they exist or not.
    package var scope: ScopeReference?
    package var tokenID: String?
    /// The label of the credential in the world; nil for one that is not known.
    package var credential: String?
    package var userAgent: String?
    /// Nil when nothing was sent.
    package var status: Int?
    /// The first error code in the body.
    package var code: Int?
    package var fault: FaultKind?
    package var effect: Effect = .none
    /// Refused by a real limit. A fault that only looks like one is not meant.
    package var isRateLimited = false

    package var json: JSON {
        [
            "n": .int(n), "at_ms": .int(arrivedAt), "answered_ms": .optional(answeredAt), "method": .string(method), "path": .string(path),
            "scope": .optional(scope?.kind.rawValue), "scope_id": .optional(scope?.id), "token_id": .optional(tokenID),
            "credential": .optional(credential), "user_agent": .optional(userAgent), "status": .optional(status), "code": .optional(code),
            "fault": .optional(fault?.rawValue), "effect": .string(effect.rawValue), "rate_limited": .bool(isRateLimited),
        ]
    }
}
