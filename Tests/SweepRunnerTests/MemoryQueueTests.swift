import SweepModel
import SweepTestSupport
import Synchronization
import Testing

/// The queue of the simulations keeps the promises that the real one keeps.
@Suite struct MemoryQueueTests {
    @Test(arguments: QueueRule.allCases)
    func rule(_ rule: QueueRule) async throws {
        let violations = try await rule.violations(MemoryQueueMaker())
        #expect(violations == [])
    }

    /// The contract can be broken: here by a queue that lets a stale owner go on.
    @Test func aQueueWithoutEpochsBreaksIt() async throws {
        let maker = MemoryQueueMaker(raisesEpochs: false)
        for rule in [QueueRule.aStaleOwnerChangesNothing, .aLateAnswerOfAStaleOwnerIsNotBelieved] {
            #expect(try await !rule.violations(maker).isEmpty, "\(rule)")
        }
    }
}

private final class MemoryQueueMaker: QueueMaker {
    private let queue = Mutex<MemoryQueue?>(nil)
    private let raisesEpochs: Bool

    init(raisesEpochs: Bool = true) { self.raisesEpochs = raisesEpochs }

    func queue(with items: [(scope: Scope, tokenID: TokenID)]) async throws -> (queue: any DeletionQueue, job: JobID) {
        (keep(MemoryQueue(items, time: VirtualTime(), at: Samples.boot())), JobID(1))
    }

    func afterCrash(at reading: BootReading?) async throws -> any DeletionQueue { try next(at: reading) }
    func takenOver() async throws -> any DeletionQueue { try next(at: nil) }

    private func next(at reading: BootReading?) throws -> MemoryQueue {
        let last = try #require(queue.withLock { $0 })
        return raisesEpochs ? keep(last.takenOver(at: reading)) : last
    }

    private func keep(_ next: MemoryQueue) -> MemoryQueue {
        queue.withLock { $0 = next }
        return next
    }
}
