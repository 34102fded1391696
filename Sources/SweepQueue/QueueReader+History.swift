import FoundationEssentials
import SQLite
package import SweepModel

extension QueueReader {
    /// Lets everything that `body` reads come from one consistent view of the file.
    package borrowing func inOneView<Value>(_ body: (borrowing QueueReader) throws -> Value) throws -> Value {
        do {
            try database.execute("BEGIN")
            // Nothing was written; the view goes with the connection where this fails.
            defer { try? database.execute("ROLLBACK") }
            return try body(self)
        } catch let error as SQLiteError {
            throw QueueError(error, path: path)
        }
    }

    /// What happened to a job as a whole, in order. Lines of the evidence that cannot be read are left out.
    package borrowing func milestones(of job: JobID) throws(QueueError) -> [Milestone] {
        try read { () throws(SQLiteError) in
            let select = try database.prepare(Self.selectMilestones)
            try select.bind(job.value, at: 1)
            var milestones: [Milestone] = []
            while try select.step() {
                let lastAnswerAt = select.optionalInteger(1).map(Timestamp.init(milliseconds:))
                guard let milestone = Milestone(evidence: select.text(0) ?? "", lastAnswerAt: lastAnswerAt) else { continue }
                milestones.append(milestone)
            }
            return milestones
        }
    }

    static let selectLastAnswer = """
        SELECT attempt.finished_at FROM job CROSS JOIN attempt NOT INDEXED
        WHERE job.id = ?1 AND attempt.item BETWEEN job.first_item AND job.last_item
            AND attempt.id > (SELECT min(attempt) FROM evidence WHERE job = ?1)
        ORDER BY attempt.id DESC LIMIT 1
        """

    /// When the last request of a job was answered; nil where none was.
    package borrowing func lastAnswer(of job: JobID) throws(QueueError) -> Timestamp? {
        try read { () throws(SQLiteError) in
            let select = try database.prepare(Self.selectLastAnswer)
            try select.bind(job.value, at: 1)
            guard try select.step() else { return nil }
            let moment = Timestamp(milliseconds: select.integer(0))
            try select.reset()
            return moment
        }
    }

    /// Calls `body` with every answered request of a job, in the order in which the answers were kept.
    ///
    /// - Parameter last: what an earlier call returned, to be told only what came since.
    /// - Returns: a number for the next call.
    package borrowing func forEachRequest(
        of job: JobID, after last: Int64 = 0, _ body: (RequestMark) throws -> Void
    ) throws -> Int64 {
        do {
            let select = try database.prepare(Self.selectRequests)
            try select.bind(job.value, at: 1)
            try select.bind(last, at: 2)
            var last = last
            while try select.step() {
                last = select.integer(0)
                try body(Self.requestMark(select, from: 1))
            }
            return last
        } catch let error as SQLiteError {
            throw QueueError(error, path: path)
        }
    }

    /// Reads the columns of a request, of which the first is `column`: started, finished, credential, status and outcome.
    static func requestMark(_ select: borrowing Statement, from column: Int32) -> RequestMark {
        RequestMark(
            startedAt: Timestamp(milliseconds: select.integer(column)), finishedAt: Timestamp(milliseconds: select.integer(column + 1)),
            credential: select.integer(column + 2), httpStatus: select.optionalInteger(column + 3).map(Int.init),
            outcome: select.text(column + 4).flatMap(ItemState.init(rawValue:)))
    }

    /// The last answer of the job itself: another job may have worked on the file meanwhile.
    static let selectMilestones = """
        SELECT evidence.line, (SELECT attempt.finished_at FROM attempt NOT INDEXED
            WHERE attempt.id <= evidence.attempt AND attempt.id > (SELECT coalesce(min(attempt), 0) FROM evidence WHERE job = ?1)
                AND attempt.item BETWEEN job.first_item AND job.last_item
            ORDER BY attempt.id DESC LIMIT 1)
        FROM evidence JOIN job ON job.id = evidence.job WHERE evidence.job = ?1 ORDER BY evidence.number
        """

    /// An item keeps the outcome of its last attempt until it is put back to pending.
    static let outcomeOfAttempt = """
        CASE WHEN attempt.outcome IS NOT NULL THEN attempt.outcome
            WHEN attempt.number = item.attempts AND item.state NOT IN ('pending', 'in_flight', 'skipped', 'invalid')
            THEN item.state END
        """

    /// Nothing of a job is older than the first line of its evidence.
    static let selectRequests = """
        SELECT attempt.id, attempt.started_at, attempt.finished_at, attempt.credential, attempt.http_status,
            \(outcomeOfAttempt)
        FROM job CROSS JOIN attempt NOT INDEXED LEFT JOIN item ON item.id = attempt.item
        WHERE job.id = ?1 AND attempt.id > max(?2, (SELECT coalesce(min(attempt), 0) FROM evidence WHERE job = ?1))
            AND attempt.item BETWEEN job.first_item AND job.last_item
        ORDER BY attempt.id
        """
}

extension Milestone {
    /// Reads a line of the evidence; nil for one that is no event of a known name.
    fileprivate init?(evidence line: String, lastAnswerAt: Timestamp?) {
        struct Line: Decodable {
            var at: String
            var event: String
            var reason: String?
        }
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)), let kind = Kind(rawValue: line.event),
            let moment = Timestamp(rfc3339: line.at)
        else { return nil }
        self.init(kind, at: moment, reason: line.reason, lastAnswerAt: lastAnswerAt)
    }
}
