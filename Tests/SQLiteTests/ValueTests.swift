import SQLite
import Testing

/// What is bound comes back.
@Suite struct ValueTests {
    @Test(arguments: [0, 1, -1, Int64.min, .max])
    func integers(_ value: Int64) throws {
        let database = try temporary()
        let select = try database.prepare("SELECT ?1, typeof(?1)")
        try select.bind(value, at: 1)
        #expect(try select.step() == true)
        #expect(select.integer(0) == value)
        #expect(select.optionalInteger(0) == value)
        #expect(select.text(1) == "integer")
    }

    @Test func integersOfTheMachine() throws {
        let database = try temporary()
        let select = try database.prepare("SELECT ?1")
        try select.bind(Int.max, at: 1)
        #expect(try select.step() == true)
        #expect(select.integer(0) == Int64.max)
    }

    @Test(arguments: ["", "a", "nul\u{0}inside", "\u{0}", "日本語 👩‍💻", String(repeating: "long ", count: 100_000)])
    func text(_ value: String) throws {
        let database = try temporary()
        let select = try database.prepare("SELECT ?1, typeof(?1), length(CAST(?1 AS BLOB))")
        try select.bind(value, at: 1)
        #expect(try select.step() == true)
        #expect(select.text(0) == value)
        #expect(select.isNull(0) == false)
        #expect(select.text(1) == "text")
        #expect(select.integer(2) == Int64(value.utf8.count))
    }

    @Test(arguments: [[], [0], [0, 1, 2, 0], [UInt8](repeating: 255, count: 70_000)])
    func blobs(_ value: [UInt8]) throws {
        let database = try temporary()
        let select = try database.prepare("SELECT ?1, typeof(?1), length(?1)")
        try select.bind(blob: value, at: 1)
        #expect(try select.step() == true)
        #expect(select.blob(0) == value)
        #expect(select.isNull(0) == false)
        #expect(select.text(1) == "blob")
        #expect(select.integer(2) == Int64(value.count))
    }

    /// Short and long values are kept in different places, and stay bound until others are.
    @Test func valuesStayUntilOthersAreBound() throws {
        let database = try temporary()
        let select = try database.prepare("SELECT ?1, ?2, ?3")
        func values() throws -> [String?] {
            #expect(try select.step() == true)
            let values = [select.text(0), select.text(1), select.blob(2).map { String(decoding: $0, as: UTF8.self) }]
            try select.reset()
            return values
        }
        for length in [0, 1, 39, 40, 41, 80, 40, 3] {
            let text = String(repeating: "x", count: length)
            try select.bind(text, at: 1)
            #expect(try values()[0] == text)
            try select.bind("\(length)", at: 2)
            try select.bind(blob: Array(text.utf8), at: 3)
            #expect(try values() == [text, "\(length)", text])
            #expect(try values() == [text, "\(length)", text])
        }
        try select.bind(nil as String?, at: 1)
        #expect(try values() == [nil, "3", "xxx"])
    }

    @Test(arguments: [Int32(0), -1, 2, .max]) func noSuchParameter(_ index: Int32) throws {
        let database = try temporary()
        let select = try database.prepare("SELECT ?1")
        #expect(throws: SQLiteError.self) { try select.bind("a", at: index) }
        #expect(throws: SQLiteError.self) { try select.bind(blob: [1], at: index) }
    }

    @Test func nothingIsNull() throws {
        let database = try temporary()
        let select = try database.prepare("SELECT ?1, ?2, ?3, ?4, ?5")
        try select.bind(nil as Int64?, at: 1)
        try select.bind(nil as Int?, at: 2)
        try select.bind(nil as String?, at: 3)
        try select.bind(blob: nil, at: 4)
        #expect(try select.step() == true)
        for column: Int32 in 0..<5 {
            #expect(select.isNull(column) == true)
            #expect(select.optionalInteger(column) == nil)
            #expect(select.text(column) == nil)
            #expect(select.blob(column) == nil)
        }
    }

    @Test func emptyValuesSurviveATable() throws {
        let database = try temporary("CREATE TABLE t (a TEXT NOT NULL, b BLOB NOT NULL) STRICT")
        let insert = try database.prepare("INSERT INTO t VALUES (?, ?)")
        try insert.bind("", at: 1)
        try insert.bind(blob: [], at: 2)
        try insert.run()
        let select = try database.prepare("SELECT a, b FROM t")
        #expect(try select.step() == true)
        #expect(select.text(0) == "")
        #expect(select.blob(1) == [])
    }

    /// Text that is no UTF-8 is repaired, never refused: what a file holds can always be shown.
    @Test func brokenText() throws {
        let database = try temporary()
        #expect(try database.text("SELECT CAST(x'61ff62' AS TEXT)") == "a\u{FFFD}b")
    }
}
