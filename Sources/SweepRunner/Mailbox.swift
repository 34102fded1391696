import SweepModel
import Synchronization

/// What happened since the runner last looked: answers, and wishes to stop. Any thread may post; one task waits.
final class Mailbox: Sendable {
    struct Letters {
        var answers: [(item: ItemID, answer: Answer, at: Timestamp)] = []
        var stop: StopKind?
        var wish: JobWish?

        var isEmpty: Bool { answers.isEmpty && stop == nil && wish == nil }
    }

    private struct State {
        var letters = Letters()
        /// The deadline of the coming or running wait has passed. The bell stays rung until the mailbox is opened, so that an
        /// alarm that goes off before the wait begins is not lost.
        var hasRung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func post(_ item: ItemID, _ answer: Answer, at now: Timestamp) {
        update { $0.letters.answers.append((item, answer, now)) }
    }

    func post(_ stop: StopKind) {
        update { $0.letters.stop = max($0.letters.stop ?? stop, stop) }
    }

    func post(_ wish: JobWish) {
        update { $0.letters.wish = max($0.letters.wish ?? wish, wish) }
    }

    /// Takes everything that was posted.
    func open() -> Letters {
        state.withLock { state in
            defer { state = State() }
            return state.letters
        }
    }

    /// Returns when something is posted, or at the deadline.
    func wait(until deadline: Timestamp?, _ time: any TimeSource) async {
        guard let deadline else { return await wait() }
        // A child task: it ends with this wait, and it runs where its parent does.
        async let _: Void = ring(at: deadline, time)
        await wait()
        // Leaving the scope cancels the alarm and sees it out.
    }

    private func ring(at deadline: Timestamp, _ time: any TimeSource) async {
        await time.sleep(until: deadline)
        if !Task.isCancelled { update { $0.hasRung = true } }
    }

    private func wait() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                guard state.letters.isEmpty, !state.hasRung else { return true }
                state.waiter = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    private func update(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
