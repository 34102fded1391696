import SQLite
import SweepModel

/// The statements of a run, compiled once.
final class RunStatements {
    let record: Statement
    let postpone: Statement
    let attempt: Statement
    let selectFresh: Statement
    let claimFresh: Statement
    let claimWaiting: Statement
    let findFresh: Statement
    let findIdentity: Statement
    let cursor: Statement
    let markUndone: Statement
    let tally: TallyStatements

    /// - Parameter isIndexed: whether there is an index of the items' order, see `Schema.order`.
    init(_ database: borrowing Database, isIndexed: Bool) throws(SQLiteError) {
        record = try database.prepare(
            """
            UPDATE item SET state = ?2, finished_at = ?3, reason = ?4, tries = ?5, fate_unknown = ?6, claimed_at = NULL,
                name = coalesce(name, ?7), client_id = coalesce(client_id, ?8), duration = coalesce(?9, duration),
                expires_at = coalesce(?10, expires_at),
                request = ?12, change = ?13
            WHERE id = ?1 AND state = 'in_flight' AND attempts = ?11
            """)
        postpone = try database.prepare(
            """
            UPDATE item SET state = 'pending', not_before = ?2, tries = ?3, fate_unknown = ?4, claimed_at = NULL,
                request = ?6, change = ?7
            WHERE id = ?1 AND state = 'in_flight' AND attempts = ?5
            """)
        attempt = try database.prepare(
            """
            INSERT INTO attempt (item, number, credential, started_at, finished_at, http_status, error_code, error_message,
                documentation_url, source_pointer, error_chain, ray_id, transport_error, seal, request)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
            """)
        selectFresh = try database.prepare(Self.selectFreshSQL(isIndexed))
        claimFresh = try database.prepare(Self.claimFreshSQL(isIndexed))
        claimWaiting = try database.prepare(Self.claimWaitingSQL)
        findFresh = try database.prepare(Self.findFreshSQL(isIndexed))
        findIdentity = try database.prepare(Self.findIdentitySQL)
        cursor = try database.prepare("UPDATE scope SET cursor = ?2 WHERE id = ?1")
        // The reason stays as it is attested; readers add what happened since.
        markUndone = try database.prepare(
            "UPDATE item SET change = 'undone' WHERE id = (SELECT undoes FROM item WHERE id = ?1)")
        tally = try TallyStatements(database)
    }

    /// The first items between two of a scope that were never tried.
    private static let fresh = """
        scope = ?1 AND id > ?2 AND id < ?3 AND state = 'pending' AND attempts = 0 AND deferred = 0
        """

    private static func items(_ isIndexed: Bool) -> String { isIndexed ? "item INDEXED BY item_order" : "item NOT INDEXED" }

    /// The columns that a claim is read from, `attempts` as they will be.
    static func selectFreshSQL(_ isIndexed: Bool) -> String {
        """
        SELECT id, token, attempts + 1, tries, fate_unknown, manifest, line, scope, request, change, referrers
        FROM \(items(isIndexed)) WHERE \(fresh) ORDER BY id LIMIT ?4
        """
    }

    /// Claims what was selected: all that is fresh between the same item and the one behind the last. To change the rows in one
    /// walk takes a third of the time that an UPDATE takes that has to remember which ones it returns.
    static func claimFreshSQL(_ isIndexed: Bool) -> String {
        """
        UPDATE \(items(isIndexed)) SET state = 'in_flight', attempts = attempts + 1, claimed_at = ?4, not_before = NULL
        WHERE \(fresh)
        """
    }

    static let claimWaitingSQL = """
        UPDATE item SET state = 'in_flight', attempts = attempts + 1, claimed_at = ?2, not_before = NULL
        WHERE id = ?1 AND state = 'pending'
        RETURNING id, token, attempts, tries, fate_unknown, manifest, line, scope, request, change, referrers
        """

    static func findFreshSQL(_ isIndexed: Bool) -> String {
        "SELECT id FROM \(items(isIndexed)) WHERE \(fresh) ORDER BY id LIMIT 1"
    }

    static let findIdentitySQL = "SELECT id FROM item INDEXED BY item_identity WHERE scope = ?1 AND token = ?2"

    /// Every identity stands twice in the file, in its row and in the index. Where a bit of either has changed they differ, and the
    /// token is not the one that somebody asked for.
    func expectIdentity(of item: Int64, scope: Int64, token: TokenID) throws(SQLiteError) {
        try findIdentity.bind(scope, at: 1)
        try findIdentity.bind(blob: token.bytes.span, at: 2)
        let found = try findIdentity.step() ? findIdentity.integer(0) : nil
        try findIdentity.reset()
        guard found == item else { throw SQLiteError(.corrupt, "item \(item) is not the one that was planned") }
    }

    /// The first item after a scope's cursor that was never tried.
    func nextFresh(in scope: FreshScope) throws(SQLiteError) -> Int64? {
        try findFresh.bind(scope.row, at: 1)
        try findFresh.bind(scope.cursor, at: 2)
        try findFresh.bind(scope.end, at: 3)
        let next = try findFresh.step() ? findFresh.integer(0) : nil
        try findFresh.reset()
        return next
    }
}
