import FoundationEssentials
import Glibc
import SQLite
import Testing

/// A folder of its own for a test, removed with everything in it.
final class Scratch {
    let path: String

    init() throws {
        var name = Array("/tmp/tokensweep-sqlite-XXXXXX".utf8CString)
        let made = mkdtemp(&name)
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try #require(made != nil)
    }

    deinit {
        // What is left over lies in the system's folder for temporary files.
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = try #require(fopen(file(name), "w"))
        defer { _ = fclose(file) }
        try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }
}

/// A private temporary database.
func temporary(_ sql: String = "") throws -> Database {
    let database = try Database(path: "", mode: [.readWrite, .create])
    try database.execute(sql)
    return database
}

/// The error that `body` throws; a body that throws none, or another one, is a failed requirement.
func failure(_ body: () throws -> Void) throws -> SQLiteError {
    var caught: SQLiteError?
    do {
        try body()
    } catch let error as SQLiteError {
        caught = error
    }
    return try #require(caught)
}
