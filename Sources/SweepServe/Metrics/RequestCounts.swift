import Dispatch
import SweepModel
import Synchronization

/// How many requests each job sent and how they ended: a log that only grows, read on from where the last look ended.
final class RequestCounts: Sendable {
    struct Count: Equatable {
        /// By class: `2xx`, `4xx`, …; `none` where no answer came.
        var byClass: [String: Int] = [:]
        var rateLimited = 0
    }

    fileprivate struct State {
        var cursor: Int64 = 0
        var counts: [JobID: Count] = [:]
        /// Whether the thread reads.
        var isReading = false
    }

    private let view: any QueueView
    private let state = Mutex(State())
    /// Reads on where there is more than anybody should wait for.
    private let thread = DispatchQueue(label: "tokensweep.counts", qos: .utility)
    /// Attempts that are read at once, in a fraction of a tenth of a second.
    private static let step = 20_000

    init(view: any QueueView) { self.view = view }

    /// The counts; nil while the log is still being read, which goes on by itself.
    func upToDate() throws(QueueError) -> [JobID: Count]? {
        if let counts = try readOn() { return counts }
        let isFirst = state.withLock { state in
            defer { state.isReading = true }
            return !state.isReading
        }
        if isFirst { thread.async { [self] in readToEnd() } }
        return nil
    }

    private func readToEnd() {
        do {
            while try readOn() == nil {}
        } catch {
            // Told to whoever asks next.
        }
        state.withLock { $0.isReading = false }
    }

    /// One step; nil while there is more.
    private func readOn() throws(QueueError) -> [JobID: Count]? {
        let cursor = state.withLock { $0.cursor }
        let attempts = try view.attempts(after: cursor, limit: Self.step)
        // A file that was begun anew has fewer than were read.
        if attempts.isEmpty, try view.lastAttempt() < cursor {
            state.withLock { state in (state.cursor, state.counts) = (0, [:]) }
            return nil
        }
        return state.withLock { $0.add(attempts, after: cursor, isLast: attempts.count < Self.step) }
    }
}

extension RequestCounts.State {
    /// Nothing is counted twice, whoever else read on meanwhile.
    fileprivate mutating func add(_ attempts: [AttemptMark], after start: Int64, isLast: Bool) -> [JobID: RequestCounts.Count]? {
        guard cursor == start else { return nil }
        for attempt in attempts {
            let name = attempt.request.httpStatus.map { "\($0 / 100)xx" } ?? "none"
            counts[attempt.job, default: RequestCounts.Count()].byClass[name, default: 0] += 1
            if attempt.request.httpStatus == 429 { counts[attempt.job]?.rateLimited += 1 }
        }
        cursor = attempts.last?.number ?? cursor
        return isLast ? counts : nil
    }
}
