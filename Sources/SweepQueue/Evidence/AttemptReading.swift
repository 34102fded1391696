import SQLite
import SweepModel

/// Reads a job's attempts as evidence, in the order in which they were answered.
final class AttemptReading {
    /// An attempt with its row and what it keeps of the chain.
    struct Entry {
        var id: Int64
        var evidence: AttemptEvidence
        var seal: Int64?
    }

    private let job: Int64
    private let select: Statement
    private let manifests: [Int64: String]

    init(_ job: Int64, in database: borrowing Database) throws(SQLiteError) {
        self.job = job
        select = try database.prepare(Self.selectAttempts)
        manifests = try JobReading.manifests(of: JobID(job), in: database)
    }

    /// An item keeps the outcome of its last attempt until it is put back to pending.
    static let selectAttempts = """
        SELECT attempt.id, attempt.number, attempt.started_at, attempt.finished_at, attempt.http_status, attempt.error_code,
            attempt.error_message, attempt.documentation_url, attempt.source_pointer, attempt.error_chain, attempt.ray_id,
            attempt.transport_error, attempt.seal, credential.fingerprint, item.token, scope.kind, scope.scope_id, item.manifest,
            item.line, CASE WHEN attempt.outcome IS NOT NULL THEN attempt.outcome
                WHEN attempt.number = item.attempts AND item.state NOT IN ('pending', 'in_flight', 'skipped', 'invalid')
                THEN item.state END,
            CASE WHEN attempt.outcome IS NOT NULL THEN attempt.reason ELSE item.reason END, attempt.request
        FROM job CROSS JOIN attempt NOT INDEXED LEFT JOIN item ON item.id = attempt.item
            LEFT JOIN scope ON scope.id = item.scope LEFT JOIN credential ON credential.id = attempt.credential
        WHERE job.id = ?1 AND attempt.id > ?2 AND attempt.id <= ?3 AND attempt.item BETWEEN job.first_item AND job.last_item
        ORDER BY attempt.id
        """

    /// Those with ids after one and up to another.
    func attempts(after first: Int64, upTo last: Int64) throws(SQLiteError) -> [Entry] {
        var entries: [Entry] = []
        try bind(first, last)
        while try select.step() { entries.append(entry()) }
        return entries
    }

    /// The same, one by one.
    func forEach(after first: Int64, upTo last: Int64, _ body: (Entry) throws -> Void) throws {
        try bind(first, last)
        do {
            while try select.step() { try body(entry()) }
        } catch {
            // The error is what matters; a statement left in the middle would hold its view of the file.
            try? select.reset()
            throw error
        }
    }

    private func bind(_ first: Int64, _ last: Int64) throws(SQLiteError) {
        try select.bind(job, at: 1)
        try select.bind(first, at: 2)
        try select.bind(last, at: 3)
    }

    private func entry() -> Entry {
        let details = AnswerDetails(
            httpStatus: select.optionalInteger(4).map(Int.init), errorCode: select.optionalInteger(5).map(Int.init),
            errorMessage: select.text(6), documentationURL: select.text(7), sourcePointer: select.text(8), errorChain: select.text(9),
            rayID: select.text(10), transportError: select.text(11))
        let attempt = Attempt(
            number: Int(select.integer(1)), startedAt: Timestamp(milliseconds: select.integer(2)),
            finishedAt: Timestamp(milliseconds: select.integer(3)),
            request: RequestKind(stored: select.text(21)) ?? .delete, details: details)
        let evidence = AttemptEvidence(
            token: select.blob(14).flatMap { TokenID(bytes: $0)?.description } ?? "", scopeKind: select.text(15) ?? "",
            scopeID: select.text(16) ?? "", manifest: manifests[select.integer(17)] ?? "", line: Int(select.integer(18)),
            credential: select.text(13) ?? "", attempt: attempt, outcome: select.text(19).map { ($0, select.text(20)) })
        return Entry(id: select.integer(0), evidence: evidence, seal: select.optionalInteger(12))
    }
}
