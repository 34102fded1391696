/// What came back for one lookup: a request that changes nothing.
package struct LookupAnswer: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        /// A page of a list.
        case page(TokenPage)
        /// A page of applications, policies or groups.
        case entities(EntityPage)
        /// The token that issues DoH tokens; nil where there is none.
        case dohToken(TokenID?)
        /// The credential may read what it asked about.
        case permitted
        /// The credential is not accepted for this account or zone; it may be good elsewhere. Rare blips of this form exist.
        case forbidden
        /// The credential is not accepted at all.
        case credentialRefused
        /// The account or zone itself is wrong or not set up.
        case wrongScope
        /// Over the budget: the request was not looked at.
        case rateLimited
        /// Refused for good.
        case refused
        /// Try again.
        case temporary
        /// No connection came about.
        case unreachable
    }

    package var outcome: Outcome
    /// One short sentence without variable parts.
    package var reason: String
    package var details: AnswerDetails
    /// How long the API asked to wait (`retry-after`), never shortened.
    package var retryAfter: Milliseconds?
    package var rateLimit: RateLimitHint?

    package init(
        _ outcome: Outcome, reason: String = "", details: AnswerDetails = AnswerDetails(), retryAfter: Milliseconds? = nil,
        rateLimit: RateLimitHint? = nil
    ) {
        self.outcome = outcome
        self.reason = reason
        self.details = details
        self.retryAfter = retryAfter
        self.rateLimit = rateLimit
    }
}
