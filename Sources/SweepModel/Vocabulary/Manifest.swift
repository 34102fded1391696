/// Where a row stands: the manifest's name as the user gave it (`-` for standard input) and its first line, from 1.
package struct RowPosition: Sendable, Hashable {
    package var manifest: String
    package var line: Int

    package init(manifest: String, line: Int) {
        self.manifest = manifest
        self.line = line
    }
}

/// One usable row of a manifest: please delete this token.
package struct DeletionRequest: Sendable, Hashable {
    package var position: RowPosition
    package var scope: Scope
    package var tokenID: TokenID
    package var clientID: String?
    package var name: String?
    package var note: String?

    package init(
        position: RowPosition, scope: Scope, tokenID: TokenID, clientID: String? = nil, name: String? = nil, note: String? = nil
    ) {
        self.position = position
        self.scope = scope
        self.tokenID = tokenID
        self.clientID = clientID
        self.name = name
        self.note = note
    }
}

/// One row that names its token by the client id alone: which token that is has to be looked up.
package struct ClientIDRequest: Sendable, Hashable {
    package var position: RowPosition
    /// nil: wherever it is found.
    package var scope: Scope?
    package var clientID: ClientID
    /// As the manifest has it.
    package var clientIDText: String
    package var name: String?
    package var note: String?

    package init(
        position: RowPosition, scope: Scope?, clientID: ClientID, clientIDText: String, name: String? = nil, note: String? = nil
    ) {
        self.position = position
        self.scope = scope
        self.clientID = clientID
        self.clientIDText = clientIDText
        self.name = name
        self.note = note
    }
}

/// One row that cannot be used. No text in it holds a secret: values that look like one are redacted.
package struct InvalidRow: Sendable, Hashable {
    package var position: RowPosition
    /// The field at fault, by its name in the manifest; nil where the row as a whole is.
    package var field: String?
    /// A short text with no variable parts, so that reports can group by it: `not a UUID`.
    package var reason: String
    /// What to do, where the mistake is a known one.
    package var hint: String?
    /// What stood where the id is wanted, redacted, at most 200 characters.
    package var tokenText: String
    package var scope: Scope?
    package var clientID: String?
    package var name: String?
    package var note: String?

    package init(
        position: RowPosition, field: String?, reason: String, hint: String? = nil, tokenText: String = "", scope: Scope? = nil,
        clientID: String? = nil, name: String? = nil, note: String? = nil
    ) {
        self.position = position
        self.field = field
        self.reason = reason
        self.hint = hint
        self.tokenText = tokenText
        self.scope = scope
        self.clientID = clientID
        self.name = name
        self.note = note
    }

    /// `service_token_id: not a UUID (this is a client id; …)`
    package var explanation: String {
        (field.map { "\($0): " } ?? "") + reason + (hint.map { " (\($0))" } ?? "")
    }
}

/// What a manifest's row turned out to be.
package enum ManifestRow: Sendable, Hashable {
    case request(DeletionRequest)
    /// Usable, but not to be deleted; the reason says why.
    indirect case heldBack(DeletionRequest, reason: String)
    indirect case invalid(InvalidRow)
    /// Usable once its token is found.
    ///
    /// - Parameter heldBackFor: why it is not to be deleted; nil where it is.
    indirect case unresolved(ClientIDRequest, heldBackFor: String?)
}
