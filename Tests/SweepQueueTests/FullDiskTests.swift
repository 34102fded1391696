import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// A disk that is full stops the work and nothing else: what was committed stands, and with room the work goes on.
@Suite struct FullDiskTests {
    static let rows = 600

    /// The file may grow by one page after each failure: the failure comes at every place where it can come.
    @Test func atEveryPage() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let other = try await queue.makeJob([try Sample.row(1)], named: "earlier")
        try await queue.freezeSize()
        let job = StubbornJob(queue: queue, folder: folder) { try await queue.grow(pages: 1) }
        let failures = try await job.runToTheEnd()
        for stage in StubbornJob.Stage.allCases {
            #expect(failures[stage, default: 0] > 0, "no failure while \(stage)")
        }
        #expect(try folder.reader().job(other)?.tally == Tally([.pending: 1]))
    }

    @Test(.enabled(if: Mount.isAllowed, "wants a file system of its own"))
    func onAFileSystemWithoutRoom() async throws {
        let home = try QueueFolder()
        let mount = try Mount(at: home.file("disk"), kilobytes: 256)
        let folder = QueueFolder(at: home.file("disk"))
        let queue = try folder.owner()
        var size = 256
        let job = StubbornJob(queue: queue, folder: folder) {
            size += 16
            try mount.resize(kilobytes: size)
        }
        let failures = try await job.runToTheEnd()
        #expect(failures.values.reduce(0, +) > 0)
        #expect(size < 4_096)
    }

    @Test(.enabled(if: Mount.isAllowed, "wants a file system of its own"))
    func noRoomForAnyFile() async throws {
        let home = try QueueFolder()
        let mount = try Mount(at: home.file("disk"), kilobytes: 8)
        let folder = QueueFolder(at: home.file("disk"))
        #expect(try await failure { _ = try folder.owner() }.code == .full)
        try mount.resize(kilobytes: 1_024)
        #expect(try await folder.owner().makePlan([try Sample.row(1)]).deletions == 1)
    }
}

/// A job that is tried again until it is done, with a little more room after each failure.
private struct StubbornJob {
    enum Stage: CaseIterable {
        case planning, claiming, recording
    }

    let queue: Queue
    let folder: QueueFolder
    let makeRoom: () async throws -> Void

    /// Gives how often there was no room, by stage.
    func runToTheEnd() async throws -> [Stage: Int] {
        var failures: [Stage: Int] = [:]
        let rows = try (0..<FullDiskTests.rows).map { try Sample.row($0) }
        let plan = try await insist(.planning, &failures) { try await queue.makePlan(rows, named: "job") }
        #expect(plan.deletions == rows.count)
        try await insist(.planning, &failures) { try await queue.confirm(plan.job) }
        try await insist(.claiming, &failures) { _ = try await queue.start(plan.job) }
        // All are claimed before any is recorded, so that each kind of turn is alone with its failures.
        var claims: [Claim] = []
        while claims.count < rows.count {
            claims += try await insist(.claiming, &failures) { try await queue.claim(16) }
        }
        #expect(Set(claims.map(\.call.item)).count == rows.count)
        let details = AnswerDetails(httpStatus: 200, errorMessage: "a text that takes room", rayID: "8f2c-FRA")
        for start in stride(from: 0, to: claims.count, by: 16) {
            let records = claims[start..<min(start + 16, claims.count)].map { $0.record(.final(.deleted, reason: nil), details: details) }
            try await insist(.recording, &failures) { try await queue.record(records) }
        }
        try await insist(.recording, &failures) { try await queue.end(plan.job, .finished, reason: nil, at: Sample.start) }
        #expect(try folder.reader().job(plan.job)?.tally.gone == rows.count)
        try expectSoundness(folder)
        return failures
    }

    /// Does it again until there is room. A failure must have changed nothing.
    private func insist<Result>(_ stage: Stage, _ failures: inout [Stage: Int], _ body: () async throws -> Result) async throws -> Result {
        while true {
            let before = try contents()
            do {
                return try await body()
            } catch let error as QueueError {
                try #require(error.code == .full, "\(error)")
                failures[stage, default: 0] += 1
                try #require(failures[stage, default: 0] < 1_000)
                #expect(try contents() == before)
                try expectSoundness(folder)
                try await makeRoom()
            }
        }
    }

    private func contents() throws -> String? {
        try folder.connection().text(
            """
            SELECT (SELECT group_concat(name || state) FROM job) || (SELECT total(attempts) FROM item)
                || (SELECT coalesce(group_concat(scope || state || count), '') FROM tally) || (SELECT count(*) FROM attempt)
            """)
    }
}

extension Queue {
    /// Lets the file grow no more.
    fileprivate func freezeSize() throws {
        let pages = try database.integer("PRAGMA page_count")
        try database.execute("PRAGMA max_page_count = \(pages)")
    }

    fileprivate func grow(pages: Int64) throws {
        let limit = try database.integer("PRAGMA max_page_count")
        try database.execute("PRAGMA max_page_count = \(limit + pages)")
    }
}
