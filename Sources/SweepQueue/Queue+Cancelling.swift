import SQLite
package import SweepModel

extension Queue: WishSource {
    package func wish(for job: JobID) throws(QueueError) -> JobWish? {
        try mapped { () throws(SQLiteError) in try storedWish(for: job) }
    }

    func storedWish(for job: JobID) throws(SQLiteError) -> JobWish? {
        let select = try database.prepare("SELECT wish FROM job WHERE id = ?")
        try select.bind(job.value, at: 1)
        guard try select.step() else { return nil }
        return select.text(0).flatMap(JobWish.init(rawValue:))
    }

    /// Skips every item of a job that is still open and finishes the job, in one transaction. Returns how many were skipped;
    /// a job that is finished stays as it is.
    ///
    /// An item that an earlier attempt may have deleted says so in its reason.
    package func cancel(_ job: JobID, at now: Timestamp) throws(QueueError) -> Int {
        let count = try transaction { () throws(SQLiteError) in
            try recover(at: now)
            try indexOrder(of: job)
            var count = 0
            for (scope, items) in try tally(of: job, .pending) { count += try skip(items, in: scope, of: job, at: now) }
            try expectAllSettled(job)
            try finishCancelled(job, skipped: count, at: now)
            return count
        }
        if run?.job == job.value { run = nil }
        foldLog()
        return count
    }

    private func skip(_ items: Int, in scope: Int64, of job: JobID, at now: Timestamp) throws(SQLiteError) -> Int {
        let update = try database.prepare(
            """
            UPDATE item SET state = 'skipped', finished_at = ?2, not_before = NULL, reason = CASE
                WHEN change = 'maybe_disabled' THEN 'cancelled; whether the token is disabled is not known'
                WHEN change = 'maybe_rotated' THEN 'cancelled; whether its secret was rotated is not known'
                WHEN change = 'maybe_enabled' THEN 'cancelled; whether the token is enabled is not known'
                WHEN request IS NOT NULL AND (SELECT action FROM job WHERE id = ?3) = 'delete'
                    THEN 'cancelled after it was refused as in use'
                WHEN fate_unknown = 1 THEN 'cancelled; whether the token still exists is not known'
                ELSE 'cancelled' END
            WHERE \(Schema.isInScope) AND state = 'pending'
            """)
        try update.bind(scope, at: 1)
        try update.bind(now.milliseconds, at: 2)
        try update.bind(job.value, at: 3)
        try update.run()
        guard database.changes == items else { throw SQLiteError(.corrupt, "the tally of pending items is wrong") }
        let tally = try TallyStatements(database)
        try tally.add(-items, to: .pending, of: scope)
        try tally.add(items, to: .skipped, of: scope)
        return items
    }

    private func finishCancelled(_ job: JobID, skipped: Int, at now: Timestamp) throws(SQLiteError) {
        let update = try database.prepare(
            """
            UPDATE job SET state = 'finished', stop_reason = 'cancelled', finished_at = ?2, wish = NULL
            WHERE id = ?1 AND state IN ('unfinished', 'halted')
            """)
        try update.bind(job.value, at: 1)
        try update.bind(now.milliseconds, at: 2)
        try update.run()
        let isChanged = database.changes == 1
        try database.execute("UPDATE owner SET job = NULL")
        guard isChanged else { return }
        let tally = try JobReading.tally(of: job, in: database)
        let held = try EvidenceDigest.held(job.value, in: database)
        try attest(.cancelled(skipped: skipped, held: held, tally), of: job.value, at: now)
        try attest(.ended(.finished, reason: "cancelled", tally), of: job.value, at: now)
    }
}
