import SQLite
import SweepModel

/// What the owner keeps in memory of the job it runs: everything here can be read again from the file.
final class RunInProgress {
    let job: Int64
    /// The credential's row, by lane.
    let credentials: [Int64]
    /// The scopes that each lane serves.
    var lanes: [[FreshScope]]
    /// The items in flight.
    var claims: [ItemID: (scope: Int64, lane: LaneID)] = [:]
    /// Each scope's row, with the lane that serves it.
    let scopes: [Int64: (scope: Scope, lane: LaneID)]
    /// The manifests' names, by row.
    let manifests: [Int64: String]
    let statements: RunStatements

    init(
        job: Int64, credentials: [Int64], lanes: [[FreshScope]], manifests: [Int64: String], statements: RunStatements
    ) {
        self.job = job
        self.manifests = manifests
        self.credentials = credentials
        self.lanes = lanes
        self.statements = statements
        var scopes: [Int64: (scope: Scope, lane: LaneID)] = [:]
        for (index, lane) in lanes.enumerated() {
            for scope in lane { scopes[scope.row] = (scope.scope, LaneID(index)) }
        }
        self.scopes = scopes
    }
}

/// Where the first tries of a scope's items have come to.
struct FreshScope {
    let row: Int64
    let scope: Scope
    /// No item up to this one is still to be tried for the first time.
    var cursor: Int64
    /// The next item that was never tried; nil when there is none. In a lane with one scope it may be any number before it.
    var next: Int64?

    /// The scope whose next item comes first of all, and the next item of any other, before which it has to stop; nil
    /// when no scope has any.
    static func next(of scopes: [FreshScope]) -> (index: Int, bound: Int64)? {
        var first: (index: Int, item: Int64)?
        var bound = Int64.max
        for (index, scope) in scopes.enumerated() {
            guard let item = scope.next else { continue }
            guard let known = first else {
                first = (index, item)
                continue
            }
            bound = min(bound, max(item, known.item))
            if item < known.item { first = (index, item) }
        }
        return first.map { ($0.index, bound) }
    }
}

/// The statements of a run, compiled once.
final class RunStatements {
    let record: Statement
    let postpone: Statement
    let attempt: Statement
    let claimFresh: Statement
    let claimWaiting: Statement
    let findFresh: Statement
    let cursor: Statement
    let tally: TallyStatements

    init(_ database: borrowing Database) throws(SQLiteError) {
        record = try database.prepare(
            """
            UPDATE item SET state = ?2, finished_at = ?3, reason = ?4, tries = ?5, fate_unknown = ?6, claimed_at = NULL,
                name = coalesce(name, ?7), client_id = coalesce(client_id, ?8), duration = coalesce(?9, duration),
                expires_at = coalesce(?10, expires_at)
            WHERE id = ?1 AND state = 'in_flight' AND attempts = ?11
            """)
        postpone = try database.prepare(
            """
            UPDATE item SET state = 'pending', not_before = ?2, tries = ?3, fate_unknown = ?4, claimed_at = NULL
            WHERE id = ?1 AND state = 'in_flight' AND attempts = ?5
            """)
        attempt = try database.prepare(
            """
            INSERT INTO attempt (item, number, credential, started_at, finished_at, http_status, error_code, error_message,
                documentation_url, source_pointer, error_chain, ray_id, transport_error)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """)
        claimFresh = try database.prepare(
            """
            UPDATE item SET state = 'in_flight', attempts = attempts + 1, claimed_at = ?5, not_before = NULL
            WHERE id IN (SELECT id FROM item INDEXED BY item_order
                WHERE scope = ?1 AND id > ?2 AND id < ?3 AND state = 'pending' AND attempts = 0 ORDER BY id LIMIT ?4)
            RETURNING id, token, attempts, tries, fate_unknown, manifest, line
            """)
        claimWaiting = try database.prepare(
            """
            UPDATE item SET state = 'in_flight', attempts = attempts + 1, claimed_at = ?2, not_before = NULL
            WHERE id = ?1 AND state = 'pending'
            RETURNING id, token, attempts, tries, fate_unknown, manifest, line, scope
            """)
        findFresh = try database.prepare(
            """
            SELECT id FROM item INDEXED BY item_order
            WHERE scope = ?1 AND id > ?2 AND state = 'pending' AND attempts = 0 ORDER BY id LIMIT 1
            """)
        cursor = try database.prepare("UPDATE scope SET cursor = ?2 WHERE id = ?1")
        tally = try TallyStatements(database)
    }

    /// The first item after a scope's cursor that was never tried.
    func nextFresh(in scope: FreshScope) throws(SQLiteError) -> Int64? {
        try findFresh.bind(scope.row, at: 1)
        try findFresh.bind(scope.cursor, at: 2)
        let next = try findFresh.step() ? findFresh.integer(0) : nil
        try findFresh.reset()
        return next
    }
}

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
