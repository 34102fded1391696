import SQLite
package import SweepModel

/// The durable queue on SQLite, held by its one owner. Whatever a call promised is on disk when it returns.
///
///     openQueue ─▶ startPlan ─▶ add … ─▶ sealPlan ─▶ confirm ─▶ begin ─▶ commit … ─▶ end
///                                            └─▶ discard
package actor Queue: DeletionQueue {
    package nonisolated let path: String
    private nonisolated let executor: QueueExecutor
    /// For a task that calls the queue all the time: on its thread no call has to change threads.
    package nonisolated var taskExecutor: any TaskExecutor { executor }
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    // Destroyed from first to last: the connection closes for good only when its last statement is gone, and by then it
    // may fold the log into the file, which is the owner's alone. So the lock goes last.
    var plan: PlanInProgress?
    var run: RunInProgress?
    private let boundaries: TransactionStatements
    let database: Database
    /// nil for a scratch queue, which nobody else can reach.
    private var lock: OwnerLock?
    let epoch: Int64
    let calendars: Calendars
    private let owner: String

    /// Takes the queue over, creating the file where there is none.
    ///
    /// - Parameters:
    ///   - owner: who takes it, for a second process that wants it too: `process 4711 on host since …`.
    ///   - reading: the owner's calendar and the machine's; nil where no clock but the calendar is known.
    ///   - vfs: the name of SQLite's file system; nil for that of the operating system.
    /// - Throws: `.owned` when a living process has it, and every other code for a file that cannot be used.
    package init(owning path: String, as owner: String, at reading: BootReading? = nil, vfs: String? = nil) throws(QueueError) {
        self.path = path
        self.owner = owner
        executor = QueueExecutor()
        let file = try QueueFile.make(path)
        lock = try OwnerLock(queue: file, description: owner)
        database = try QueueFile.openForOwner(file, vfs: vfs)
        do {
            (epoch, calendars) = try Queue.takeOver(database, reading)
            boundaries = try TransactionStatements(database)
        } catch {
            throw QueueError(error, path: path)
        }
    }

    /// A private temporary queue, for plans that are only looked at.
    package init(scratch: Void) throws(QueueError) {
        path = "(temporary)"
        owner = ""
        executor = QueueExecutor()
        lock = nil
        database = try QueueFile.openScratch()
        epoch = 0
        calendars = Calendars()
        do {
            boundaries = try TransactionStatements(database)
        } catch {
            throw QueueError(error, path: path)
        }
    }

    /// Lets another process have the queue now, although this object may live on for a moment. Nothing is written after it,
    /// not even the log into the file, which is the next owner's alone.
    package func letGo() throws(QueueError) {
        try mapped { () throws(SQLiteError) in try database.disableCheckpointOnClose() }
        lock = nil
    }

    /// Raises the epoch, and sweeps away plans whose owner died before they were confirmed.
    private static func takeOver(
        _ database: borrowing Database, _ reading: BootReading?
    ) throws(SQLiteError) -> (epoch: Int64, calendars: Calendars) {
        try database.execute("BEGIN IMMEDIATE")
        do throws(SQLiteError) {
            try database.execute("UPDATE owner SET epoch = epoch + 1, job = NULL")
            try deletePlans(in: database)
            let epoch = try database.integer(TransactionStatements.selectEpoch)
            let calendars = try Calendars(reading, epoch: epoch, in: database)
            try database.execute("COMMIT")
            return (epoch, calendars)
        } catch {
            rollBack(database)
            throw error
        }
    }

    /// One durable transaction under this owner's epoch: all of `body` or nothing.
    func transaction<Result>(_ body: () throws(SQLiteError) -> Result) throws(QueueError) -> Result {
        try beginTransaction()
        let result: Result
        do throws(SQLiteError) {
            result = try body()
            try boundaries.commit.run()
        } catch {
            Queue.rollBack(database)
            throw QueueError(error, path: path)
        }
        try expectFileInPlace()
        return result
    }

    /// What is committed to a file that has no name any more is lost with this process. So nothing is shown or sent after it.
    private func expectFileInPlace() throws(QueueError) {
        guard lock != nil else { return }
        if try mapped({ () throws(SQLiteError) in try database.hasMoved() }) {
            throw QueueError(.cannotOpen, path: path, detail: "it was moved or removed while it was in use")
        }
    }

    /// Adds a line to a job's evidence, within the transaction that makes it true.
    func attest(_ event: JobEvent, of job: Int64, at now: Timestamp) throws(SQLiteError) {
        try evidenceWriter().add(event, to: job, at: now)
    }

    func evidenceWriter() throws(SQLiteError) -> EvidenceWriter { try EvidenceWriter(database, owner: owner) }

    /// Opens a transaction under this owner's epoch; nobody can raise it before the end.
    func beginTransaction() throws(QueueError) {
        let isOwner = try mapped { () throws(SQLiteError) in
            try boundaries.begin.run()
            do throws(SQLiteError) {
                return try boundaries.epoch() == epoch
            } catch {
                Queue.rollBack(database)
                throw error
            }
        }
        guard isOwner else {
            Queue.rollBack(database)
            throw QueueError(.lostOwnership, path: path, detail: "its epoch has changed")
        }
    }

    /// Runs statements outside of a transaction of their own.
    func mapped<Result: ~Copyable>(_ body: () throws(SQLiteError) -> Result) throws(QueueError) -> Result {
        do {
            return try body()
        } catch {
            throw QueueError(error, path: path)
        }
    }

    static func rollBack(_ database: borrowing Database) {
        guard database.isInTransaction else { return }
        // The error that made this necessary is the one to tell; SQLite rolls back by itself when the connection closes.
        try? database.execute("ROLLBACK")
    }
}
