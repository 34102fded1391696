/// Somebody who may call the API.
package struct Credential: Sendable, Equatable {
    /// Its name in the ledger: secrets never stand there.
    package var label: String
    package var secret: Secret
    /// Whose budget its requests use. Several credentials of one user share it.
    package var user: String
    /// The accounts and zones that it may touch; nil for all.
    package var accounts: Set<String>?
    package var zones: Set<String>?
    package var access: Access = .write
    package var isRevoked = false
    /// Revoked once it has made so many requests; nil for never.
    package var revokedAfter: Int?
    /// Refused because of the caller's address.
    package var isAddressFiltered = false

    /// What proves who calls.
    package enum Secret: Sendable, Equatable {
        case token(String, TokenKind)
        case key(email: String, key: String)
    }

    /// Which of the two verify endpoints knows an API token.
    package enum TokenKind: String, Sendable, CaseIterable {
        case user, account
    }

    /// What a credential may do with Access.
    package enum Access: String, Sendable, CaseIterable {
        case write, read, none
        /// Service tokens and nothing else of Access.
        case tokens
    }

    package func mayTouch(_ scope: ScopeReference) -> Bool {
        let permitted = scope.kind == .account ? accounts : zones
        return permitted?.contains(scope.id) ?? true
    }

    /// The kind of API token, nil for an email with a key.
    package var tokenKind: TokenKind? {
        guard case .token(_, let kind) = secret else { return nil }
        return kind
    }
}

extension Credential {
    init(_ json: JSON, at path: String) throws(WorldError) {
        var reader = try ObjectReader(json, at: path)
        guard let label = try reader.string("label") else { throw reader.error("label", "is missing") }
        self.label = label
        secret = try Credential.secret(&reader)
        user = try reader.string("user") ?? label
        accounts = try reader.strings("accounts").map(Set.init)
        zones = try reader.strings("zones").map(Set.init)
        access = try reader.choice("access") ?? .write
        isRevoked = try reader.bool("revoked") ?? false
        revokedAfter = try reader.count("revoked_after")
        isAddressFiltered = try reader.bool("ip_filtered") ?? false
        try reader.finish()
    }

    private static func secret(_ reader: inout ObjectReader) throws(WorldError) -> Secret {
        let kind: TokenKind? = try reader.choice("kind")
        let (token, email, key) = (try reader.string("token"), try reader.string("email"), try reader.string("key"))
        switch (token, email, key) {
        case (let token?, nil, nil): return .token(token, kind ?? (token.hasPrefix("cfat_") ? .account : .user))
        case (nil, let email?, let key?): return .key(email: email, key: key)
        default: throw reader.error("token", "or email with key must be there, not both")
        }
    }
}
