import SQLite
package import SweepModel

/// The complete list of one scope: every token that lives there.
package struct LiveList: Sendable, Hashable {
    package var scope: Scope
    package var tokens: [TokenID]

    package init(scope: Scope, tokens: [TokenID]) {
        self.scope = scope
        self.tokens = tokens
    }
}

extension Queue {
    /// Notes on every item of the listed scopes whether the list proves it gone. What an earlier list proved and this one
    /// contradicts is taken back; items of other scopes stay as they are.
    package func verify(_ job: JobID, against lists: [LiveList], at now: Timestamp) throws(QueueError) {
        try transaction { () throws(SQLiteError) in
            try database.execute("CREATE TEMP TABLE IF NOT EXISTS live (token BLOB PRIMARY KEY) WITHOUT ROWID")
            for list in lists {
                try database.execute("DELETE FROM temp.live")
                try keep(list.tokens)
                let update = try database.prepare(
                    """
                    UPDATE item SET verified_at = CASE WHEN token IN (SELECT token FROM temp.live) THEN NULL ELSE ?4 END
                    WHERE token IS NOT NULL
                        AND scope = (SELECT id FROM scope WHERE job = ?1 AND kind = ?2 AND scope_id = ?3)
                    """)
                try update.bind(job.value, at: 1)
                try update.bind(list.scope.kind.rawValue, at: 2)
                try update.bind(list.scope.id.description, at: 3)
                try update.bind(now.milliseconds, at: 4)
                try update.run()
            }
            try database.execute("DELETE FROM temp.live")
        }
    }

    private func keep(_ tokens: [TokenID]) throws(SQLiteError) {
        let insert = try database.prepare("INSERT OR IGNORE INTO temp.live (token) VALUES (?)")
        for token in tokens {
            try insert.bind(blob: token.bytes, at: 1)
            try insert.run()
        }
    }
}
