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
    }

    /// Attempts that one look reads, so that nobody waits for long.
    private static let readAttempts = 50_000
    private static let steps = 4
    private let state = Mutex(State())

    /// The counts; nil while the log is still being read, which goes on with the next call.
    func upToDate(_ view: any QueueView) throws(QueueError) -> [JobID: Count]? {
        for _ in 0..<Self.steps {
            let cursor = state.withLock { $0.cursor }
            // A file that was begun anew has fewer than were read.
            if try view.lastAttempt() < cursor { state.withLock { $0 = State() } }
            let attempts = try view.attempts(after: cursor, limit: Self.readAttempts)
            let counts = state.withLock { $0.add(attempts, after: cursor, isLast: attempts.count < Self.readAttempts) }
            if let counts { return counts }
        }
        return nil
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
