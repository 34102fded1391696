import SweepModel
import SweepRunner
import SweepTestSupport
import Synchronization

/// Observes a run and notes whatever is told that the queue does not say: an outcome is durable before it is shown.
final class Complaints: Sendable {
    private let queue: any WorldQueue
    private let complaints = Mutex<[String]>([])

    init(_ queue: any WorldQueue) { self.queue = queue }

    var all: [String] { complaints.withLock { $0 } }

    @Sendable func observe(_ event: RunEvent) {
        guard case .settled(let claim, let record) = event else { return }
        let item = queue.item(record.item)
        let isTrue = item.map { record.next == .final($0.state, reason: $0.reason) && claim.call.tokenID == $0.tokenID } ?? false
        if !isTrue { note("item \(record.item) was told as \(record.next), but is \(item.map { "\($0.state)" } ?? "missing")") }
        if queue.unsyncedBytes > 0 { note("item \(record.item) was told before its outcome was safe from a power cut") }
    }

    private func note(_ complaint: String) { complaints.withLock { $0.append(complaint) } }
}
