import SQLite
import SweepModel

extension Queue {
    /// Items that a dead owner left in flight: their requests may have been carried out, and nobody will ever know.
    ///
    /// Those of every job, not only of the one that is taken up: the budget of a credential counts them all.
    func recover(at now: Timestamp) throws(SQLiteError) {
        let left = try itemsInFlight()
        guard !left.isEmpty else { return }
        let last = try database.integer("SELECT coalesce(max(id), 0) FROM attempt")
        try writeLostAttempts(at: now)
        try attestLostAttempts(after: last, at: now)
        let update = try database.prepare(Self.returnItems)
        try update.bind(now.milliseconds, at: 1)
        try update.run()
        guard database.changes == left.reduce(0, { $0 + $1.items }) else {
            throw SQLiteError(.corrupt, "the tally of items in flight is wrong")
        }
        let tally = try TallyStatements(database)
        for (scope, items) in left {
            try tally.add(-items, to: .inFlight, of: scope)
            try tally.add(items, to: .pending, of: scope)
        }
    }

    /// A token's name is in no file, so that whoever goes on has to read it again before the token can be changed.
    static let readAgain = """
        UPDATE item INDEXED BY item_started SET request = 'read' WHERE \(Schema.isStarted) AND request IN ('disable', 'enable')
        """

    static let returnItems = """
        UPDATE item INDEXED BY item_started SET state = 'pending', not_before = ?1, claimed_at = NULL,
            fate_unknown = CASE WHEN request IS NULL THEN 1 ELSE fate_unknown END,
            change = CASE
                WHEN request = 'disable' AND change IS NOT 'disabled' THEN 'maybe_disabled'
                WHEN request = 'rotate' AND change IS NOT 'rotated' THEN 'maybe_rotated'
                WHEN request = 'enable' THEN 'maybe_enabled'
                ELSE change END
        WHERE \(Schema.isStarted) AND state = 'in_flight'
        """

    /// Each by the credential that served its scope when it was sent.
    static let insertLostAttempts = """
        INSERT INTO attempt (item, number, credential, started_at, finished_at, transport_error, request)
        SELECT item.id, item.attempts, scope.credential, item.claimed_at, ?1, 'the program ended before the answer came',
            item.request
        FROM item INDEXED BY item_started CROSS JOIN scope ON scope.id = item.scope
        WHERE \(Schema.isStarted) AND state = 'in_flight'
        """

    private func writeLostAttempts(at now: Timestamp) throws(SQLiteError) {
        let insert = try database.prepare(Self.insertLostAttempts)
        try insert.bind(now.milliseconds, at: 1)
        try insert.run()
    }

    /// The attempts may be of several jobs.
    private func attestLostAttempts(after last: Int64, at now: Timestamp) throws(SQLiteError) {
        let evidence = try evidenceWriter()
        let seal = try database.prepare("UPDATE attempt SET seal = ?2 WHERE id = ?1")
        for job in try jobsWithAttempts(after: last) {
            var chain = try evidence.chain(of: job)
            let attempts = try AttemptReading(job, in: database).attempts(after: last, upTo: .max)
            for attempt in attempts {
                try attempt.evidence.add(to: &chain, evidence.hasher)
                try seal.bind(attempt.id, at: 1)
                try seal.bind(chain.seal, at: 2)
                try seal.run()
            }
            try evidence.keep(chain, of: job)
            try evidence.add(.recovered(items: attempts.count), to: job, at: now)
        }
    }

    private func jobsWithAttempts(after last: Int64) throws(SQLiteError) -> [Int64] {
        let select = try database.prepare(
            """
            SELECT DISTINCT scope.job FROM attempt JOIN item ON item.id = attempt.item JOIN scope ON scope.id = item.scope
            WHERE attempt.id > ? ORDER BY scope.job
            """)
        try select.bind(last, at: 1)
        var jobs: [Int64] = []
        while try select.step() { jobs.append(select.integer(0)) }
        return jobs
    }

    private func itemsInFlight() throws(SQLiteError) -> [(scope: Int64, items: Int)] {
        let select = try database.prepare("SELECT scope, count FROM tally WHERE state = ? AND count > 0")
        try select.bind(ItemState.inFlight.rawValue, at: 1)
        var result: [(Int64, Int)] = []
        while try select.step() { result.append((select.integer(0), Int(select.integer(1)))) }
        return result
    }
}
