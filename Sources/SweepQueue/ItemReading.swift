import SQLite
import SweepModel

/// Reads a job's items for the reports.
final class ItemReading {
    private let items: Statement
    private let attempts: Statement
    private let withAttempts: Bool
    private let job: JobID
    private let manifests: [Int64: String]
    private let scopes: [Int64: Scope]

    init(_ job: JobID, in database: borrowing Database, withAttempts: Bool) throws(SQLiteError) {
        self.job = job
        self.withAttempts = withAttempts
        items = try database.prepare(Self.selectItems)
        attempts = try database.prepare(Self.selectAttempts)
        manifests = try JobReading.manifests(of: job, in: database)
        scopes = try JobReading.scopes(of: job, in: database)
    }

    static let selectItems = """
        SELECT item.id, item.manifest, item.line, item.token, item.token_text, item.scope, item.state,
            CASE WHEN item.change = 'undone' AND item.finished_at IS NOT NULL
                THEN coalesce(item.reason || '; ', '') || 'enabled again since' ELSE item.reason END,
            item.name, item.client_id, item.duration, item.expires_at, item.note, item.finished_at,
            item.attempts, item.verified_at, item.referrers
        FROM job CROSS JOIN item ON item.id BETWEEN job.first_item AND job.last_item
        WHERE job.id = ? ORDER BY item.id
        """

    static let selectAttempts = """
        SELECT number, started_at, finished_at, http_status, error_code, error_message, documentation_url,
            source_pointer, error_chain, ray_id, transport_error, request
        FROM attempt WHERE item = ?1 ORDER BY number
        """

    func forEach(in states: Set<ItemState>, _ body: (ReportRow) throws -> Void) throws {
        try items.bind(job.value, at: 1)
        let wantsAll = states.count == ItemState.allCases.count
        do {
            while try items.step() {
                guard let state = items.text(6).flatMap(ItemState.init(rawValue:)), wantsAll || states.contains(state) else { continue }
                try body(try row(state, manifest: manifests[items.integer(1)] ?? ""))
            }
        } catch {
            // The error is what matters; a statement left in the middle would hold its view of the file.
            try? items.reset()
            throw error
        }
    }

    private func row(_ state: ItemState, manifest: String) throws(SQLiteError) -> ReportRow {
        var row = ReportRow(
            position: RowPosition(manifest: manifest, line: Int(items.integer(2))),
            tokenText: items.blob(3).flatMap { TokenID(bytes: $0)?.description } ?? items.text(4) ?? "",
            scope: scopes[items.integer(5)], state: state)
        row.reason = items.text(7)
        row.name = items.text(8)
        row.clientID = items.text(9)
        row.duration = items.text(10)
        row.expiresAt = items.optionalInteger(11).map(Timestamp.init(milliseconds:))
        row.note = items.text(12)
        row.finishedAt = items.optionalInteger(13).map(Timestamp.init(milliseconds:))
        row.attemptCount = Int(items.integer(14))
        row.verifiedAt = items.optionalInteger(15).map(Timestamp.init(milliseconds:))
        row.referrers = items.text(16).map(Referrers.read)
        guard row.attemptCount > 0 else { return row }
        let log = try attempts(of: items.integer(0))
        row.firstAttemptAt = log.first?.startedAt
        // What blocked the token is what counts, not what was done to it afterwards.
        let telling = state == .blocked ? log.last { $0.request == .delete } : log.last
        row.lastDetails = telling?.details
        if withAttempts { row.attempts = log }
        return row
    }

    private func attempts(of item: Int64) throws(SQLiteError) -> [Attempt] {
        var log: [Attempt] = []
        try attempts.bind(item, at: 1)
        while try attempts.step() {
            var details = AnswerDetails()
            details.httpStatus = attempts.optionalInteger(3).map(Int.init)
            details.errorCode = attempts.optionalInteger(4).map(Int.init)
            details.errorMessage = attempts.text(5)
            details.documentationURL = attempts.text(6)
            details.sourcePointer = attempts.text(7)
            details.errorChain = attempts.text(8)
            details.rayID = attempts.text(9)
            details.transportError = attempts.text(10)
            log.append(
                Attempt(
                    number: Int(attempts.integer(0)), startedAt: Timestamp(milliseconds: attempts.integer(1)),
                    finishedAt: Timestamp(milliseconds: attempts.integer(2)),
                    request: RequestKind(stored: attempts.text(11)) ?? .delete, details: details))
        }
        return log
    }
}
