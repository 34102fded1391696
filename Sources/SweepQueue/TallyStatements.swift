import SQLite
import SweepModel

/// Adds to and takes from the tallies. Taking what is not there is refused: the transaction that tries it is wrong.
final class TallyStatements {
    private let increase: Statement
    private let decrease: Statement

    init(_ database: borrowing Database) throws(SQLiteError) {
        increase = try database.prepare(
            """
            INSERT INTO tally (scope, state, count) VALUES (?1, ?2, ?3)
            ON CONFLICT (scope, state) DO UPDATE SET count = count + ?3
            """)
        decrease = try database.prepare(
            "UPDATE tally SET count = count - ?3 WHERE scope = ?1 AND state = ?2 RETURNING count")
    }

    func add(_ count: Int, to state: ItemState, of scope: Int64) throws(SQLiteError) {
        if count > 0 {
            try bind(increase, scope, state, count)
            try increase.run()
        } else if count < 0 {
            try bind(decrease, scope, state, -count)
            guard try decrease.step() else {
                throw SQLiteError(.constraint, "there is no tally of \(state.rawValue) to take from")
            }
            try decrease.run()
        }
    }

    private func bind(_ statement: borrowing Statement, _ scope: Int64, _ state: ItemState, _ count: Int) throws(SQLiteError) {
        try statement.bind(scope, at: 1)
        try statement.bind(state.rawValue, at: 2)
        try statement.bind(count, at: 3)
    }
}
