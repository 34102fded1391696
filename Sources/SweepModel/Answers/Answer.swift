/// What became of one request for a token, as far as its answer tells.
package enum AnswerClass: Sendable, Hashable {
    /// The API confirmed the deletion of the very token that was asked for.
    case deleted
    /// The API shows the token: the answer to a request that only looks.
    case found(FoundToken)
    /// The API confirmed the change that was asked for, other than a deletion.
    case changed
    /// The API knows no such token.
    case absent
    /// In use by a policy, a group or a SCIM configuration; a person must remove the reference.
    case blocked
    /// The credential is not accepted. `mayPass`: rare blips of this form have been seen with good credentials.
    case credentialRefused(mayPass: Bool)
    /// The account or zone itself is wrong or not set up: says nothing about the token.
    case wrongScope
    /// Over the budget: the request was not looked at.
    case rateLimited
    /// Refused for good.
    case refused
    /// Try again. `fateUnknown`: the request may have been carried out although its answer does not say so.
    case temporary(fateUnknown: Bool)
    /// Cut short by this program before an answer came: the request may have been carried out.
    case cutShort
    /// No connection came about, so the request was never sent.
    case unreachable
}

/// What came back for one request.
package struct Answer: Sendable, Hashable {
    package var kind: AnswerClass
    /// One short sentence without variable parts, for the report's `reason`.
    package var reason: String
    package var details: AnswerDetails
    /// How long the API asked to wait (`retry-after`), never shortened.
    package var retryAfter: Milliseconds?
    /// The tightest budget of the `Ratelimit` headers.
    package var rateLimit: RateLimitHint?
    /// What the body told about the token.
    package var token: TokenFacts?

    package init(
        kind: AnswerClass, reason: String, details: AnswerDetails = AnswerDetails(), retryAfter: Milliseconds? = nil,
        rateLimit: RateLimitHint? = nil, token: TokenFacts? = nil
    ) {
        self.kind = kind
        self.reason = reason
        self.details = details
        self.retryAfter = retryAfter
        self.rateLimit = rateLimit
        self.token = token
    }
}

/// A token as the API shows it, as far as a change needs it.
package struct FoundToken: Sendable, Hashable {
    /// Exactly as the API says it, for it is sent back. Untrusted, and never shown or kept; nil where the API tells none.
    package var name: String?
    package var isEnabled: Bool

    package init(name: String?, isEnabled: Bool) {
        self.name = name
        self.isEnabled = isEnabled
    }
}

/// What an attempt keeps of its answer for the report. Every text is untrusted, capped and redacted, and may be missing.
package struct AnswerDetails: Sendable, Hashable {
    package var httpStatus: Int?
    package var errorCode: Int?
    package var errorMessage: String?
    package var documentationURL: String?
    /// JSON pointer to the part of the request that was at fault (`source.pointer`).
    package var sourcePointer: String?
    /// `6111: Invalid format for Authorization header; …`
    package var errorChain: String?
    /// The `cf-ray` header: what Cloudflare's support asks for.
    package var rayID: String?
    /// What went wrong below HTTP: `timeout`, `connection reset`, …
    package var transportError: String?

    package init(
        httpStatus: Int? = nil, errorCode: Int? = nil, errorMessage: String? = nil, documentationURL: String? = nil,
        sourcePointer: String? = nil, errorChain: String? = nil, rayID: String? = nil, transportError: String? = nil
    ) {
        self.httpStatus = httpStatus
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.documentationURL = documentationURL
        self.sourcePointer = sourcePointer
        self.errorChain = errorChain
        self.rayID = rayID
        self.transportError = transportError
    }
}

/// What the API tells of a token; every field is optional in its answers.
package struct TokenFacts: Sendable, Hashable {
    package var name: String?
    package var clientID: String?
    /// A Go duration such as `8760h`, or `forever`.
    package var duration: String?
    package var expiresAt: Timestamp?

    package init(name: String? = nil, clientID: String? = nil, duration: String? = nil, expiresAt: Timestamp? = nil) {
        self.name = name
        self.clientID = clientID
        self.duration = duration
        self.expiresAt = expiresAt
    }
}

/// The budget as the API sees it: `Ratelimit: "default";r=1199;t=1` and `Ratelimit-Policy: "default";q=1200;w=300`.
package struct RateLimitHint: Sendable, Hashable {
    /// Requests left in the API's current window. A hint only: 429s have been seen while it was large.
    package var remaining: Int
    /// Until the API's window resets.
    package var resetsIn: Milliseconds
    /// Requests allowed in a window, where the policy was told.
    package var quota: Int?
    /// How long a window is, in whole seconds, where the policy was told.
    package var window: Milliseconds?

    package init(remaining: Int, resetsIn: Milliseconds, quota: Int? = nil, window: Milliseconds? = nil) {
        self.remaining = remaining
        self.resetsIn = resetsIn
        self.quota = quota
        self.window = window
    }
}
