import SweepModel
import SweepQueue
import SweepReport

/// The plan's id that `--confirm` gives.
struct ConfirmedID {
    let id: String

    init?(_ arguments: Arguments) {
        guard let id = arguments[Options.confirm] else { return nil }
        self.id = id
    }

    /// Refuses a plan that has another id, and tells what the difference is where that can be found out.
    ///
    /// - Parameter remedy: what to do where it cannot.
    func check(_ plan: Plan, _ action: JobAction, _ whenBlocked: WhenBlocked = .report, in queue: Queue, else remedy: String) async throws {
        guard id != plan.id else { return }
        let shown = TerminalText.cut(TerminalText.sanitised(id), to: 40)
        if let other = try await deed(of: plan, in: queue) {
            let this = Self.words(action, whenBlocked)
            throw Failure.refused(
                "\(shown) is the id of the plan to \(other); the id of this one, to \(this), is \(plan.id); nothing was sent",
                remedy: "give the options with which the other plan was made, or --confirm \(plan.id) where this one is meant")
        }
        throw Failure.refused("the plan's id is \(plan.id), not \(shown); nothing was sent", remedy: remedy)
    }

    /// What the id confirms, where that is something else done to the same tokens.
    private func deed(of plan: Plan, in queue: Queue) async throws -> String? {
        // For anything else the tokens, which may be millions, need not be gone through.
        guard id.utf8.count == plan.id.utf8.count, id.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else { return nil }
        let deeds = WhenBlocked.allCases.map { (JobAction.delete, $0) } + [(.disable, .report), (.enable, .report)]
        for (action, whenBlocked) in deeds where try await queue.id(of: plan, if: action, whenBlocked: whenBlocked) == id {
            return Self.words(action, whenBlocked)
        }
        return nil
    }

    private static func words(_ action: JobAction, _ whenBlocked: WhenBlocked) -> String {
        switch (action, whenBlocked) {
        case (.delete, .report): "delete these tokens"
        case (.delete, _): "delete these tokens with --when-blocked \(whenBlocked.rawValue)"
        case (.disable, _): "disable these tokens (--action disable)"
        case (.enable, _): "enable these tokens again (tokensweep enable)"
        }
    }
}
