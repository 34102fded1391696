/// A service token as a list of the API shows it. Every text is untrusted, capped and redacted.
package struct LiveToken: Sendable, Hashable {
    /// The account or zone whose list shows it.
    package var scope: Scope
    package var id: TokenID
    /// `<32 hex>.access`, in some documents with a domain behind it.
    package var clientID: String?
    package var name: String?
    package var createdAt: Timestamp?
    package var updatedAt: Timestamp?
    /// nil for a token that never expires, and where the API does not say.
    package var expiresAt: Timestamp?
    /// nil for a token that was never used, and where the API does not say.
    package var lastSeenAt: Timestamp?
    /// Whether the API said when the token was seen, or that it never was.
    package var isLastSeenKnown: Bool
    /// True where the API does not say.
    package var isEnabled: Bool
    /// A Go duration such as `8760h`, or `forever`.
    package var duration: String?

    package init(
        scope: Scope, id: TokenID, clientID: String? = nil, name: String? = nil, createdAt: Timestamp? = nil,
        updatedAt: Timestamp? = nil, expiresAt: Timestamp? = nil, lastSeenAt: Timestamp? = nil, isEnabled: Bool = true,
        duration: String? = nil, isLastSeenKnown: Bool = false
    ) {
        self.scope = scope
        self.id = id
        self.clientID = clientID
        self.name = name
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.expiresAt = expiresAt
        self.lastSeenAt = lastSeenAt
        self.isLastSeenKnown = isLastSeenKnown || lastSeenAt != nil
        self.isEnabled = isEnabled
        self.duration = duration
    }
}

/// One page of a scope's list.
package struct TokenPage: Sendable, Hashable {
    package var tokens: [LiveToken]
    /// What the API says of the page and of the whole list; nil where it says nothing.
    package var info: PageInfo?

    package init(tokens: [LiveToken], info: PageInfo? = nil) {
        self.tokens = tokens
        self.info = info
    }

    /// `result_info`; every field may be missing.
    package struct PageInfo: Sendable, Hashable {
        package var page: Int?
        package var perPage: Int?
        /// Tokens on this page.
        package var count: Int?
        /// Tokens of the whole list.
        package var totalCount: Int?
        package var totalPages: Int?

        package init(page: Int? = nil, perPage: Int? = nil, count: Int? = nil, totalCount: Int? = nil, totalPages: Int? = nil) {
            self.page = page
            self.perPage = perPage
            self.count = count
            self.totalCount = totalCount
            self.totalPages = totalPages
        }
    }
}
