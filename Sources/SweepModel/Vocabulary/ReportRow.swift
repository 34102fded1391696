/// One item as the reports show it: the columns of the command line's contract, typed.
package struct ReportRow: Sendable, Hashable {
    package var position: RowPosition
    /// The id in its 36-character form; for an invalid row what stood there, redacted.
    package var tokenText: String
    package var scope: Scope?
    package var state: ItemState
    package var reason: String?
    package var name: String?
    package var clientID: String?
    package var duration: String?
    package var expiresAt: Timestamp?
    package var note: String?
    package var finishedAt: Timestamp?
    /// How many requests were sent for the item, also where the log below was not asked for.
    package var attemptCount: Int
    package var firstAttemptAt: Timestamp?
    /// What the last attempt that ended brought.
    package var lastDetails: AnswerDetails?
    /// Every attempt that ended, in order; empty where the reader did not ask for it.
    package var attempts: [Attempt]
    /// When a complete list of the scope last proved that the token is gone.
    package var verifiedAt: Timestamp?
    /// Who referred to the token by name before anything was deleted; nil where nobody looked.
    package var referrers: [String]?

    package init(
        position: RowPosition, tokenText: String, scope: Scope?, state: ItemState, reason: String? = nil, name: String? = nil,
        clientID: String? = nil, duration: String? = nil, expiresAt: Timestamp? = nil, note: String? = nil,
        finishedAt: Timestamp? = nil, attemptCount: Int = 0, firstAttemptAt: Timestamp? = nil, lastDetails: AnswerDetails? = nil,
        attempts: [Attempt] = [], verifiedAt: Timestamp? = nil, referrers: [String]? = nil
    ) {
        self.position = position
        self.tokenText = tokenText
        self.scope = scope
        self.state = state
        self.reason = reason
        self.name = name
        self.clientID = clientID
        self.duration = duration
        self.expiresAt = expiresAt
        self.note = note
        self.finishedAt = finishedAt
        self.attemptCount = attemptCount
        self.firstAttemptAt = firstAttemptAt
        self.lastDetails = lastDetails
        self.attempts = attempts
        self.verifiedAt = verifiedAt
        self.referrers = referrers
    }
}
