import Glibc
import SQLite
import Testing

/// Errors carry SQLite's own words and a kind that callers can tell apart.
@Suite struct ErrorTests {
    @Test(arguments: [
        (13, SQLiteError.Kind.full), (8, .readOnly), (776, .readOnly), (14, .cannotOpen), (26, .notADatabase), (11, .corrupt),
        (5, .busy), (6, .busy), (517, .busy), (10, .inputOutput), (1034, .inputOutput), (19, .constraint), (2067, .constraint),
        (3, .permission), (23, .permission), (18, .tooBig), (1, .other), (21, .other),
    ])
    func kinds(_ code: Int, _ kind: SQLiteError.Kind) {
        #expect(SQLiteError(extendedCode: Int32(code), message: "").kind == kind)
    }

    @Test func theSystemsNumberBelongsToWhatTheSystemRefused() {
        for code: Int32 in [10, 14, 778, 1034] {
            #expect(SQLiteError(extendedCode: code, message: "", systemNumber: EDQUOT).systemNumber == EDQUOT)
        }
        for code: Int32 in [1, 5, 11, 13, 19] {
            #expect(SQLiteError(extendedCode: code, message: "", systemNumber: EDQUOT).systemNumber == 0)
        }
    }

    @Test func ownErrors() {
        #expect(SQLiteError(.constraint, "a").kind == .constraint)
        #expect(SQLiteError(.corrupt, "a").kind == .corrupt)
        #expect(SQLiteError(.other, "a").kind == .other)
        #expect(SQLiteError(.other, "words").message == "words")
    }

    @Test func codesAreExtended() throws {
        let database = try temporary("CREATE TABLE t (a INTEGER UNIQUE, b INTEGER CHECK (b > 0)); INSERT INTO t VALUES (1, 1)")
        let unique = try failure { try database.execute("INSERT INTO t VALUES (1, 2)") }
        let check = try failure { try database.execute("INSERT INTO t VALUES (2, 0)") }
        #expect(unique.kind == .constraint)
        #expect(check.kind == .constraint)
        #expect(unique.extendedCode != check.extendedCode)
        #expect(unique.message == "UNIQUE constraint failed: t.a")
    }

    @Test func aFullDatabase() throws {
        let database = try temporary("CREATE TABLE t (a BLOB); PRAGMA max_page_count = 4")
        #expect(try failure { try database.execute("INSERT INTO t VALUES (zeroblob(100000))") }.kind == .full)
        #expect(try database.integer("SELECT count(*) FROM t") == 0)
    }

    @Test func aDatabaseOpenedForReading() throws {
        let scratch = try Scratch()
        _ = try Database(path: scratch.file("a.db"), mode: [.readWrite, .create]).execute("CREATE TABLE t (a)")
        let database = try Database(path: scratch.file("a.db"), mode: .readOnly)
        #expect(try database.integer("SELECT count(*) FROM t") == 0)
        #expect(try failure { try database.execute("INSERT INTO t VALUES (1)") }.kind == .readOnly)
    }

    @Test func busy() throws {
        let scratch = try Scratch()
        let first = try Database(path: scratch.file("a.db"), mode: [.readWrite, .create])
        try first.execute("CREATE TABLE t (a); BEGIN IMMEDIATE")
        let second = try Database(path: scratch.file("a.db"), mode: .readWrite)
        try second.setBusyTimeout(milliseconds: 0)
        #expect(try failure { try second.execute("BEGIN IMMEDIATE") }.kind == .busy)
        try first.execute("COMMIT")
        try second.execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (1); COMMIT")
        #expect(try first.integer("SELECT count(*) FROM t") == 1)
    }
}
