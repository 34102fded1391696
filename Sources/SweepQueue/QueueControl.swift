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

    /// Whom a wish has reached.
    package enum Reach: Sendable, Hashable {
        /// The process that runs the job; it follows within a second.
        case running
        /// The process that waits to go on with it after a more urgent job: it will not go on.
        case waiting
        case nobody
    }

    /// Leaves a wish for a job that runs, or that waits to go on by itself. A greater wish is not taken back by a lesser one.
    package borrowing func leave(_ wish: JobWish, for job: JobID) throws(QueueError) -> Reach {
        do {
            // A job that waits may begin to run at any moment.
            try database.execute("BEGIN IMMEDIATE")
            let reach = try reach(wish, job)
            try database.execute("COMMIT")
            return reach
        } catch {
            // The connection ends with this value, and with it what was begun.
            throw QueueError(error, path: path)
        }
    }

    private borrowing func reach(_ wish: JobWish, _ job: JobID) throws(SQLiteError) -> Reach {
        if OwnerLock.owner(ofQueue: path) != nil {
            let update = try database.prepare(
                """
                UPDATE job SET wish = CASE WHEN wish = 'cancel' OR (wish = 'pause' AND ?2 = 'give_way') THEN wish ELSE ?2 END
                WHERE id = ?1 AND (SELECT job FROM owner) = ?1
                """)
            try update.bind(job.value, at: 1)
            try update.bind(wish.rawValue, at: 2)
            try update.run()
            if database.changes == 1 { return .running }
        }
        guard wish != .giveWay else { return .nobody }
        // A pause ends the wait. A cancellation is carried out by whoever has the queue next and takes the job up.
        let change = wish == .pause ? "stop_reason = '\(JobWish.pausedReason)'" : "wish = 'cancel'"
        let update = try database.prepare("UPDATE job SET \(change) WHERE id = ?1 AND state = 'unfinished' AND stop_reason = ?2")
        try update.bind(job.value, at: 1)
        try update.bind(JobWish.waitingReason, at: 2)
        try update.run()
        return database.changes == 1 ? .waiting : .nobody
    }
}
