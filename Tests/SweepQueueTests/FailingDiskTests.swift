import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// The n-th thing that is asked of the disk fails, for every n: a call says so or its promise holds, and the job can go on.
@Suite struct FailingDiskTests {
    /// How a disk fails: once, or from then on until the process has ended.
    struct Failure: Sendable, CustomTestStringConvertible {
        var trouble: FaultyDisk.Trouble
        var count: Int
        var testDescription: String { "\(trouble) \(count == 1 ? "once" : "for good")" }

        static let all = FaultyDisk.Trouble.allCases.flatMap { [Failure(trouble: $0, count: 1), Failure(trouble: $0, count: .max)] }
    }

    @Test(arguments: Failure.all) func atEveryOperation(_ failure: Failure) async throws {
        var failed = 0
        for number in 1... {
            let journey = try DiskJourney()
            journey.disk.fail(.changes, from: number, count: failure.count, as: failure.trouble)
            let error = await self.failure(of: journey)
            // Nothing but the disk was at fault.
            if let error { #expect([.full, .inputOutput, .cannotOpen].contains(error.code), "\(number): \(error)") }
            if journey.disk.failures == 0 { break }
            failed += error == nil ? 0 : 1
            // The same process may try again, or its successor.
            if number % 2 == 0 { journey.endProcess() }
            journey.disk.mend()
            try journey.expectPromisesKept("operation \(number)")
            if error != nil { try await journey.goOn() }
            try journey.expectArrival("operation \(number)")
        }
        // Most of what is asked of a disk matters.
        #expect(failed > 50)
    }

    /// SIGKILL in the middle of it: what was written stays, and nothing more is.
    @Test func aProcessThatDiesAtEveryOperation() async throws {
        for number in 1... {
            let journey = try DiskJourney()
            journey.disk.fail(.changes, from: number)
            _ = await failure(of: journey)
            if journey.disk.failures == 0 { break }
            try journey.endProcess(cuttingPowerBy: nil)
            try await arrive(journey, "operation \(number)")
        }
    }

    /// Of what was not synced nothing, something or everything reaches the disk; of one write perhaps some sectors.
    @Test(arguments: 0..<4) func aPowerCutAtEveryOperation(_ seed: UInt64) async throws {
        for number in 1... {
            let journey = try DiskJourney()
            journey.disk.fail(.changes, from: number)
            _ = await failure(of: journey)
            if journey.disk.failures == 0 { break }
            try journey.endProcess(cuttingPowerBy: seed &* 1000 &+ UInt64(number))
            try await arrive(journey, "operation \(number)")
        }
    }

    private func arrive(_ journey: DiskJourney, _ place: String) async throws {
        try journey.expectPromisesKept(place)
        try await journey.goOn()
        try journey.expectArrival(place)
    }

    private func failure(of journey: DiskJourney) async -> QueueError? {
        do throws(QueueError) {
            try await journey.goOn()
            return nil
        } catch {
            return error
        }
    }

    /// Whoever reads a report is told of the failure, or reads what is there.
    @Test func atEveryRead() async throws {
        let journey = try DiskJourney()
        try await journey.goOn()
        let job = try #require(journey.promises.job)
        let whole = try rows(of: job, try QueueReader(path: journey.folder.queue))
        #expect(whole.count == DiskJourney.rows)
        var failed = 0
        for number in 1... {
            let disk = FaultyDisk()
            disk.fail(.read, from: number, count: 1)
            do {
                #expect(try rows(of: job, try QueueReader(path: journey.folder.queue, vfs: disk.name)) == whole, "read \(number)")
            } catch let error as QueueError {
                failed += 1
                #expect(error.code == .inputOutput, "read \(number): \(error)")
            }
            if disk.failures == 0 { break }
        }
        #expect(failed > 0)
    }

    private func rows(of job: JobID, _ reader: borrowing QueueReader) throws -> [ReportRow] {
        var rows: [ReportRow] = []
        try reader.forEachItem(of: job, in: Set(ItemState.allCases), withAttempts: true) { rows.append($0) }
        return rows
    }

    // MARK: - The shim itself

    /// The checks above can fail: a database that does not sync loses what it promised.
    @Test func withoutSyncPowerCutsLosePromises() throws {
        var lost = 0
        for seed: UInt64 in 0..<20 {
            let folder = try QueueFolder()
            let disk = FaultyDisk()
            do {
                let database = try Database(path: folder.queue, mode: [.readWrite, .create], vfs: disk.name)
                try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE t (a); INSERT INTO t VALUES (1)")
                for name in ["queue.db", "queue.db-wal"] {
                    try disk.cutPower(folder.file(name), to: folder.file("cut-\(name)"), seed: seed)
                }
            }
            let after = try Database(path: folder.file("cut-queue.db"), mode: [.readWrite, .create])
            let isThere = (try? after.integer("SELECT count(*) FROM t")) == 1
            lost += isThere ? 0 : 1
        }
        #expect(lost > 0)
    }
}
