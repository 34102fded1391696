import SQLite
import SweepModel

/// Compares a job's tables with its chain of evidence: what the reports say must be what the chain attests.
struct TableCheck {
    let job: Int64
    let claims: EvidenceClaims

    func findings(in database: borrowing Database, _ note: (EvidenceFinding) -> Void) throws(SQLiteError) {
        try compareJob(database, note)
        try compareItems(database, note)
        try compareTallies(database, note)
        if try EvidenceDigest.held(job, in: database) != claims.held {
            note(EvidenceFinding("items that are skipped or invalid differ from those that were planned or cancelled so"))
        }
        let proofs = try EvidenceDigest.proofs(job, in: database)
        if claims.proofs == nil ? proofs.count > 0 : proofs.text != claims.proofs {
            note(EvidenceFinding("items that are proven gone differ from those of the last verification"))
        }
        if try PlanDigest.id(ofJob: job, in: database, asPlanned: true) != claims.planID {
            note(EvidenceFinding("the tokens of the job are not those of its plan: one was added, removed or changed"))
        }
    }

    private func compareJob(_ database: borrowing Database, _ note: (EvidenceFinding) -> Void) throws(SQLiteError) {
        let select = try database.prepare(
            "SELECT name, plan_id, base_url, reason, finished_at, verified_at, deed FROM job WHERE id = ?")
        try select.bind(job, at: 1)
        guard try select.step() else { return }
        let time = { (column: Int32) in select.optionalInteger(column).map { Timestamp(milliseconds: $0).rfc3339 } }
        let pairs = [
            ("name", select.text(0), claims.name), ("plan_id", select.text(1), claims.planID),
            ("deed", select.text(6), claims.deed),
            ("base_url", select.text(2), claims.baseURL),
            ("reason", select.text(3), claims.reason), ("finished_at", time(4), claims.finishedAt),
            ("verified_at", time(5), claims.verifiedAt),
        ]
        for (column, value, claimed) in pairs where value != claimed {
            note(EvidenceFinding("the job's \(column) is \(value ?? "missing"), but the chain says \(claimed ?? "none")"))
        }
        try select.reset()
    }

    static let selectContradictions = """
        SELECT item.token, item.state, last.number IS NULL, last.outcome, item.finished_at IS NOT last.finished_at,
            item.attempts - (item.state = 'in_flight'), coalesce(last.number, 0),
            (SELECT count(*) FROM attempt WHERE attempt.item = item.id), job.state = 'finished'
        FROM job CROSS JOIN item ON item.id BETWEEN job.first_item AND job.last_item
            LEFT JOIN attempt AS last ON last.item = item.id
                AND last.number = (SELECT max(number) FROM attempt WHERE attempt.item = item.id)
        WHERE job.id = ?
        """

    private func compareItems(_ database: borrowing Database, _ note: (EvidenceFinding) -> Void) throws(SQLiteError) {
        let select = try database.prepare(Self.selectContradictions)
        try select.bind(job, at: 1)
        while try select.step() {
            let token = select.blob(0).flatMap { TokenID(bytes: $0)?.description } ?? "of an invalid row"
            let word = select.text(1) ?? ""
            if let problem = contradiction(select, ItemState(rawValue: word)) {
                note(EvidenceFinding("token \(token) is \(word), but \(problem)"))
            }
        }
    }

    private func contradiction(_ row: borrowing Statement, _ state: ItemState?) -> String? {
        let (promised, highest, count) = (row.integer(5), row.integer(6), row.integer(7))
        if promised != count || highest != count { return "\(count) of its \(max(promised, highest)) attempts are there" }
        switch state {
        case .pending, .inFlight: return row.integer(8) == 1 ? "the job is finished" : nil
        case .skipped, .invalid: return nil
        case .deleted, .alreadyAbsent, .presumedDeleted, .disabled, .enabled, .blocked, .failed, nil:
            if row.integer(2) == 1 { return "no attempt says so" }
            if let outcome = row.text(3) { return "its last attempt was put back to pending as \(outcome)" }
            return row.integer(4) == 1 ? "its last attempt ended at another time" : nil
        }
    }

    private func compareTallies(_ database: borrowing Database, _ note: (EvidenceFinding) -> Void) throws(SQLiteError) {
        let select = try database.prepare(
            """
            WITH counted (scope, state, count) AS (
                SELECT item.scope, item.state, count(*)
                FROM job CROSS JOIN item ON item.id BETWEEN job.first_item AND job.last_item WHERE job.id = ?1 GROUP BY 1, 2),
            kept (scope, state, count) AS (
                SELECT tally.scope, tally.state, tally.count FROM tally JOIN scope ON scope.id = tally.scope
                WHERE scope.job = ?1 AND tally.count > 0)
            SELECT count(*) FROM (
                SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept)
                UNION ALL SELECT * FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted))
            """)
        try select.bind(job, at: 1)
        guard try select.step() else { return }
        if select.integer(0) > 0 { note(EvidenceFinding("the counts of the job are not those of its items")) }
        try select.reset()
    }
}
