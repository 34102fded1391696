import SQLite
import SweepModel

/// Finds the tokens of rows that name them by the client id alone, within the transaction that reviews a plan.
struct ClientIDResolver {
    /// The rows of accounts and zones; those in which tokens were found are added.
    private(set) var scopes: [Scope: Int64]
    private let job: JobID
    private let findings: [LookupFinding]
    private let now: Timestamp

    private struct Row {
        var item: Int64
        var client: ClientID
        var heldBack: String?
        var scope: Scope?
        var position: RowPosition
    }

    private struct Place {
        var scope: Scope
        var token: TokenID
    }

    init(
        _ job: JobID, _ findings: [LookupFinding], _ scopes: [Scope: Int64], _ now: Timestamp, in database: borrowing Database
    ) throws(SQLiteError) {
        self.job = job
        self.findings = findings
        self.scopes = scopes
        self.now = now
    }

    mutating func resolve(_ review: inout PlanReview, in database: borrowing Database) throws(SQLiteError) {
        var rows = try batch(after: 0, database)
        guard !rows.isEmpty else { return }
        let places = places()
        while let last = rows.last?.item {
            for row in rows { try resolve(row, places[row.client] ?? [], &review, database) }
            rows = try batch(after: last, database)
        }
    }

    /// Where each client id stands. There are as many as tokens in the lists, however long the manifest is.
    private func places() -> [ClientID: [Place]] {
        var places: [ClientID: [Place]] = [:]
        for finding in findings {
            for token in finding.tokens ?? [] {
                guard let client = token.clientID.flatMap({ ClientID($0) }) else { continue }
                places[client, default: []].append(Place(scope: finding.scope, token: token.id))
            }
        }
        return places
    }

    private func batch(after item: Int64, _ database: borrowing Database) throws(SQLiteError) -> [Row] {
        let select = try database.prepare(
            """
            SELECT item.id, unresolved.client, unresolved.held_back, scope.kind, scope.scope_id, manifest.name, item.line
            FROM unresolved JOIN item ON item.id = unresolved.item JOIN scope ON scope.id = item.scope
                JOIN manifest ON manifest.id = item.manifest
            WHERE scope.job = ?1 AND unresolved.item > ?2 ORDER BY unresolved.item LIMIT 1000
            """)
        try select.bind(job.value, at: 1)
        try select.bind(item, at: 2)
        var rows: [Row] = []
        while try select.step() {
            guard let client = select.blob(1).flatMap({ ClientID(bytes: $0) }) else {
                throw SQLiteError(.corrupt, "a client id has not 16 bytes")
            }
            rows.append(
                Row(
                    item: select.integer(0), client: client, heldBack: select.text(2),
                    scope: JobReading.scope(kind: select.text(3), id: select.text(4)),
                    position: RowPosition(manifest: select.text(5) ?? "", line: Int(select.integer(6)))))
        }
        return rows
    }

    private mutating func resolve(
        _ row: Row, _ places: [Place], _ review: inout PlanReview, _ database: borrowing Database
    ) throws(SQLiteError) {
        let searched = findings.filter { row.scope == nil || $0.scope == row.scope }
        let matches = places.filter { row.scope == nil || $0.scope == row.scope }
        if matches.count > 1 {
            let shown = matches.prefix(3).map { "\($0.token) in \($0.scope)" }.joined(separator: ", ")
            let more = matches.count > 3 ? " and \(matches.count - 3) more" : ""
            return try refuse(row, "several tokens have this client id", hint: shown + more, &review, database)
        }
        if let unread = searched.first(where: { !$0.isUsable }) {
            return try refuse(
                row, "the tokens could not all be listed to find this client id", hint: "\(unread.scope)", &review, database)
        }
        if let match = matches.first { return try accept(row, match, &review, database) }
        if let doubtful = searched.first(where: { !$0.provesAbsence }) {
            return try refuse(
                row, "not listed, but the credential may not see all tokens there", hint: "\(doubtful.scope)", &review, database)
        }
        let place = row.scope.map { "in \($0)" } ?? "in \(searched.count) accounts and zones of the credentials file"
        try refuse(row, "no token has this client id", hint: place, &review, database)
    }

    private func refuse(
        _ row: Row, _ reason: String, hint: String, _ review: inout PlanReview, _ database: borrowing Database
    ) throws(SQLiteError) {
        let problem = InvalidRow(position: row.position, field: "client_id", reason: reason, hint: hint)
        if review.problems.count < 20 { review.problems.append(problem) }
        review.problemCount += 1
        let update = try database.prepare("UPDATE item SET reason = ?2 WHERE id = ?1")
        try update.bind(row.item, at: 1)
        try update.bind(problem.explanation, at: 2)
        try update.run()
        try forget(row, database)
    }

    private mutating func accept(
        _ row: Row, _ place: Place, _ review: inout PlanReview, _ database: borrowing Database
    ) throws(SQLiteError) {
        let scope = try self.row(of: place.scope, database)
        let find = try database.prepare("SELECT id FROM item WHERE scope = ?1 AND token = ?2")
        try find.bind(scope, at: 1)
        try find.bind(blob: place.token.bytes.span, at: 2)
        let other = try find.step() ? find.integer(0) : nil
        try find.reset()
        try forget(row, database)
        if let other {
            review.plan.duplicates += 1
            let delete = try database.prepare("DELETE FROM item WHERE id = ?1")
            try delete.bind(row.item, at: 1)
            try delete.run()
            // One row that is held back is enough.
            if let reason = row.heldBack { try holdBack(other, reason, database) }
            return
        }
        let update = try database.prepare(
            """
            UPDATE item SET scope = ?2, token = ?3, state = 'pending', finished_at = NULL, reason = NULL, token_text = NULL WHERE id = ?1
            """)
        try update.bind(row.item, at: 1)
        try update.bind(scope, at: 2)
        try update.bind(blob: place.token.bytes.span, at: 3)
        try update.run()
        if let reason = row.heldBack { try holdBack(row.item, reason, database) }
    }

    private func holdBack(_ item: Int64, _ reason: String, _ database: borrowing Database) throws(SQLiteError) {
        let update = try database.prepare(
            "UPDATE item SET state = 'skipped', finished_at = ?2, reason = ?3 WHERE id = ?1 AND state = 'pending'")
        try update.bind(item, at: 1)
        try update.bind(now.milliseconds, at: 2)
        try update.bind(reason, at: 3)
        try update.run()
    }

    private func forget(_ row: Row, _ database: borrowing Database) throws(SQLiteError) {
        let delete = try database.prepare("DELETE FROM unresolved WHERE item = ?1")
        try delete.bind(row.item, at: 1)
        try delete.run()
    }

    private mutating func row(of scope: Scope, _ database: borrowing Database) throws(SQLiteError) -> Int64 {
        if let known = scopes[scope] { return known }
        let insert = try database.prepare("INSERT INTO scope (job, kind, scope_id) VALUES (?, ?, ?)")
        try insert.bind(job.value, at: 1)
        try insert.bind(scope.kind.rawValue, at: 2)
        try insert.bind(scope.id.description, at: 3)
        try insert.run()
        let row = database.lastInsertedRow
        scopes[scope] = row
        return row
    }
}
