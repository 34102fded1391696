import SQLite
import SweepModel

/// What a queue file says, read past the program's own readers.
final class FileView {
    private let select: Statement
    private let selectOne: Statement
    private let database: Database

    private static let columns = "SELECT id, token, state, attempts, fate_unknown, reason FROM item"

    init(_ path: String) throws(SQLiteError) {
        let database = try Database(path: path, mode: .readWrite)
        try database.setBusyTimeout(milliseconds: 5000)
        try database.disableCheckpointOnClose()
        try database.execute("PRAGMA wal_autocheckpoint = 0; PRAGMA query_only = 1")
        select = try database.prepare("\(FileView.columns) ORDER BY id")
        selectOne = try database.prepare("\(FileView.columns) WHERE id = ?")
        self.database = database
    }

    func items() throws -> [WorldItem] {
        var items: [WorldItem] = []
        while try select.step() { items.append(try item(select)) }
        return items
    }

    func item(_ id: ItemID) throws -> WorldItem? {
        try selectOne.bind(id.value, at: 1)
        guard try selectOne.step() else { return nil }
        let item = try item(selectOne)
        try selectOne.reset()
        return item
    }

    func tally() throws -> Tally {
        var tally = Tally()
        let counts = try database.prepare("SELECT state, count FROM tally")
        while try counts.step() {
            guard let state = counts.text(0).flatMap(ItemState.init(rawValue:)) else { throw TornRow() }
            tally[state] += Int(counts.integer(1))
        }
        return tally
    }

    func damages() throws -> [String] {
        var damages: [String] = []
        if try database.text("PRAGMA integrity_check") != "ok" { damages.append("the file is damaged") }
        let lost = try database.integer(
            "SELECT count(*) FROM item WHERE attempts - (state = 'in_flight') <> (SELECT count(*) FROM attempt WHERE item = item.id)")
        if lost > 0 { damages.append("\(lost) items whose attempts are not all there") }
        return damages
    }

    private func item(_ row: borrowing Statement) throws -> WorldItem {
        guard let token = row.blob(1).flatMap({ TokenID(bytes: $0) }), let state = row.text(2).flatMap(ItemState.init(rawValue:)) else {
            throw TornRow()
        }
        return WorldItem(
            id: ItemID(row.integer(0)), tokenID: token, state: state, attempts: Int(row.integer(3)), fateUnknown: row.integer(4) == 1,
            reason: row.text(5), outcomes: state.isFinal ? 1 : 0)
    }

    /// A row that no queue would write.
    private struct TornRow: Error {}
}
