import SweepModel

/// The token of a canary that had not done to it what was asked, or was not there to begin with.
struct FailedCanary: Sendable, Hashable {
    var call: DeletionCall
    var action: JobAction
    var outcome: ItemState

    /// A name is anybody's text, and a sentence is no place for much of it.
    private static let shownScalars = 60

    /// `the canary token f174… of account 023e…, called "ci", was not found and deleted: its outcome is already_absent`
    ///
    /// - Parameter name: untrusted; quotes and control characters in it are escaped, so that it cannot end where it does not.
    func reason(name: String?) -> String {
        let called = name.map { name in
            // Of scalars, for a single character can be made of thousands.
            let cut = String(String.UnicodeScalarView(name.unicodeScalars.prefix(Self.shownScalars)))
            return ", called \((cut == name ? cut : cut + "…").debugDescription),"
        }
        return "the canary token \(call.tokenID) of \(call.scope)\(called ?? "") was not found and \(action.rawValue)d: "
            + "its outcome is \(outcome.rawValue)"
    }
}
