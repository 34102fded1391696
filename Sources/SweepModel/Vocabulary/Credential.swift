/// A secret that every printed form hides: descriptions, dumps, mirrors and interpolations show `<redacted>`.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    package init(_ value: String) { self.value = value }

    /// The one way to the secret. Its callers are the transport that sends it, the fingerprint that digests it, and the rule
    /// that tells the kinds of tokens apart by their beginning.
    package func reveal() -> String { value }

    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What authenticates a request; the API's budget belongs to it.
package enum Credential: Sendable, Equatable {
    /// `Authorization: Bearer …`
    case token(Secret)
    /// `X-Auth-Email` and `X-Auth-Key`, the "global API key".
    case key(email: String, Secret)
}
