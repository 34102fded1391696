import Synchronization

/// Everybody who listens, and no more than a few.
final class Audience: Sendable {
    private static let limit = 64
    private let state = Mutex(State())

    fileprivate struct State {
        /// Those who were not greeted yet.
        var arrivals: [EventListener] = []
        var listeners: [EventListener] = []
        /// Whether somebody serves them.
        var isServed = false
        var isClosed = false
    }

    enum Admission {
        case admitted
        /// Admitted, and whoever serves the audience has to be called.
        case first
        case refused
    }

    /// Refuses where there are too many already, or the server ends.
    func admit(_ listener: EventListener) -> Admission {
        state.withLock { state in
            state.forgetTheGone()
            guard !state.isClosed, state.listeners.count + state.arrivals.count < Self.limit else { return .refused }
            state.arrivals.append(listener)
            defer { state.isServed = true }
            return state.isServed ? .admitted : .first
        }
    }

    /// Those who came, and those who were here before; nil when nobody is left, which ends the service.
    func attend() -> (arrivals: [EventListener], others: [EventListener])? {
        state.withLock { state in
            state.forgetTheGone()
            let (arrivals, others) = (state.arrivals, state.listeners)
            state.listeners += arrivals
            state.arrivals = []
            state.isServed = !state.listeners.isEmpty
            return state.isServed ? (arrivals, others) : nil
        }
    }

    var count: Int {
        state.withLock { state in
            state.forgetTheGone()
            return state.listeners.count + state.arrivals.count
        }
    }

    /// Lets everybody go, and nobody in any more.
    func close() {
        let all = state.withLock { state in
            state.isClosed = true
            defer { (state.listeners, state.arrivals) = ([], []) }
            return state.listeners + state.arrivals
        }
        for listener in all { listener.end() }
    }
}

extension Audience.State {
    fileprivate mutating func forgetTheGone() {
        listeners.removeAll { !$0.isOpen }
        arrivals.removeAll { !$0.isOpen }
    }
}
