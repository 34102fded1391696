import SQLite
import SweepModel

/// Reads a job's chain of evidence from its first line to its last, in constant memory.
final class EvidenceReading {
    /// A line that is stored as it is.
    struct StoredLine {
        var number: Int
        /// The last attempt of the file before it.
        var attempt: Int64
        var line: String
        var previous: [UInt8]
        var hash: [UInt8]
    }

    enum Entry {
        case stored(StoredLine)
        case attempt(AttemptReading.Entry)
    }

    private let job: Int64
    private let stored: Statement
    private let attempts: AttemptReading
    private let select: Statement

    init(_ job: JobID, in database: borrowing Database) throws(SQLiteError) {
        self.job = job.value
        stored = try database.prepare(
            "SELECT number, attempt, line, previous, hash FROM evidence WHERE job = ? AND number > ? ORDER BY number LIMIT 1")
        attempts = try AttemptReading(job.value, in: database)
        select = try database.prepare("SELECT length, head FROM chain WHERE job = ?")
    }

    func forEach(_ body: (Entry) throws -> Void) throws {
        var (number, attempt) = (0, Int64(0))
        while let line = try next(after: number) {
            try attempts.forEach(after: attempt, upTo: line.attempt) { try body(.attempt($0)) }
            try body(.stored(line))
            (number, attempt) = (line.number, max(attempt, line.attempt))
        }
        try attempts.forEach(after: attempt, upTo: .max) { try body(.attempt($0)) }
    }

    /// The end that is stored with the job; nil where it is missing.
    func end() throws(SQLiteError) -> EvidenceChain? {
        try select.bind(job, at: 1)
        guard try select.step() else { return nil }
        let chain = EvidenceChain(length: Int(select.integer(0)), head: select.blob(1) ?? [])
        try select.reset()
        return chain
    }

    private func next(after number: Int) throws(SQLiteError) -> StoredLine? {
        try stored.bind(job, at: 1)
        try stored.bind(number, at: 2)
        guard try stored.step() else { return nil }
        let line = StoredLine(
            number: Int(stored.integer(0)), attempt: stored.integer(1), line: stored.text(2) ?? "", previous: stored.blob(3) ?? [],
            hash: stored.blob(4) ?? [])
        try stored.reset()
        return line
    }
}

extension EvidenceReading.StoredLine {
    /// The line, or one that says that it cannot be one: nothing of its text is passed on.
    var text: EvidenceText {
        EvidenceText(stored: line) ?? EvidenceText(line: number, at: Timestamp(milliseconds: 0), event: "unreadable")
    }
}
