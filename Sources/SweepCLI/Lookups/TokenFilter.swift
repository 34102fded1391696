import SweepModel

/// What `discover` lets through: a token has to fit every part that was given. What the API does not say of a token fits no
/// part that asks for it, so that nobody deletes on a guess.
struct TokenFilter: Sendable {
    var name: Glob?
    var clientIDs: Set<ClientID>?
    var createdBefore: Timestamp?
    /// The moment itself is let through.
    var createdAfter: Timestamp?
    /// Not seen since then; a token that was never seen must have been there already.
    var unusedSince: Timestamp?
    /// Expired at that moment.
    var expiredAt: Timestamp?
    var isEnabled: Bool?

    func fits(_ token: LiveToken) -> Bool {
        if let name, !(token.name.map { name.matches($0) } ?? false) { return false }
        if let clientIDs, !(token.clientID.flatMap { ClientID($0) }.map { clientIDs.contains($0) } ?? false) { return false }
        if let isEnabled, token.isEnabled != isEnabled { return false }
        return fitsTimes(token)
    }

    private func fitsTimes(_ token: LiveToken) -> Bool {
        func holds(_ limit: Timestamp?, _ moment: Timestamp?, _ isBefore: Bool) -> Bool {
            guard let limit else { return true }
            guard let moment else { return false }
            return isBefore ? moment < limit : moment >= limit
        }
        return holds(createdBefore, token.createdAt, true) && holds(createdAfter, token.createdAt, false)
            && holds(unusedSince, token.lastSeenAt ?? token.createdAt, true) && holds(expiredAt, token.expiresAt, true)
    }
}
