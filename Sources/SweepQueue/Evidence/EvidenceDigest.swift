import SQLite
import SweepModel

/// Digests of what single lines of evidence do not tell item by item: a plan or a cancellation of a million tokens is one line.
enum EvidenceDigest {
    /// The items of a job that no attempt settles, skipped and invalid ones; nil where there are none.
    static func held(_ job: Int64, in database: borrowing Database) throws(SQLiteError) -> String? {
        let count = try database.prepare(
            """
            SELECT coalesce(sum(tally.count), 0) FROM tally JOIN scope ON scope.id = tally.scope
            WHERE scope.job = ? AND tally.state IN ('skipped', 'invalid')
            """)
        try count.bind(job, at: 1)
        guard try count.step(), count.integer(0) > 0 else { return nil }
        try count.reset()
        return try digest(selectHeld, of: job, in: database).text
    }

    static let selectHeld = """
        SELECT json_array(item.id - job.first_item, item.state, item.reason, item.finished_at, hex(item.token), item.token_text,
            scope.kind, scope.scope_id, item.manifest - (SELECT min(id) FROM manifest WHERE job = job.id), item.line)
        FROM job CROSS JOIN item ON item.id BETWEEN job.first_item AND job.last_item JOIN scope ON scope.id = item.scope
        WHERE job.id = ? AND item.state IN ('skipped', 'invalid') ORDER BY item.id
        """

    /// Which items of a job are proven gone, and since when.
    static func proofs(_ job: Int64, in database: borrowing Database) throws(SQLiteError) -> (text: String, count: Int) {
        try digest(selectProofs, of: job, in: database)
    }

    static let selectProofs = """
        SELECT json_array(item.id - job.first_item, item.verified_at)
        FROM job CROSS JOIN item ON item.id BETWEEN job.first_item AND job.last_item
        WHERE job.id = ? AND item.verified_at IS NOT NULL ORDER BY item.id
        """

    private static func digest(
        _ query: String, of job: Int64, in database: borrowing Database
    ) throws(SQLiteError) -> (text: String, count: Int) {
        guard var digest = SHA256() else { throw noDigest }
        let select = try database.prepare(query)
        try select.bind(job, at: 1)
        var count = 0
        while try select.step() {
            guard digest.update(Array((select.text(0) ?? "").utf8 + [10])) else { throw noDigest }
            count += 1
        }
        guard let bytes = digest.finish(), let hash = EvidenceHash(bytes: bytes) else { throw noDigest }
        return (hash.description, count)
    }

    private static var noDigest: SQLiteError { SQLiteError(.other, "libcrypto cannot compute SHA-256") }
}
