import Glibc
import SQLite
import SweepModel
import SweepTestSupport
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

private struct SQLiteQueueMaker: QueueMaker {
    let folder: QueueFolder

    init() throws { folder = try QueueFolder() }

    func queue(with items: [(scope: Scope, tokenID: TokenID)]) async throws -> (queue: any DeletionQueue, job: JobID) {
        let queue = try folder.owner()
        let rows = items.enumerated().map { index, item in
            ManifestRow.request(
                DeletionRequest(
                    position: RowPosition(manifest: "leaked.csv", line: index + 2), scope: item.scope, tokenID: item.tokenID))
        }
        return (queue, try await queue.makeJob(rows))
    }

    func afterCrash() async throws -> any DeletionQueue {
        // The dead owner's lock died with it; here it still lives, but not for this copy of its file.
        let copy = try folder.afterCrash()
        for name in ["queue.db", "queue.db-wal"] where copy.exists(name) { try folder.write(try copy.read(name), to: "crashed-\(name)") }
        return try Queue(owning: folder.file("crashed-queue.db"), as: "the next owner")
    }

    func takenOver() async throws -> any DeletionQueue {
        // Only this lets a second owner in while the first one lives.
        try #require(remove(folder.file("queue.db-owner")) == 0)
        return try folder.owner("the next owner")
    }
}
