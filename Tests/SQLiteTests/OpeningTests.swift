import Glibc
import SQLite
import Testing

/// A file that cannot be opened says why.
@Suite struct OpeningTests {
    @Test func aDirectory() throws {
        let scratch = try Scratch()
        #expect(try failure { _ = try Database(path: scratch.path, mode: .readWrite) }.kind == .cannotOpen)
    }

    @Test func aMissingDirectory() throws {
        let scratch = try Scratch()
        let path = scratch.file("missing/a.db")
        #expect(try failure { _ = try Database(path: path, mode: [.readWrite, .create]) }.kind == .cannotOpen)
    }

    @Test func aMissingFileIsNotCreatedUnasked() throws {
        let scratch = try Scratch()
        #expect(try failure { _ = try Database(path: scratch.file("a.db"), mode: .readWrite) }.kind == .cannotOpen)
        #expect(access(scratch.file("a.db"), F_OK) != 0)
    }

    /// SQLite reads a file only when it is asked for something.
    @Test func aTextFile() throws {
        let scratch = try Scratch()
        try scratch.write(Array("service_token_id\nf174e90a-fafe-4643-bbbc-4a0ed4fc8415\n".utf8), to: "tokens.csv")
        let database = try Database(path: scratch.file("tokens.csv"), mode: .readWrite)
        #expect(try failure { _ = try database.integer("PRAGMA user_version") }.kind == .notADatabase)
    }

    @Test func theEmptyPathIsAPrivateDatabase() throws {
        let first = try temporary("CREATE TABLE t (a)")
        let second = try temporary("CREATE TABLE t (a, b)")
        #expect(try first.integer("SELECT count(*) FROM pragma_table_info('t')") == 1)
        #expect(try second.integer("SELECT count(*) FROM pragma_table_info('t')") == 2)
    }

    /// The last connection to close folds the log into the file, unless it was told not to.
    @Test(arguments: [true, false])
    func checkpointOnClose(_ isDisabled: Bool) throws {
        let scratch = try Scratch()
        let path = scratch.file("a.db")
        func writeAndClose() throws {
            let database = try Database(path: path, mode: [.readWrite, .create])
            if isDisabled { try database.disableCheckpointOnClose() }
            #expect(try database.text("PRAGMA journal_mode = WAL") == "wal")
            try database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        }
        try writeAndClose()
        #expect((access(path + "-wal", F_OK) == 0) == isDisabled)
        #expect(try Database(path: path, mode: .readWrite).integer("SELECT count(*) FROM t") == 1)
    }
}
