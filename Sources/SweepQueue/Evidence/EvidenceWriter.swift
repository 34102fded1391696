import SQLite
import SweepModel

/// Adds lines to the chains of a queue file, within the transaction that makes them true.
final class EvidenceWriter {
    private let select: Statement
    private let update: Statement
    private let insert: Statement
    /// Who holds the queue: the doer of every event.
    private let owner: String
    let hasher: LineHasher

    init(_ database: borrowing Database, owner: String) throws(SQLiteError) {
        self.owner = owner
        hasher = try LineHasher()
        select = try database.prepare("SELECT length, head FROM chain WHERE job = ?")
        update = try database.prepare(
            """
            INSERT INTO chain (job, length, head) VALUES (?1, ?2, ?3)
            ON CONFLICT (job) DO UPDATE SET length = ?2, head = ?3
            """)
        insert = try database.prepare(
            """
            INSERT INTO evidence (job, number, attempt, line, previous, hash)
            VALUES (?1, ?2, (SELECT coalesce(max(id), 0) FROM attempt), ?3, ?4, ?5)
            """)
    }

    func chain(of job: Int64) throws(SQLiteError) -> EvidenceChain {
        try select.bind(job, at: 1)
        guard try select.step() else { return EvidenceChain() }
        let chain = EvidenceChain(length: Int(select.integer(0)), head: select.blob(1) ?? [])
        try select.reset()
        return chain
    }

    func keep(_ chain: EvidenceChain, of job: Int64) throws(SQLiteError) {
        try update.bind(job, at: 1)
        try update.bind(chain.length, at: 2)
        try update.bind(blob: chain.head, at: 3)
        try update.run()
    }

    func add(_ event: JobEvent, to job: Int64, at now: Timestamp) throws(SQLiteError) {
        var chain = try chain(of: job)
        let text = event.text(line: chain.length + 1, at: now, by: owner)
        let previous = chain.head
        try chain.append(text, hasher)
        try insert.bind(job, at: 1)
        try insert.bind(chain.length, at: 2)
        try insert.bind(text.stored, at: 3)
        try insert.bind(blob: previous, at: 4)
        try insert.bind(blob: chain.head, at: 5)
        try insert.run()
        try keep(chain, of: job)
    }
}
