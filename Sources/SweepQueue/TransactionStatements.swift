import SQLite

/// What begins and ends every transaction of an owner, compiled once: to compile it each time takes longer than to run it.
final class TransactionStatements {
    let begin: Statement
    let commit: Statement
    private let currentEpoch: Statement

    static let selectEpoch = "SELECT epoch FROM owner"

    init(_ database: borrowing Database) throws(SQLiteError) {
        begin = try database.prepare("BEGIN IMMEDIATE")
        commit = try database.prepare("COMMIT")
        currentEpoch = try database.prepare(Self.selectEpoch)
    }

    /// The epoch that stands in the file; nil where there is none any more.
    func epoch() throws(SQLiteError) -> Int64? {
        let epoch = try currentEpoch.step() ? currentEpoch.integer(0) : nil
        try currentEpoch.reset()
        return epoch
    }
}
