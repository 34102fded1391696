import SweepModel
import SweepQueue
import SweepReport
import SweepRunner
import Synchronization

/// The question before tokens that somebody may be using, when all others have their outcome.
struct SecondQuestion {
    private let session: RunSession

    init(_ session: RunSession) { self.session = session }

    /// How it was said that the tokens that waited may go now; nil where it was not.
    func ask(about job: JobOverview, _ queue: Queue) async throws(QueueError) -> Consent? {
        let count = try await queue.deferredCount(of: job.id)
        let tokens = HumanText.count(count, "token", "tokens")
        if session.arguments[Options.yes] {
            session.system.console.tell("All others are done. Now the \(tokens) that may be in use.")
            return .unasked
        }
        let deed = job.action == .delete ? "Delete" : "Disable"
        let warning = job.action == .delete ? " This cannot be undone." : ""
        let question = "All others are done. \(deed) the \(tokens) that may be in use?\(warning) Type \(count) to go on: "
        if let answer = await ask(question), Confirmation.isYes(answer, count: count) { return .answer }
        let queue = session.arguments.typedQueue
        session.system.console.tell(
            "tokensweep: \(tokens) that may be in use wait for a second yes: `\(ShellText.command("resume", job, queue: queue))` asks on "
                + "a terminal, `\(ShellText.command("resume", job, "--yes", queue: queue))` goes on without a question")
        return nil
    }

    /// nil when there is nobody to ask, or when a signal came first.
    private func ask(_ question: String) async -> String? {
        let console = session.system.console
        // `resume` reads no manifest.
        let inputIsManifest = session.manifestIsInput
        guard console.canAsk(inputIsManifest: inputIsManifest) else { return nil }
        let answer = Once()
        return await withCheckedContinuation { continuation in
            answer.keep(continuation)
            session.signals.control(Interruption { answer.give(nil) }, tell: { console.tell($0) })
            Task.detached { answer.give(console.ask(question)) }
        }
    }
}

/// The first of two answers counts.
private final class Once: Sendable {
    private let waiting = Mutex<CheckedContinuation<String?, Never>?>(nil)

    func keep(_ continuation: CheckedContinuation<String?, Never>) { waiting.withLock { $0 = continuation } }

    func give(_ answer: String?) {
        let first = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        first?.resume(returning: answer)
    }
}

private struct Interruption: RunControl {
    let act: @Sendable () -> Void

    init(_ act: @escaping @Sendable () -> Void) { self.act = act }

    func stop(_ kind: StopKind) { act() }
    func heed(_ wish: JobWish) { act() }
}
