/// What the list of its account or zone told of a token. The raw values are the words of the queue file.
package enum TokenPresence: String, Sendable, Hashable {
    /// The list shows it.
    case listed
    /// A list that was read to its end, by a credential that may read Access there, does not show it.
    case unlisted
}

/// A token of a plan with all that is known of it before it is deleted.
package struct PlannedToken: Sendable, Hashable {
    package var item: ItemID
    package var request: DeletionRequest
    package var state: ItemState
    package var reason: String?
    /// nil: unknown.
    package var presence: TokenPresence?
    /// The API's own name; nil where it is not known.
    package var liveName: String?
    package var liveClientID: String?
    package var duration: String?
    package var expiresAt: Timestamp?
    /// nil for a token that was never seen, and where that is not known.
    package var lastSeenAt: Timestamp?
    package var isLastSeenKnown = false
    package var isEnabled: Bool?
    /// Who refers to it by name; nil where nobody looked. Whether all was looked at is known of the scope.
    package var referrers: [String]?
    /// The API will refuse to delete it.
    package var isInUse: Bool
    package var isDeferred: Bool

    package init(
        item: ItemID, request: DeletionRequest, state: ItemState, reason: String? = nil, presence: TokenPresence? = nil,
        liveName: String? = nil, liveClientID: String? = nil, duration: String? = nil, expiresAt: Timestamp? = nil,
        lastSeenAt: Timestamp? = nil,
        isEnabled: Bool? = nil, referrers: [String]? = nil, isInUse: Bool = false, isDeferred: Bool = false
    ) {
        self.item = item
        self.request = request
        self.state = state
        self.reason = reason
        self.presence = presence
        self.liveName = liveName
        self.liveClientID = liveClientID
        self.duration = duration
        self.expiresAt = expiresAt
        self.lastSeenAt = lastSeenAt
        self.isEnabled = isEnabled
        self.referrers = referrers
        self.isInUse = isInUse
        self.isDeferred = isDeferred
    }

    /// The API's name where both are known and differ.
    package var otherName: String? {
        guard let manifest = request.name, let liveName, manifest != liveName else { return nil }
        return liveName
    }
}
