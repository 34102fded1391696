import SQLite
package import SweepModel

/// Tokens that somebody uses go last.
extension Queue {
    /// Makes tokens of a plan wait that were seen at that moment or later, and those of which nobody knows. Returns how many.
    package func deferTokens(of plan: Plan, seenSince moment: Timestamp) throws(QueueError) -> Int {
        try transaction { () throws(SQLiteError) in
            let update = try database.prepare(
                """
                UPDATE item SET deferred = 1
                WHERE scope IN (SELECT id FROM scope WHERE job = ?1) AND state = 'pending'
                    AND (presence IS NULL OR (presence = 'listed' AND (seen_known = 0 OR last_seen_at >= ?2)))
                """)
            try update.bind(plan.job.value, at: 1)
            try update.bind(moment.milliseconds, at: 2)
            try update.run()
            return database.changes
        }
    }

    /// Makes the tokens wait in a job that has the same plan and goes on, unless a request for them was sent already.
    package func carryDeferral(from plan: Plan, to job: JobID) throws(QueueError) {
        try transaction { () throws(SQLiteError) in
            let update = try database.prepare(
                """
                UPDATE item SET deferred = 1
                WHERE state = 'pending' AND attempts = 0 AND scope IN (SELECT id FROM scope WHERE job = ?2)
                    AND EXISTS (SELECT 1 FROM scope AS own JOIN scope AS other ON other.job = ?1 AND other.kind = own.kind
                            AND other.scope_id = own.scope_id
                        JOIN item AS twin ON twin.scope = other.id AND twin.token = item.token
                        WHERE own.id = item.scope AND twin.deferred = 1)
                """)
            try update.bind(plan.job.value, at: 1)
            try update.bind(job.value, at: 2)
            try update.run()
        }
    }

    /// Lets tokens go that waited for the end: somebody said yes again. Returns how many.
    package func releaseDeferred(of job: JobID, by consent: Consent, at now: Timestamp) throws(QueueError) -> Int {
        try transaction { () throws(SQLiteError) in
            let update = try database.prepare(
                """
                UPDATE item SET deferred = 0
                WHERE deferred = 1 AND scope IN (SELECT id FROM scope WHERE job = ?1) AND state = 'pending'
                """)
            try update.bind(job.value, at: 1)
            try update.run()
            let count = database.changes
            // They were passed over: the search for items that were never tried begins anew.
            let rewind = try database.prepare("UPDATE scope SET cursor = 0 WHERE job = ?1")
            try rewind.bind(job.value, at: 1)
            try rewind.run()
            try attestConsent(consent, to: job, reason: nil, at: now)
            return count
        }
    }

    /// How many tokens of a job wait for the end.
    package func deferredCount(of job: JobID) throws(QueueError) -> Int {
        try mapped { () throws(SQLiteError) in try deferredItems(of: job) }
    }

    static let countDeferred = """
        SELECT count(*) FROM item
        WHERE deferred = 1 AND state = 'pending' AND scope IN (SELECT id FROM scope WHERE job = ?1)
        """
}
