import Glibc
import SQLite
import SweepModel
import SweepTestSupport
import Synchronization
import Testing

@testable import SweepQueue

/// The queue on SQLite keeps the promises of its protocol.
@Suite struct DeletionQueueTests {
    @Test(arguments: QueueRule.allCases)
    func rule(_ rule: QueueRule) async throws {
        let maker = try SQLiteQueueMaker()
        let violations = try await rule.violations(maker)
        #expect(violations == [])
        #expect(try maker.folder.connection().text("PRAGMA integrity_check") == "ok")
    }
}

private final class SQLiteQueueMaker: QueueMaker {
    let folder: QueueFolder
    /// What crashes left, one after the other.
    private let remains = Mutex<[QueueFolder]>([])

    init() throws { folder = try QueueFolder() }

    func queue(with items: [(scope: Scope, tokenID: TokenID)]) async throws -> (queue: any DeletionQueue, job: JobID) {
        let queue = try Queue(owning: folder.queue, as: "the test", at: Samples.boot())
        let rows = items.enumerated().map { index, item in
            ManifestRow.request(
                DeletionRequest(
                    position: RowPosition(manifest: "leaked.csv", line: index + 2), scope: item.scope, tokenID: item.tokenID))
        }
        return (queue, try await queue.makeJob(rows))
    }

    func afterCrash(at reading: BootReading?) async throws -> any DeletionQueue {
        // The dead owner's lock died with it; here it still lives, but not for this copy of its file.
        let copy = try remains.withLock { $0.last ?? folder }.afterCrash()
        remains.withLock { $0.append(copy) }
        return try Queue(owning: copy.queue, as: "the next owner", at: reading)
    }

    func takenOver() async throws -> any DeletionQueue {
        // Only this lets a second owner in while the first one lives.
        try #require(remove(folder.file("queue.db-owner")) == 0)
        return try folder.owner("the next owner")
    }
}
