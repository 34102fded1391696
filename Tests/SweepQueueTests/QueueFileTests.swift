import Glibc
import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// Queue files are private, and only queue files are touched.
@Suite struct QueueFileTests {
    let folder: QueueFolder

    init() throws { folder = try QueueFolder() }

    @Test func everyFileIsPrivate() async throws {
        let queue = try folder.owner()
        _ = try await queue.makeJob([try Sample.row(1)])
        for name in ["queue.db", "queue.db-wal", "queue.db-shm", "queue.db-owner"] {
            #expect(try folder.mode(name) == 0o600, "\(name)")
        }
    }

    @Test func missingDirectoriesAreMadePrivate() throws {
        let queue = try Queue(owning: folder.file("state/tokensweep/queue.db"), as: "the test")
        #expect(try folder.mode("state") == 0o700)
        #expect(try folder.mode("state/tokensweep") == 0o700)
        #expect(try folder.mode("state/tokensweep/queue.db") == 0o600)
        withExtendedLifetime(queue) {}
    }

    /// What is committed to a file that has no name is lost with its process: nothing of it may be shown or sent.
    @Test func aQueueThatIsTakenAwayTakesNothingMore() async throws {
        let queue = try folder.owner()
        let job = try await queue.makeJob([try Sample.row(1), try Sample.row(2)])
        try await queue.start(job)
        let claim = try #require(try await queue.claim(1).first)
        try #require(rename(folder.queue, folder.file("elsewhere.db")) == 0)
        #expect(try await failure { try await queue.record([claim.deleted()]) }.code == .cannotOpen)
        #expect(try await failure { _ = try await queue.claim(1) }.code == .cannotOpen)
        try folder.write([], to: "queue.db")
        #expect(try await failure { _ = try await queue.claim(1) }.code == .cannotOpen)
    }

    @Test func aQueueThatWasOpenToAllIsClosed() throws {
        _ = try folder.owner()
        try #require(chmod(folder.queue, 0o644) == 0)
        _ = try folder.owner()
        #expect(try folder.mode("queue.db") == 0o600)
    }

    @Test func aFileOfLengthZeroBecomesAQueue() throws {
        try folder.write([], to: "queue.db")
        _ = try folder.owner()
        #expect(try folder.reader().jobs().isEmpty)
        #expect(try folder.connection().integer("PRAGMA application_id") == Schema.applicationID)
    }

    /// A crash between the making of the file and the making of its tables.
    @Test func aFileWithoutTablesBecomesAQueue() throws {
        _ = try Database(path: folder.queue, mode: [.readWrite, .create]).text("PRAGMA journal_mode = WAL")
        _ = try folder.owner()
        #expect(try folder.reader().jobs().isEmpty)
    }

    @Test(
        arguments: [
            (778, EDQUOT, QueueError.Code.quota), (1034, EDQUOT, .quota), (14, EDQUOT, .quota), (778, EIO, .inputOutput),
            (1034, ENOSPC, .full),
            (778, EROFS, .readOnly), (14, EROFS, .cannotOpen),
        ] as [(Int32, Int32, QueueError.Code)])
    func theSystemSaysWhatIsWrongWithADisk(code: Int32, number: Int32, meaning: QueueError.Code) {
        let error = QueueError(SQLiteError(extendedCode: code, message: "words", systemNumber: number), path: "q")
        #expect(error == QueueError(meaning, path: "q", detail: "words: \(String(cString: strerror(number)))"))
    }

    /// Of what the system last refused for another reason nothing is said.
    @Test func aNumberThatSaysNothingOfADiskIsPassedOver() {
        let error = QueueError(SQLiteError(extendedCode: 778, message: "words", systemNumber: ENOENT), path: "q")
        #expect(error == QueueError(.inputOutput, path: "q", detail: "words"))
    }

    @Test func aFileOfLengthZeroCannotBeRead() async throws {
        try folder.write([], to: "queue.db")
        let error = try await failure { _ = try folder.reader() }
        #expect(error.code == .cannotOpen)
        #expect(error.detail == "it is empty: no job was ever planned in it")
    }

    @Test func aDatabaseOfAnotherProgram() async throws {
        _ = try Database(path: folder.queue, mode: [.readWrite, .create]).execute(
            "CREATE TABLE bookmark (url TEXT); INSERT INTO bookmark VALUES ('a'); PRAGMA user_version = 7")
        try #require(chmod(folder.queue, 0o644) == 0)
        let before = try folder.read("queue.db")
        #expect(try await failure { _ = try folder.owner() }.code == .notAQueue)
        #expect(try await failure { _ = try folder.reader() }.code == .notAQueue)
        #expect(try folder.read("queue.db") == before)
        #expect(try folder.mode("queue.db") == 0o644)
    }

    @Test func aNewerSchema() async throws {
        _ = try folder.owner()
        try folder.connection().execute("PRAGMA user_version = \(Schema.version + 1)")
        for error in [
            try await failure { _ = try folder.owner() }, try await failure { _ = try folder.reader() },
        ] {
            #expect(error.code == .newerSchema)
            #expect(error.detail == "schema \(Schema.version + 1), this program knows \(Schema.version)")
        }
    }

    /// Such a file has the index of the items' order from the start.
    @Test func theVersionBefore() async throws {
        var owner: Queue? = try folder.owner()
        let job = try await owner?.makeJob(try (1...3).map { try Sample.row($0) })
        owner = nil
        try folder.connection().execute("CREATE INDEX item_order ON item (scope); PRAGMA user_version = \(Schema.oldestVersion)")
        let queue = try folder.owner()
        let start = try await queue.start(try #require(job))
        #expect(start.tally[.pending] == 3)
    }

    @Test func anUnknownSchema() async throws {
        _ = try folder.owner()
        try folder.connection().execute("PRAGMA user_version = 0")
        #expect(try await failure { _ = try folder.owner() }.code == .notAQueue)
    }

    @Test(arguments: ["", "service_token_id\nf174e90a-fafe-4643-bbbc-4a0ed4fc8415\n"])
    func aTextFile(_ padding: String) async throws {
        let bytes = Array((padding + String(repeating: "token,account\n", count: 100)).utf8)
        try folder.write(bytes, to: "queue.db")
        #expect(try await failure { _ = try folder.owner() }.code == .notAQueue)
        #expect(try await failure { _ = try folder.reader() }.code == .notAQueue)
        #expect(try folder.read("queue.db") == bytes)
    }

    @Test func aShortTextFile() async throws {
        try folder.write(Array("hello\n".utf8), to: "queue.db")
        #expect(try await failure { _ = try folder.owner() }.code == .notAQueue)
        #expect(try folder.read("queue.db") == Array("hello\n".utf8))
    }

    @Test func aTruncatedFile() async throws {
        var queue: Queue? = try folder.owner()
        _ = try await queue?.makeJob(try (1...2_000).map { try Sample.row($0) })
        queue = nil
        let bytes = try folder.read("queue.db")
        try folder.write(Array(bytes.prefix(bytes.count / 2)), to: "queue.db")
        let codes = try await failure {
            let queue = try folder.owner()
            try await queue.start(JobID(1))
            _ = try await queue.claim(2_000)
        }
        #expect(codes.code == .damaged)
    }

    @Test func aDirectory() async throws {
        try #require(mkdir(folder.queue, 0o755) == 0)
        #expect(try await failure { _ = try folder.owner() }.code == .cannotOpen)
        #expect(try await failure { _ = try folder.reader() }.code == .cannotOpen)
        #expect(try folder.mode("queue.db") == 0o755)
        #expect(!folder.exists("queue.db-owner"))
    }

    @Test func aPipe() async throws {
        try #require(mkfifo(folder.queue, 0o600) == 0)
        #expect(try await failure { _ = try folder.owner() }.code == .cannotOpen)
        #expect(try await failure { _ = try folder.reader() }.code == .cannotOpen)
    }

    @Test func aFileWhereADirectoryIsWanted() async throws {
        try folder.write([], to: "file")
        #expect(try await failure { _ = try Queue(owning: folder.file("file/queue.db"), as: "a") }.code == .cannotOpen)
        #expect(try await failure { _ = try Queue(owning: folder.file("file/deeper/queue.db"), as: "a") }.code == .cannotOpen)
    }

    @Test func aFileThatIsNotThereIsNotMadeByAReader() async throws {
        let error = try await failure { _ = try folder.reader() }
        #expect(error.code == .cannotOpen)
        #expect(error.path == folder.queue)
        #expect(!folder.exists("queue.db"))
    }

    @Test func aLinkToNowhere() async throws {
        try #require(symlink(folder.file("none"), folder.queue) == 0)
        #expect(try await failure { _ = try folder.owner() }.code == .cannotOpen)
        #expect(!folder.exists("none"))
    }

    @Test func theLockIsNeverWrittenThroughALink() async throws {
        try folder.write(Array("precious".utf8), to: "file")
        try #require(symlink(folder.file("file"), folder.file("queue.db-owner")) == 0)
        #expect(try await failure { _ = try folder.owner() }.code == .cannotOpen)
        #expect(try folder.read("file") == Array("precious".utf8))
    }

    @Test(.enabled(if: Mount.isAllowed, "wants a file system of its own"))
    func aReadOnlyFileSystem() async throws {
        let mount = try Mount(at: folder.file("disk"), kilobytes: 1_024)
        let path = folder.file("disk/queue.db")
        _ = try Queue(owning: path, as: "a")
        try mount.makeReadOnly()
        #expect(try await failure { _ = try Queue(owning: path, as: "a") }.code == .readOnly)
        #expect(try await failure { _ = try Queue(owning: folder.file("disk/new.db"), as: "a") }.code == .readOnly)
        #expect(try await failure { _ = try Queue(owning: folder.file("disk/new/new.db"), as: "a") }.code == .readOnly)
    }

    @Test func aPlanThatIsOnlyLookedAtLeavesNoFile() async throws {
        let queue = try Queue(scratch: ())
        let plan = try await queue.makePlan([try Sample.row(1)])
        #expect(plan.deletions == 1)
        #expect(queue.path == "(temporary)")
        #expect(!folder.exists("(temporary)"))
    }
}
