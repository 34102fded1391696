import SweepModel

/// Why a text is not a value; where the text came from is added by whoever knows it.
struct ArgumentProblem: Error, Equatable {
    /// The text, or the part of it that is wrong, as it was given: untrusted until it is made printable.
    let value: String
    /// Completes "expected …".
    let expected: String
    /// Where in the text it is, for values of several parts.
    var flaw: TextFlaw?
    /// The known word that may have been meant.
    var nearest: String?
}
