import SweepModel
import SweepRunner
import SweepTestSupport
import Synchronization

/// Observes a run and compares every event with the queue: nothing may be told that is not committed.
final class Watcher: Sendable {
    private struct State {
        var settled: [ItemID] = []
        var postponed = 0
        var gates: [(lane: LaneID, gate: Lane.Gate)] = []
        var progress: [RunProgress] = []
        var complaints: [String] = []
    }

    private let queue: MemoryQueue
    private let state = Mutex(State())

    init(_ queue: MemoryQueue) { self.queue = queue }

    /// Items in the order in which their outcomes were told.
    var settled: [ItemID] { state.withLock { $0.settled } }
    var postponed: Int { state.withLock { $0.postponed } }
    var progress: [RunProgress] { state.withLock { $0.progress } }
    var complaints: [String] { state.withLock { $0.complaints } }

    func gates(_ lane: Int = 0) -> [Lane.Gate] { state.withLock { $0.gates.filter { $0.lane == LaneID(lane) }.map(\.gate) } }

    @Sendable func observe(_ event: RunEvent) {
        state.withLock { state in
            switch event {
            case .settled(let claim, let record):
                state.settled.append(record.item)
                let item = queue[record.item]
                if record.next != .final(item.state, reason: item.reason) || claim.call.tokenID != item.tokenID {
                    state.complaints.append("\(record.item) was told as \(record.next), but is \(item.state)")
                }
            case .postponed(_, let record):
                state.postponed += 1
                // A retry that is due at once may have been claimed by the commit that wrote it down.
                let item = queue[record.item]
                let isClaimedAgain = item.state == .inFlight && item.attempts == record.attempt.number + 1
                let waits = item.state == .pending && record.next == .pending(notBefore: item.notBefore)
                if !waits && !isClaimedAgain {
                    state.complaints.append("\(record.item) was told as postponed, but is \(item.state)")
                }
            case .gate(let lane, let gate): state.gates.append((lane, gate))
            case .progress(let progress):
                state.progress.append(progress)
                if progress.tally.nonzero != queue.tally.nonzero {
                    state.complaints.append("told \(progress.tally.nonzero), but the queue has \(queue.tally.nonzero)")
                }
            }
        }
    }
}
