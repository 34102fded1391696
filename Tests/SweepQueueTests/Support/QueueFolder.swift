import FoundationEssentials
import Glibc
import SQLite
import Testing

@testable import SweepQueue

/// A folder of its own for a test's queue, removed with everything in it.
final class QueueFolder: Sendable {
    let path: String
    private let isOwn: Bool
    var queue: String { file("queue.db") }

    init() throws {
        var name = Array("/tmp/tokensweep-queue-XXXXXX".utf8CString)
        let made = mkdtemp(&name)
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        isOwn = true
        try #require(made != nil)
    }

    /// A folder that somebody else made and removes.
    init(at path: String) {
        self.path = path
        isOwn = false
    }

    deinit {
        guard isOwn else { return }
        // What is left over lies in the system's folder for temporary files.
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func owner(_ description: String = "the test") throws -> Queue { try Queue(owning: queue, as: description) }

    func reader() throws -> QueueReader { try QueueReader(path: queue) }

    /// A second connection to the queue file, past every rule but those of the schema.
    func connection() throws -> Database {
        let database = try Database(path: queue, mode: .readWrite)
        try database.setBusyTimeout(milliseconds: 0)
        try database.disableCheckpointOnClose()
        try database.execute("PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0")
        return database
    }

    /// What a crash at this moment would leave: the file and its log, with nobody behind them.
    func afterCrash() throws -> QueueFolder {
        let copy = try QueueFolder()
        for name in ["queue.db", "queue.db-wal"] where exists(name) { try copy.write(try read(name), to: name) }
        return copy
    }

    func exists(_ name: String) -> Bool { access(file(name), F_OK) == 0 }

    func status(_ name: String) throws -> stat {
        var status = stat()
        try #require(stat(file(name), &status) == 0)
        return status
    }

    func mode(_ name: String) throws -> mode_t { try status(name).st_mode & 0o777 }

    func size(_ name: String) throws -> Int { Int(try status(name).st_size) }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = try #require(fopen(file(name), "w"))
        defer { _ = fclose(file) }
        try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }

    func read(_ name: String) throws -> [UInt8] {
        let file = try #require(fopen(file(name), "r"))
        defer { _ = fclose(file) }
        var bytes = [UInt8](repeating: 0, count: try size(name))
        try #require(fread(&bytes, 1, bytes.count, file) == bytes.count)
        return bytes
    }
}
