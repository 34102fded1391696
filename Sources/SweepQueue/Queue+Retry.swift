import SQLite
package import SweepModel

extension Queue {
    /// Puts items with an outcome back to `pending`, with all their tries. Returns how many.
    ///
    /// Their attempts stay, and so does the knowledge that one of them may have deleted the token. States that nothing may
    /// follow are passed over.
    package func retry(_ job: JobID, _ states: Set<ItemState>, at now: Timestamp) throws(QueueError) -> Int {
        if let run, run.job == job.value { throw QueueError(.other, path: path, detail: "the job is being run") }
        return try transaction { () throws(SQLiteError) in
            var count = 0
            try indexOrder(of: job)
            for state in states where state.isFinal && state.canBecome(.pending) {
                for (scope, items) in try tally(of: job, state) { count += try putBack(items, in: scope, state) }
            }
            guard count > 0 else { return 0 }
            try reopen(job)
            let held = states.contains(.skipped) ? try EvidenceDigest.held(job.value, in: database) : nil
            try attest(.retried(states, items: count, held: held), of: job.value, at: now)
            return count
        }
    }

    static let putBackItems = """
        UPDATE item SET state = 'pending', tries = 0, finished_at = NULL, reason = NULL,
            not_before = CASE WHEN attempts > 0 THEN 0 END,
            request = (SELECT CASE WHEN job.action <> 'delete' THEN 'read' END
                FROM scope JOIN job ON job.id = scope.job WHERE scope.id = ?1)
        WHERE \(Schema.isInScope) AND state = ?2
        """

    private func putBack(_ items: Int, in scope: Int64, _ state: ItemState) throws(SQLiteError) -> Int {
        try rewind(scope, state)
        try keepOutcomes(scope, state)
        let update = try database.prepare(Self.putBackItems)
        try update.bind(scope, at: 1)
        try update.bind(state.rawValue, at: 2)
        try update.run()
        guard database.changes == items else {
            throw SQLiteError(.corrupt, "the tally of \(state.rawValue) items is wrong")
        }
        let tally = try TallyStatements(database)
        try tally.add(-items, to: state, of: scope)
        try tally.add(items, to: .pending, of: scope)
        return items
    }

    /// What the items lose stays with the attempts that brought it.
    private func keepOutcomes(_ scope: Int64, _ state: ItemState) throws(SQLiteError) {
        let update = try database.prepare(Self.keepOutcomes)
        try update.bind(scope, at: 1)
        try update.bind(state.rawValue, at: 2)
        try update.run()
    }

    static let keepOutcomes = """
        UPDATE attempt SET outcome = item.state, reason = item.reason
        FROM (SELECT id, attempts, state, reason FROM item WHERE \(Schema.isInScope) AND state = ?2) AS item
        WHERE attempt.item = item.id AND attempt.number = item.attempts AND item.state <> 'skipped'
        """

    /// Items that were never tried are claimed from the scope's cursor on: it must not stand behind them.
    private func rewind(_ scope: Int64, _ state: ItemState) throws(SQLiteError) {
        let update = try database.prepare(
            """
            UPDATE scope SET cursor = min(cursor, coalesce(
                (SELECT min(id) - 1 FROM item WHERE \(Schema.isInScope) AND state = ?2 AND attempts = 0), cursor))
            WHERE id = ?1
            """)
        try update.bind(scope, at: 1)
        try update.bind(state.rawValue, at: 2)
        try update.run()
    }

    func tally(of job: JobID, _ state: ItemState) throws(SQLiteError) -> [(scope: Int64, items: Int)] {
        let select = try database.prepare(
            """
            SELECT tally.scope, tally.count FROM tally JOIN scope ON scope.id = tally.scope
            WHERE scope.job = ? AND tally.state = ? AND tally.count > 0
            """)
        try select.bind(job.value, at: 1)
        try select.bind(state.rawValue, at: 2)
        var result: [(Int64, Int)] = []
        while try select.step() { result.append((select.integer(0), Int(select.integer(1)))) }
        return result
    }
}
