import SweepModel
import SweepRunner
import SweepTestSupport
import Synchronization

/// Observes a run and notes whatever is told that the queue does not say: an outcome is durable before it is shown.
final class Complaints: Sendable {
    private let queue: MemoryQueue
    private let complaints = Mutex<[String]>([])

    init(_ queue: MemoryQueue) { self.queue = queue }

    var all: [String] { complaints.withLock { $0 } }

    @Sendable func observe(_ event: RunEvent) {
        guard case .settled(let claim, let record) = event else { return }
        let item = queue[record.item]
        if record.next != .final(item.state, reason: item.reason) || claim.call.tokenID != item.tokenID {
            complaints.withLock { $0.append("item \(record.item) was told as \(record.next), but is \(item.state)") }
        }
    }
}
