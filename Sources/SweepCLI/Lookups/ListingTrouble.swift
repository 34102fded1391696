import SweepModel
import SweepReport
import SweepRunner

/// Why a list proves nothing, in words, and with what code the program ends because of it.
struct ListingTrouble: Sendable {
    var scope: Scope
    /// Without the scope, and fit to be shown.
    var reason: String
    var exitCode: ExitCode

    init(_ failure: ListingFailure) {
        scope = failure.scope
        reason = TerminalText.sanitised(failure.reason)
        exitCode =
            switch failure.kind {
            case .credentialRefused, .forbidden: .halted
            case .wrongScope: .refused
            case .refused, .unstable, .exhausted, .unreachable: .environment
            }
    }

    /// nil for a list that may be believed.
    init?(_ listing: Listing) {
        scope = listing.scope
        switch listing.permission {
        case .proven: return nil
        case .denied:
            reason = "the credential may not read Access there, so that the list may leave tokens out"
            exitCode = .halted
        case .unproven(let why):
            let cause = "whether the credential may read Access there is not proven (\(TerminalText.sanitised(why)))"
            reason = "\(cause), so that the list may leave tokens out"
            exitCode = .environment
        }
    }

    /// `account 023e…: the credential may not read there`
    var text: String { "\(scope): \(reason)" }
}
