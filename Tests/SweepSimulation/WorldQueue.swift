import SweepModel
import SweepTestSupport

/// A queue of a simulated world: it can be broken, looked into, and taken up by one process after the other.
protocol WorldQueue: AnyObject, Sendable {
    var tally: Tally { get }
    var items: [WorldItem] { get }
    /// Bytes that a power cut would lose now, although a call that promised something has returned.
    var unsyncedBytes: Int { get }

    func item(_ id: ItemID) -> WorldItem?

    /// How the queue fails in the process that opens it next.
    func prepare(_ trouble: World.Trouble?)

    /// The queue as a new process opens it, with the clocks as it finds them.
    func open(at reading: BootReading) throws(QueueError) -> any DeletionQueue

    /// The process has ended, by itself or in the trouble that was prepared. `isDead`: it could do nothing more.
    func close(isDead: Bool) throws

    /// What is wrong with it by its own means, in sentences.
    func damages() throws -> [String]
}

/// An item as its queue holds it.
struct WorldItem: Sendable {
    var id: ItemID
    var tokenID: TokenID
    var state: ItemState
    var attempts: Int
    var fateUnknown: Bool
    var reason: String?
    /// How often it was given an outcome.
    var outcomes: Int
}

/// The queue in memory, whose commits fail by number.
final class MemoryWorldQueue: WorldQueue {
    // The clock's thread alone uses it.
    private nonisolated(unsafe) var queue: MemoryQueue

    init(_ queue: MemoryQueue) { self.queue = queue }

    var tally: Tally { queue.tally }
    var items: [WorldItem] { queue.items.map(WorldItem.init) }
    var unsyncedBytes: Int { 0 }

    func item(_ id: ItemID) -> WorldItem? { WorldItem(queue[id]) }

    func prepare(_ trouble: World.Trouble?) {
        let before = queue.commits
        switch trouble {
        case nil: queue.failCommits { _ in nil }
        case .killBefore(let commit), .badWrite(let commit): queue.failCommits { $0 == before + commit ? .before : nil }
        case .killAfter(let commit), .powerCut(let commit): queue.failCommits { $0 == before + commit ? .after : nil }
        case .fullDisk(let commit): queue.failCommits { $0 >= before + commit ? .before : nil }
        }
    }

    func open(at reading: BootReading) -> any DeletionQueue {
        queue = queue.takenOver(at: reading)
        return queue
    }

    func close(isDead: Bool) { prepare(nil) }
    func damages() -> [String] { [] }
}

extension WorldItem {
    fileprivate init(_ item: MemoryQueue.Item) {
        self.init(
            id: item.id, tokenID: item.tokenID, state: item.state, attempts: item.attempts, fateUnknown: item.history.fateUnknown,
            reason: item.reason, outcomes: item.outcomes)
    }
}
