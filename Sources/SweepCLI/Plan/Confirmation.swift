import SweepModel
import SweepReport

/// The question before the first DELETE.
struct Confirmation {
    let arguments: Arguments
    let console: Console

    /// - Returns: how the deletion was confirmed.
    /// - Parameter count: how many tokens will be deleted; the person types this number.
    func ask(deleting count: Int, of scopes: String, planID: String) throws(Failure) -> Consent {
        if count == 0 { return .nothingToDelete }
        if arguments[Options.confirm] != nil { return .planID }
        if arguments[Options.yes] { return .unasked }
        guard console.canAsk(inputIsManifest: arguments[Options.manifests].contains("-")) else {
            throw .refused(
                "there is no terminal to ask on; nothing was sent",
                remedy: "give --yes, or --confirm \(planID) to confirm exactly this plan")
        }
        let tokens = HumanText.count(count, "token", "tokens")
        let question = "Delete \(tokens) of \(scopes)? This cannot be undone. Type \(count) to go on: "
        guard let answer = console.ask(question) else {
            throw .refused("no answer was given; nothing was sent", remedy: nil)
        }
        guard Confirmation.isYes(answer, count: count) else {
            throw .refused("that is not \(count); nothing was sent", remedy: nil)
        }
        return .answer
    }

    /// The number itself, with or without the separators it was shown with.
    static func isYes(_ answer: String, count: Int) -> Bool {
        answer.filter { $0 != "," && $0 != " " && $0 != "\r" } == String(count)
    }
}
