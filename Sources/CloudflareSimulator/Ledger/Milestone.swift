import Synchronization

/// A count that others can wait for: a signal instead of a time.
final class Milestone: Sendable {
    private let state = Mutex(State())

    private struct State {
        var count = 0
        var isOver = false
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    /// Counts one more, and wakes those who waited for it.
    func advance() {
        wake { state in
            state.count += 1
            return state.count
        }
    }

    /// Nothing more will be counted: nobody is left waiting.
    func end() {
        wake { state in
            state.isOver = true
            return .max
        }
    }

    /// Returns once the count is that high, or will never be.
    func wait(for count: Int) async {
        await withCheckedContinuation { continuation in
            let isDue = state.withLock { state in
                guard state.count < count, !state.isOver else { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isDue { continuation.resume() }
        }
    }

    private func wake(_ change: (inout State) -> Int) {
        let due: [CheckedContinuation<Void, Never>] = state.withLock { state in
            let reached = change(&state)
            guard !state.waiters.isEmpty else { return [] }
            defer { state.waiters.removeAll { $0.count <= reached } }
            return state.waiters.filter { $0.count <= reached }.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }
}
