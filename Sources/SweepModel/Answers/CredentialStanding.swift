/// What the API says of a credential before anything else is sent with it.
package enum CredentialStanding: Sendable, Hashable {
    case accepted
    /// The API said that it is invalid, expired, disabled, or not to be used from here.
    case refused(reason: String)
    /// Nobody could tell, and why. Nothing may be sent before `heldUntil`, where the API asked to wait.
    case unproven(reason: String, heldUntil: Timestamp?)
}
