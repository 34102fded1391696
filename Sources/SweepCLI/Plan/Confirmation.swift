import SweepModel
import SweepReport

/// The question before the first DELETE.
struct Confirmation {
    let arguments: Arguments
    let console: Console
    let action: JobAction

    /// - Returns: how the plan was confirmed.
    /// - Parameter count: how many tokens will be deleted, disabled or enabled; the person types this number.
    func ask(count: Int, of scopes: String, planID: String) throws(Failure) -> Consent {
        if count == 0 { return .nothingToDelete }
        if arguments[Options.confirm] != nil { return .planID }
        if arguments[Options.yes] { return .unasked }
        // Whoever enables tokens again gives no manifest.
        let inputIsManifest = action != .enable && arguments[Options.manifests].contains("-")
        guard console.canAsk(inputIsManifest: inputIsManifest) else {
            throw .refused(
                "there is no terminal to ask on; nothing was sent",
                remedy: "give --yes, or --confirm \(planID) to confirm exactly this plan")
        }
        let tokens = HumanText.count(count, "token", "tokens")
        let deed =
            switch action {
            case .delete: "Delete \(tokens) of \(scopes)? This cannot be undone."
            case .disable: "Disable \(tokens) of \(scopes)? Nothing is deleted; `tokensweep enable` takes it back."
            case .enable: "Enable \(tokens) of \(scopes)? They will work again."
            }
        let instruction = "Type \(count) to go on: "
        // What is typed stands behind what it answers, on one line.
        let isWide = deed.count + 1 + instruction.count + String(count).count >= console.width
        let question = "\(deed)\(isWide ? "\n" : " ")\(instruction)"
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
