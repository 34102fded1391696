package import SweepModel

/// The service tokens of one account or zone, every page of the list read.
package struct Listing: Sendable, Hashable {
    package var scope: Scope
    package var tokens: [LiveToken]
    package var permission: Permission
    /// What refers to tokens there; nil where that was not asked.
    package var references: References?

    /// Lists are filtered by permission: that a token is missing proves nothing unless the credential may read Access there.
    package enum Permission: Sendable, Hashable {
        case proven
        /// The API said that the credential may not read Access there.
        case denied
        /// Nobody could tell, and why.
        case unproven(reason: String)
    }

    /// What was found of whatever may refer to tokens.
    package struct References: Sendable, Hashable {
        package var entities: [AccessEntity] = []
        package var dohToken: TokenID?
        /// Where nobody could look, or not to the end, with the reason. As long as there is one, "none" may not be said.
        package var missing: [ReferenceSource: String] = [:]

        package init() {}
    }

    package init(scope: Scope, tokens: [LiveToken], permission: Permission, references: References? = nil) {
        self.scope = scope
        self.tokens = tokens
        self.permission = permission
        self.references = references
    }
}

/// How much is asked of each account or zone.
package enum ListingDepth: Sendable, Hashable {
    case tokens
    /// What refers to the tokens, too.
    case references
}

/// Why there is no list of an account or zone. A list that broke off is none.
package struct ListingFailure: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// The credential is not accepted at all.
        case credentialRefused
        /// The credential is not accepted there.
        case forbidden
        /// There is no such account or zone, or Zero Trust is not set up there.
        case wrongScope
        /// The API refused the request.
        case refused
        /// The list changed while it was read, and again when it was read once more.
        case unstable
        /// Every try failed.
        case exhausted
        /// The API cannot be reached.
        case unreachable
    }

    package var kind: Kind
    package var scope: Scope
    /// One sentence, without the scope.
    package var reason: String

    package init(_ kind: Kind, scope: Scope, reason: String) {
        self.kind = kind
        self.scope = scope
        self.reason = reason
    }
}
