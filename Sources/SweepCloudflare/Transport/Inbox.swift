import Synchronization

/// A request on its way to the transport's thread, and who waits for the reply. `complete` is called exactly once.
struct Submission: Sendable {
    var request: HTTPRequest
    var complete: @Sendable (HTTPReply) -> Void
}

/// What other threads ask of the transport's thread.
final class Inbox: Sendable {
    struct Orders {
        var start: [Submission] = []
        /// Requests that were cancelled before they were taken out.
        var cut: [Submission] = []
        var cutsActive = false
        var stops = false

        var isEmpty: Bool { start.isEmpty && cut.isEmpty && !cutsActive && !stops }
    }

    private struct State {
        var orders = Orders()
        var isClosed = false
        /// Whether the thread waits, or is about to wait, and has to be woken.
        var isSleeping = false

        /// Whether the caller has to wake the thread.
        mutating func takesWaking() -> Bool {
            defer { isSleeping = false }
            return isSleeping
        }
    }

    enum Receipt {
        case taken, takenByASleeper, refused
    }

    private let state = Mutex(State())

    func add(_ submissions: [Submission]) -> Receipt {
        state.withLock { state in
            guard !state.isClosed else { return .refused }
            state.orders.start += submissions
            return state.takesWaking() ? .takenByASleeper : .taken
        }
    }

    /// Asks to cut short whatever was added so far. True when the thread has to be woken.
    func cancelAll() -> Bool {
        state.withLock { state in
            state.orders.cut += state.orders.start
            state.orders.start = []
            state.orders.cutsActive = true
            return state.takesWaking()
        }
    }

    /// Takes nothing more and asks the thread to end. True when the thread has to be woken.
    func close() -> Bool {
        state.withLock { state in
            state.isClosed = true
            state.orders.stops = true
            return state.takesWaking()
        }
    }

    // For the thread.

    func take() -> Orders {
        state.withLock { state in
            defer { state.orders = Orders() }
            state.isSleeping = false
            return state.orders
        }
    }

    /// Whether the thread may wait; from then on it is woken by whoever adds something.
    func maySleep() -> Bool {
        state.withLock { state in
            state.isSleeping = state.orders.isEmpty
            return state.isSleeping
        }
    }
}
