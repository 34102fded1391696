import SQLite
package import SweepModel

/// Leaves wishes for the owner of a queue file. It writes one word and folds no log: the owner stays the only one that does.
package struct QueueControl: ~Copyable {
    private let database: Database
    private let path: String

    /// - Throws: `.cannotOpen` where there is no file, and every other code for a file that cannot be used.
    package init(path: String) throws(QueueError) {
        database = try QueueFile.openForWishes(path)
        self.path = path
    }

    /// Leaves a wish for a job that runs; false where nobody runs it. A greater wish is not taken back by a lesser one.
    package borrowing func leave(_ wish: JobWish, for job: JobID) throws(QueueError) -> Bool {
        guard OwnerLock.owner(ofQueue: path) != nil else { return false }
        do {
            let update = try database.prepare(
                """
                UPDATE job SET wish = CASE WHEN wish = 'cancel' OR (wish = 'pause' AND ?2 = 'give_way') THEN wish ELSE ?2 END
                WHERE id = ?1 AND (SELECT job FROM owner) = ?1
                """)
            try update.bind(job.value, at: 1)
            try update.bind(wish.rawValue, at: 2)
            try update.run()
            return database.changes == 1
        } catch {
            throw QueueError(error, path: path)
        }
    }
}
