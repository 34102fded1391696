import SQLite
import SweepModel
import Testing

@testable import SweepQueue

/// The queue on SQLite keeps the promises of its protocol.
@Suite struct DeletionQueueTests {
    @Test(arguments: DeletionQueueRule.allCases)
    func rule(_ rule: DeletionQueueRule) async throws {
        let maker = try SQLiteQueueMaker()
        try await rule.check(maker)
        #expect(try maker.folder.connection().text("PRAGMA integrity_check") == "ok")
    }
}

private struct SQLiteQueueMaker: QueueMaker {
    let folder: QueueFolder

    init() throws { folder = try QueueFolder() }

    func queue(with requests: [DeletionRequest]) async throws -> (queue: any DeletionQueue, job: JobID) {
        let queue = try folder.owner()
        return (queue, try await queue.makeJob(requests.map { .request($0) }))
    }

    func afterCrash() async throws -> any DeletionQueue {
        // The dead owner's lock died with it; here it still lives, but not for this copy of its file.
        let copy = try folder.afterCrash()
        for name in ["queue.db", "queue.db-wal"] where copy.exists(name) { try folder.write(try copy.read(name), to: "crashed-\(name)") }
        return try Queue(owning: folder.file("crashed-queue.db"), as: "the next owner")
    }
}
