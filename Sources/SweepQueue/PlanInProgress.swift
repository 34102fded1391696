import SQLite
import SweepModel

/// A plan whose manifests are still being read: one open transaction, which a crash undoes.
final class PlanInProgress {
    struct Count {
        let row: Int64
        var pending = 0
        var skipped = 0
        var invalid = 0

        var items: [ItemState: Int] { [.pending: pending, .skipped: skipped, .invalid: invalid] }
    }

    let job: Int64
    let draft: JobDraft
    /// The key nil stands for unusable rows that name no scope.
    private(set) var scopes: [Scope?: Count] = [:]
    private(set) var duplicates = 0
    private let now: Timestamp
    /// The manifests' rows, in the order given.
    private let manifests: [Int64]
    private let insertUsable: Statement
    private let insertUsableRows: Statement
    private let selectNewest: Statement
    private let insertHeldBack: Statement
    private let holdBack: Statement
    private let insertUnusable: Statement
    private let insertUnresolved: Statement

    init(job: Int64, draft: JobDraft, manifests: [Int64], in database: borrowing Database) throws(SQLiteError) {
        self.job = job
        self.draft = draft
        now = draft.createdAt
        self.manifests = manifests
        // A token that stands twice in one scope is one item: the unique index decides.
        insertUsable = try database.prepare(Self.insertUsableSQL(rows: 1))
        insertUsableRows = try database.prepare(Self.insertUsableSQL(rows: Self.rowsAtOnce))
        selectNewest = try database.prepare("SELECT scope FROM item ORDER BY id DESC LIMIT ?")
        insertHeldBack = try database.prepare(
            """
            INSERT INTO item (scope, manifest, line, token, state, name, client_id, note, finished_at, reason)
            VALUES (?1, ?2, ?3, ?4, 'skipped', ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING
            """)
        holdBack = try database.prepare(
            """
            UPDATE item SET state = 'skipped', finished_at = ?3, reason = ?4
            WHERE scope = ?1 AND token = ?2 AND state = 'pending'
            """)
        insertUnusable = try database.prepare(
            """
            INSERT INTO item (scope, manifest, line, state, finished_at, reason, token_text, name, client_id, note)
            VALUES (?1, ?2, ?3, 'invalid', ?4, ?5, ?6, ?7, ?8, ?9)
            """)
        insertUnresolved = try database.prepare("INSERT INTO unresolved (item, client, held_back) VALUES (?, ?, ?)")
    }

    /// How many usable rows one statement writes: to run one costs about as much as to write a row.
    private static let rowsAtOnce = 256

    private static func insertUsableSQL(rows: Int) -> String {
        """
        INSERT INTO item (scope, manifest, line, token, state, name, client_id, note)
        VALUES \(Array(repeating: "(?, ?, ?, ?, 'pending', ?, ?, ?)", count: rows).joined(separator: ", ")) ON CONFLICT DO NOTHING
        """
    }

    /// Inserts rows in their order.
    func insert(_ rows: [ManifestRow], manifest ordinal: Int, in database: borrowing Database) throws(SQLiteError) {
        var rest = rows[...]
        while let first = rest.first {
            let group = rest.prefix(Self.rowsAtOnce)
            if group.count == Self.rowsAtOnce, group.allSatisfy({ $0.isRequest }) {
                try insertUsable(group, manifests[ordinal], database)
                rest = rest.dropFirst(Self.rowsAtOnce)
            } else {
                try insert(first, manifest: ordinal, in: database)
                rest = rest.dropFirst()
            }
        }
    }

    /// Inserts as many usable rows as one statement takes.
    private func insertUsable(
        _ group: ArraySlice<ManifestRow>, _ manifest: Int64, _ database: borrowing Database
    ) throws(SQLiteError) {
        var runs: [(scope: Scope, row: Int64, items: Int)] = []
        var parameter: Int32 = 1
        for case .request(let request) in group {
            if runs.last?.scope == request.scope {
                runs[runs.count - 1].items += 1
            } else {
                runs.append((request.scope, try row(of: request.scope, database), 1))
            }
            try bind(request, runs[runs.count - 1].row, manifest, to: insertUsableRows, from: parameter)
            parameter += Self.parametersOfRow
        }
        try insertUsableRows.run()
        let inserted = database.changes
        duplicates += group.count - inserted
        if inserted == group.count {
            for run in runs { scopes[run.scope]?.pending += run.items }
        } else {
            try countNewest(inserted, Dictionary(runs.map { ($0.row, $0.scope) }) { first, _ in first })
        }
    }

    /// Counts the items that were inserted last, where it is not known which rows these were.
    private func countNewest(_ items: Int, _ scopeOfRow: [Int64: Scope]) throws(SQLiteError) {
        try selectNewest.bind(items, at: 1)
        while try selectNewest.step() {
            if let scope = scopeOfRow[selectNewest.integer(0)] { scopes[scope]?.pending += 1 }
        }
    }

    func insert(_ row: ManifestRow, manifest ordinal: Int, in database: borrowing Database) throws(SQLiteError) {
        switch row {
        case .request(let request): try insert(request, manifests[ordinal], database)
        case .heldBack(let request, let reason): try insert(request, heldBackFor: reason, manifests[ordinal], database)
        case .invalid(let row): try insert(row, manifests[ordinal], database)
        case .unresolved(let request, let reason): try insert(request, reason, manifests[ordinal], database)
        }
    }

    private func insert(_ request: DeletionRequest, _ manifest: Int64, _ database: borrowing Database) throws(SQLiteError) {
        try bind(request, try row(of: request.scope, database), manifest, to: insertUsable)
        try insertUsable.run()
        if database.changes == 1 {
            scopes[request.scope]?.pending += 1
        } else {
            duplicates += 1
        }
    }

    /// One row that is held back is enough: what an earlier row asked for is then not deleted either.
    private func insert(
        _ request: DeletionRequest, heldBackFor reason: String, _ manifest: Int64, _ database: borrowing Database
    ) throws(SQLiteError) {
        let scope = try row(of: request.scope, database)
        try bind(request, scope, manifest, to: insertHeldBack)
        try insertHeldBack.bind(now.milliseconds, at: 8)
        try insertHeldBack.bind(reason, at: 9)
        try insertHeldBack.run()
        if database.changes == 1 {
            scopes[request.scope]?.skipped += 1
            return
        }
        duplicates += 1
        try holdBack.bind(scope, at: 1)
        try holdBack.bind(blob: request.tokenID.bytes.span, at: 2)
        try holdBack.bind(now.milliseconds, at: 3)
        try holdBack.bind(reason, at: 4)
        try holdBack.run()
        guard database.changes == 1 else { return }
        scopes[request.scope]?.pending -= 1
        scopes[request.scope]?.skipped += 1
    }

    private static let parametersOfRow: Int32 = 7

    private func bind(
        _ request: DeletionRequest, _ scope: Int64, _ manifest: Int64, to statement: borrowing Statement, from first: Int32 = 1
    ) throws(SQLiteError) {
        try statement.bind(scope, at: first)
        try statement.bind(manifest, at: first + 1)
        try statement.bind(request.position.line, at: first + 2)
        try statement.bind(blob: request.tokenID.bytes.span, at: first + 3)
        try statement.bind(request.name, at: first + 4)
        try statement.bind(request.clientID, at: first + 5)
        try statement.bind(request.note, at: first + 6)
    }

    /// Holds back what is held back in another account or zone of this plan: an id is one token, wherever it is named.
    func holdBackEverywhere(in database: borrowing Database) throws(SQLiteError) {
        guard scopes.count > 1, scopes.values.contains(where: { $0.skipped > 0 }) else { return }
        let rows = scopes.values.map { String($0.row) }.joined(separator: ", ")
        let update = try database.prepare(
            """
            UPDATE item SET state = 'skipped', finished_at = ?1, reason = 'protected in another account or zone'
            WHERE scope = ?2 AND state = 'pending'
                AND token IN (SELECT token FROM item WHERE scope IN (\(rows)) AND token IS NOT NULL AND state = 'skipped')
            """)
        for (scope, count) in scopes where count.pending > 0 {
            try update.bind(now.milliseconds, at: 1)
            try update.bind(count.row, at: 2)
            try update.run()
            scopes[scope]?.pending -= database.changes
            scopes[scope]?.skipped += database.changes
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

    /// Until its token is found the row is one that cannot be used.
    private func insert(
        _ request: ClientIDRequest, _ reason: String?, _ manifest: Int64, _ database: borrowing Database
    ) throws(SQLiteError) {
        let row = InvalidRow(
            position: request.position, field: "client_id", reason: "not looked up", scope: request.scope,
            clientID: request.clientIDText, name: request.name, note: request.note)
        try insert(row, manifest, database)
        try insertUnresolved.bind(database.lastInsertedRow, at: 1)
        try insertUnresolved.bind(blob: request.clientID.bytes.span, at: 2)
        try insertUnresolved.bind(reason, at: 3)
        try insertUnresolved.run()
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

extension ManifestRow {
    fileprivate var isRequest: Bool {
        if case .request = self { true } else { false }
    }
}
