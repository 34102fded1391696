import Glibc
import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// A queue file has at most one owner; a second one is told who that is.
@Suite struct OwnershipTests {
    let folder: QueueFolder

    init() throws { folder = try QueueFolder() }

    /// What a process has that was started in the moment before the owner let go.
    @Test func aCopyOfTheDescriptorKeepsNoOwner() throws {
        let folder = try QueueFolder()
        var copies: [Int32] = []
        do {
            let queue = try folder.owner()
            for descriptor in Int32(3)..<4096 where copies.isEmpty {
                var target = [CChar](repeating: 0, count: 4096)
                let length = readlink("/proc/self/fd/\(descriptor)", &target, target.count)
                let path = String(decoding: target.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
                if path == folder.queue + "-owner" { copies.append(dup(descriptor)) }
            }
            withExtendedLifetime(queue) {}
        }
        defer { for copy in copies { close(copy) } }
        #expect(copies.count == 1)
        _ = try folder.owner()
    }

    @Test func aSecondOwnerIsToldWhoOwnsIt() async throws {
        let first = try folder.owner("process 4711 on ci since noon")
        let error = try await failure { _ = try folder.owner("process 4712") }
        #expect(error.code == .owned)
        #expect(error.detail == "process 4711 on ci since noon")
        #expect(QueueReader.owner(of: folder.queue) == "process 4711 on ci since noon")
        // The one who was refused disturbed nothing.
        #expect(try await first.makePlan([try Sample.row(1)]).deletions == 1)
    }

    @Test(.timeLimit(.minutes(1))) func takeoverIsInstant() async throws {
        var first: Queue? = try folder.owner("the first, with a long description of itself")
        #expect(first != nil)
        first = nil
        while QueueReader.owner(of: folder.queue) != nil { await Task.yield() }
        let second = try folder.owner("second")
        #expect(QueueReader.owner(of: folder.queue) == "second")
        _ = consume second
        // A process that another test starts has copies of this one's descriptors until it runs its own program.
        while QueueReader.owner(of: folder.queue) != nil { await Task.yield() }
    }

    /// An owner that goes with a job half done closes its file before it lets go of the lock.
    @Test func anOwnerClosesTheFileFirst() async throws {
        var queue: Queue? = try folder.owner()
        let job = try await queue?.makeJob([try Sample.row(1)])
        _ = try await queue?.start(try #require(job))
        _ = try await queue?.claim(1)
        #expect(folder.exists("queue.db-wal"))
        queue = nil
        #expect(!folder.exists("queue.db-wal"))
        #expect(QueueReader.owner(of: folder.queue) == nil)
    }

    @Test func ownersInOtherPlacesDoNotMatter() throws {
        let other = try QueueFolder()
        let first = try folder.owner("first")
        let second = try other.owner("second")
        #expect(QueueReader.owner(of: folder.queue) == "first")
        #expect(QueueReader.owner(of: other.queue) == "second")
        withExtendedLifetime((first, second)) {}
    }

    @Test func twoNamesOfOneFileHaveOneOwner() async throws {
        let first = try folder.owner("first")
        try #require(symlink(folder.queue, folder.file("alias.db")) == 0)
        #expect(try await failure { _ = try Queue(owning: folder.file("alias.db"), as: "second") }.code == .owned)
        #expect(QueueReader.owner(of: folder.file("alias.db")) == "first")
        withExtendedLifetime(first) {}
    }

    @Test func nobodyOwnsAFileThatIsNotThere() {
        #expect(QueueReader.owner(of: folder.file("none.db")) == nil)
    }

    @Test func theRunningJobIsThatOfALivingOwner() async throws {
        var queue: Queue? = try folder.owner()
        let job = try #require(try await queue?.makeJob([try Sample.row(1)]))
        #expect(try folder.reader().runningJob() == nil)
        _ = try await queue?.start(job)
        #expect(try folder.reader().runningJob() == job)
        queue = nil
        #expect(try folder.reader().runningJob() == nil)
    }

    // MARK: - Epochs

    /// Somebody removed the lock and took the queue over: the first owner must not write another word.
    @Test func aStaleOwnerIsRefused() async throws {
        let queue = try folder.owner()
        let job = try await queue.makeJob(try (1...3).map { try Sample.row($0) })
        try await queue.start(job)
        let claim = try #require(try await queue.claim(1).first)
        try #require(remove(folder.file("queue.db-owner")) == 0)
        let second = try folder.owner("second")
        let before = try folder.connection().text(Self.everything)
        let turn = Turn(records: [claim.deleted()], claims: [.fresh(LaneID(0), limit: 1)], now: Sample.start)
        #expect(try await failure { _ = try await queue.commit(turn) }.code == .lostOwnership)
        #expect(try await failure { try await queue.end(job, .halted, reason: nil, at: Sample.start) }.code == .lostOwnership)
        #expect(try await failure { _ = try await queue.retry(JobID(9), [.failed]) }.code == .lostOwnership)
        #expect(try await failure { _ = try await queue.start(job) }.code == .lostOwnership)
        #expect(try await failure { _ = try await queue.startPlan(Sample.draft("late")) }.code == .lostOwnership)
        #expect(try await failure { try await queue.confirm(job) }.code == .lostOwnership)
        #expect(try await failure { try await queue.discard(job) }.code == .lostOwnership)
        #expect(try folder.connection().text(Self.everything) == before)
        // The second one goes on undisturbed.
        #expect(try await second.start(job).waiting.map(\.item) == [claim.call.item])
    }

    @Test func theEpochRisesWithEveryOwner() throws {
        for epoch: Int64 in 1...3 {
            let queue = try folder.owner()
            #expect(try folder.connection().integer("SELECT epoch FROM owner") == epoch)
            withExtendedLifetime(queue) {}
        }
    }

    private static let everything = """
        SELECT (SELECT group_concat(state || attempts) FROM item) || (SELECT group_concat(name || state) FROM job)
            || (SELECT count(*) FROM attempt)
        """

    // MARK: - Other processes

    @Test(.enabled(if: Python.isThere, "python3 plays the other process"))
    func anotherProcessIsKeptOut() throws {
        let queue = try folder.owner()
        #expect(try Python.run(Self.tryLock, arguments: [folder.file("queue.db-owner")]) == 1)
        _ = consume queue
        #expect(try Python.run(Self.tryLock, arguments: [folder.file("queue.db-owner")]) == 0)
    }

    /// Ends with 0 if the whole file could be locked, as an owner locks it, and with 1 if somebody else has it.
    private static let tryLock = """
        import fcntl, struct, sys
        with open(sys.argv[1], "r+b") as file:
            try:
                fcntl.fcntl(file, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
            except BlockingIOError:
                sys.exit(1)
        """
}

/// A second process.
enum Python {
    private static let interpreter = ["/usr/bin/python3", "/usr/local/bin/python3"].first { access($0, X_OK) == 0 } ?? inPath()

    static var isThere: Bool { interpreter != nil }

    /// Runs a program; gives its exit code.
    static func run(_ program: String, arguments: [String]) throws -> Int32 {
        let interpreter = try #require(interpreter)
        let words: [UnsafeMutablePointer<CChar>?] = ([interpreter, "-c", program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        try #require(posix_spawn(&child, interpreter, nil, nil, words, environ) == 0)
        var status: CInt = 0
        while waitpid(child, &status, 0) < 0 { try #require(errno == EINTR) }
        try #require(status & 0x7f == 0)
        return status >> 8 & 0xff
    }

    private static func inPath() -> String? {
        guard let path = getenv("PATH") else { return nil }
        return String(cString: path).split(separator: ":").map { "\($0)/python3" }.first { access($0, X_OK) == 0 }
    }
}
