import SQLite
import Testing

/// A statement can be run again, whatever happened to it before.
@Suite struct StatementTests {
    @Test func bindingsStayAndCanBeReplaced() throws {
        let database = try temporary("CREATE TABLE t (a INTEGER, b INTEGER)")
        let insert = try database.prepare("INSERT INTO t VALUES (?, ?)")
        try insert.bind(1, at: 1)
        try insert.bind(10, at: 2)
        try insert.run()
        try insert.bind(2, at: 1)
        try insert.run()
        #expect(try database.integer("SELECT sum(a) FROM t") == 3)
        #expect(try database.integer("SELECT sum(b) FROM t") == 20)
        #expect(database.lastInsertedRow == 2)
    }

    @Test func readsRowsUntilTheEndAndStartsOver() throws {
        let database = try temporary()
        let select = try database.prepare("VALUES (1), (2), (3)")
        for _ in 0..<2 {
            var rows: [Int64] = []
            while try select.step() { rows.append(select.integer(0)) }
            #expect(rows == [1, 2, 3])
        }
    }

    @Test func resetStartsOverBeforeTheEnd() throws {
        let database = try temporary()
        let select = try database.prepare("VALUES (1), (2)")
        #expect(try select.step() == true)
        try select.reset()
        #expect(try select.step() == true)
        #expect(select.integer(0) == 1)
    }

    @Test func runsAgainAfterAnError() throws {
        let database = try temporary("CREATE TABLE t (a INTEGER PRIMARY KEY)")
        let insert = try database.prepare("INSERT INTO t VALUES (?)")
        try insert.bind(1, at: 1)
        try insert.run()
        #expect(try failure { try insert.run() }.kind == .constraint)
        try insert.bind(2, at: 1)
        try insert.run()
        #expect(database.changes == 1)
        #expect(try database.integer("SELECT count(*) FROM t") == 2)
    }

    @Test func countsChanges() throws {
        let database = try temporary("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2), (3)")
        try database.execute("UPDATE t SET a = 0 WHERE a > 1")
        #expect(database.changes == 2)
        try database.execute("UPDATE t SET a = 0 WHERE a > 1")
        #expect(database.changes == 0)
    }

    @Test func refusesAParameterThatIsNotThere() throws {
        let database = try temporary()
        let select = try database.prepare("SELECT ?")
        let error = try failure { try select.bind(1, at: 2) }
        #expect(error.kind == .other)
        #expect(error.message.contains("out of range"))
    }

    @Test func refusesToRebindInTheMiddle() throws {
        let database = try temporary()
        let select = try database.prepare("SELECT ?1 UNION ALL SELECT ?1")
        try select.bind(1, at: 1)
        #expect(try select.step() == true)
        #expect(try failure { try select.bind(2, at: 1) }.kind == .other)
    }

    @Test func refusesTextBeyondTheLimit() throws {
        let database = try temporary("CREATE TABLE t (a BLOB)")
        #expect(try failure { try database.execute("INSERT INTO t VALUES (zeroblob(2000000000))") }.kind == .tooBig)
    }

    @Test(arguments: ["", " ", "-- nothing"])
    func refusesAnEmptyStatement(_ sql: String) throws {
        let database = try temporary()
        let error = try failure { _ = try database.prepare(sql) }
        #expect(error.message == "an empty statement")
    }

    @Test func tellsASyntaxError() throws {
        let database = try temporary()
        let error = try failure { _ = try database.prepare("SELEKT 1") }
        #expect(error.message.contains("syntax error"))
        #expect(error.kind == .other)
    }

    @Test func oneRowQueries() throws {
        let database = try temporary()
        #expect(try database.integer("SELECT 42") == 42)
        #expect(try database.text("SELECT 'a'") == "a")
        #expect(try database.text("SELECT NULL") == nil)
        #expect(try database.text("SELECT 'a' WHERE 0") == nil)
        #expect(try failure { _ = try database.integer("SELECT 1 WHERE 0") }.message.hasPrefix("no row"))
    }

    @Test func tellsWhetherATransactionIsOpen() throws {
        let database = try temporary("CREATE TABLE t (a INTEGER)")
        #expect(database.isInTransaction == false)
        try database.execute("BEGIN; INSERT INTO t VALUES (1)")
        #expect(database.isInTransaction == true)
        try database.execute("ROLLBACK")
        #expect(database.isInTransaction == false)
        #expect(try database.integer("SELECT count(*) FROM t") == 0)
    }

    /// The connection is closed for good when its last statement is gone.
    @Test func aStatementOutlivesItsConnection() throws {
        func statement() throws -> Statement {
            let database = try temporary("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (7)")
            return try database.prepare("SELECT a FROM t")
        }
        let select = try statement()
        #expect(try select.step() == true)
        #expect(select.integer(0) == 7)
    }
}
