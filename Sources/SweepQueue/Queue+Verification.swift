import SQLite
package import SweepModel

/// The tokens that live in one scope.
package struct LiveList: Sendable, Hashable {
    package var scope: Scope
    package var tokens: [TokenID]
    /// Whether a token that is not among them is gone. A list that may leave tokens out proves only that those in it live.
    package var provesAbsence: Bool

    package init(scope: Scope, tokens: [TokenID], provesAbsence: Bool) {
        self.scope = scope
        self.tokens = tokens
        self.provesAbsence = provesAbsence
    }
}

extension Queue {
    /// Notes on every item of the listed scopes that the list proves gone when that was. What an earlier list proved and this
    /// one contradicts is taken back; all other items stay as they are.
    package func verify(_ job: JobID, against lists: [LiveList], at now: Timestamp) throws(QueueError) {
        try transaction { () throws(SQLiteError) in
            try database.execute("CREATE TEMP TABLE IF NOT EXISTS live (token BLOB PRIMARY KEY) WITHOUT ROWID")
            for list in lists {
                try database.execute("DELETE FROM temp.live")
                try keep(list.tokens)
                let update = try database.prepare(
                    """
                    UPDATE item SET verified_at =
                        CASE WHEN token IN (SELECT token FROM temp.live) THEN NULL ELSE coalesce(?4, verified_at) END
                    WHERE token IS NOT NULL
                        AND scope = (SELECT id FROM scope WHERE job = ?1 AND kind = ?2 AND scope_id = ?3)
                    """)
                try update.bind(job.value, at: 1)
                try update.bind(list.scope.kind.rawValue, at: 2)
                try update.bind(list.scope.id.description, at: 3)
                try update.bind(list.provesAbsence ? now.milliseconds : nil, at: 4)
                try update.run()
            }
            try database.execute("DELETE FROM temp.live")
            let update = try database.prepare("UPDATE job SET verified_at = ?2 WHERE id = ?1")
            try update.bind(job.value, at: 1)
            try update.bind(now.milliseconds, at: 2)
            try update.run()
            let proofs = try EvidenceDigest.proofs(job.value, in: database)
            let event = JobEvent.verified(
                scopes: lists.map(\.scope.description), unproven: lists.filter { !$0.provesAbsence }.map(\.scope.description),
                gone: proofs.count, proofs: proofs.text)
            try attest(event, of: job.value, at: now)
        }
    }

    private func keep(_ tokens: [TokenID]) throws(SQLiteError) {
        let insert = try database.prepare("INSERT OR IGNORE INTO temp.live (token) VALUES (?)")
        for token in tokens {
            try insert.bind(blob: token.bytes.span, at: 1)
            try insert.run()
        }
    }
}
