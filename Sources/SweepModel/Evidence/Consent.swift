/// How a deletion was confirmed. The raw values are the words of the evidence.
package enum Consent: String, Sendable, Hashable {
    /// `--yes`
    case unasked = "--yes"
    /// `--confirm PLAN_ID`
    case planID = "--confirm"
    /// The number of tokens was typed.
    case answer = "answered at the terminal"
    /// A plan without deletions is not asked about.
    case nothingToDelete = "nothing to delete"
}
