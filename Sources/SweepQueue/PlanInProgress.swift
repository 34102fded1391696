import SQLite
import SweepModel

/// A plan whose manifests are still being read: one open transaction, which a crash undoes.
final class PlanInProgress {
    struct Count {
        let row: Int64
        var pending = 0
        var invalid = 0
    }

    let job: Int64
    /// The key nil stands for unusable rows that name no scope.
    private(set) var scopes: [Scope?: Count] = [:]
    private(set) var duplicates = 0
    private let now: Timestamp
    /// The manifests' rows, in the order given.
    private let manifests: [Int64]
    private let insertUsable: Statement
    private let insertUnusable: Statement

    init(job: Int64, now: Timestamp, manifests: [Int64], in database: borrowing Database) throws(SQLiteError) {
        self.job = job
        self.now = now
        self.manifests = manifests
        // A token that stands twice in one scope is one item: the unique index decides.
        insertUsable = try database.prepare(
            """
            INSERT INTO item (scope, manifest, line, token, state, name, client_id, note)
            VALUES (?1, ?2, ?3, ?4, 'pending', ?5, ?6, ?7) ON CONFLICT DO NOTHING
            """)
        insertUnusable = try database.prepare(
            """
            INSERT INTO item (scope, manifest, line, state, finished_at, reason, token_text, name, client_id, note)
            VALUES (?1, ?2, ?3, 'invalid', ?4, ?5, ?6, ?7, ?8, ?9)
            """)
    }

    func insert(_ row: ManifestRow, manifest ordinal: Int, in database: borrowing Database) throws(SQLiteError) {
        switch row {
        case .request(let request): try insert(request, manifests[ordinal], database)
        case .invalid(let row): try insert(row, manifests[ordinal], database)
        }
    }

    private func insert(_ request: DeletionRequest, _ manifest: Int64, _ database: borrowing Database) throws(SQLiteError) {
        let scope = try row(of: request.scope, database)
        try insertUsable.bind(scope, at: 1)
        try insertUsable.bind(manifest, at: 2)
        try insertUsable.bind(request.position.line, at: 3)
        try insertUsable.bind(blob: request.tokenID.bytes, at: 4)
        try insertUsable.bind(request.name, at: 5)
        try insertUsable.bind(request.clientID, at: 6)
        try insertUsable.bind(request.note, at: 7)
        try insertUsable.run()
        if database.changes == 1 {
            scopes[request.scope]?.pending += 1
        } else {
            duplicates += 1
        }
    }

    private func insert(_ row: InvalidRow, _ manifest: Int64, _ database: borrowing Database) throws(SQLiteError) {
        let scope = try self.row(of: row.scope, database)
        try insertUnusable.bind(scope, at: 1)
        try insertUnusable.bind(manifest, at: 2)
        try insertUnusable.bind(row.position.line, at: 3)
        try insertUnusable.bind(now.milliseconds, at: 4)
        try insertUnusable.bind(row.explanation, at: 5)
        try insertUnusable.bind(row.tokenText, at: 6)
        try insertUnusable.bind(row.name, at: 7)
        try insertUnusable.bind(row.clientID, at: 8)
        try insertUnusable.bind(row.note, at: 9)
        try insertUnusable.run()
        scopes[row.scope]?.invalid += 1
    }

    private func row(of scope: Scope?, _ database: borrowing Database) throws(SQLiteError) -> Int64 {
        if let known = scopes[scope] { return known.row }
        let insert = try database.prepare("INSERT INTO scope (job, kind, scope_id) VALUES (?, ?, ?)")
        try insert.bind(job, at: 1)
        try insert.bind(scope?.kind.rawValue ?? "none", at: 2)
        try insert.bind(scope?.id.description ?? "", at: 3)
        try insert.run()
        let row = database.lastInsertedRow
        scopes[scope] = Count(row: row)
        return row
    }
}
