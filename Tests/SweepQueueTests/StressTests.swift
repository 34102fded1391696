import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// The queue's long-lived parts, begun and ended many times and used from many threads: what ThreadSanitizer is to look at.
@Suite(.timeLimit(.minutes(3)))
struct StressTests {
    let folder: QueueFolder

    init() throws { folder = try QueueFolder() }

    @Test func ownersComeAndGoWhileOthersRead() async throws {
        let job = try await folder.owner().makeJob(try (1...60).map { try Sample.row($0) })
        try await withThrowingTaskGroup { group in
            let path = folder.queue
            for _ in 1...3 {
                group.addTask {
                    for _ in 1...60 {
                        let reader = try QueueReader(path: path)
                        let tally = try #require(try reader.job(job)).tally
                        #expect(tally.open + tally[.deleted] == 60)
                    }
                }
            }
            try await workInTurns(job)
            try await group.waitForAll()
        }
        try expectSoundness(folder)
    }

    /// Twenty owners, one after the other, each of which finishes three items and leaves one in flight.
    private func workInTurns(_ job: JobID) async throws {
        for _ in 1...20 {
            let queue = try await nextOwner()
            try await queue.start(job)
            let claims = try await queue.claim(3)
            try await queue.record(claims.map { $0.deleted() })
            try await queue.letGo()
        }
        #expect(try folder.reader().job(job)?.tally[.deleted] == 60)
    }

    /// A process that another test starts has copies of this one's descriptors until it runs its own program.
    private func nextOwner() async throws -> Queue {
        while true {
            do {
                return try folder.owner()
            } catch let error as QueueError where error.code == .owned {
                await Task.yield()
            }
        }
    }

    @Test func ofManyThatWantItOneHasIt() async throws {
        _ = try await folder.owner().makeJob([try Sample.row(1)])
        let path = folder.queue
        let taken = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 1...8 {
                group.addTask {
                    var taken = 0
                    for _ in 1...25 {
                        do {
                            let queue = try Queue(owning: path, as: "one of many")
                            try await queue.letGo()
                            taken += 1
                        } catch let error as QueueError where error.code == .owned || error.code == .busy {
                            await Task.yield()
                        }
                    }
                    return taken
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(taken > 0)
        let database = try folder.connection()
        // Every owner raised the epoch once, and no two had the same.
        #expect(try database.integer("SELECT epoch FROM owner") == Int64(taken + 1))
    }
}
