import SQLite
package import SweepModel

/// Reads a queue file beside its owner, whom it never disturbs: it writes nothing and folds no log.
package struct QueueReader: ~Copyable {
    let database: Database
    let path: String

    /// - Parameter vfs: the name of SQLite's file system; nil for that of the operating system.
    /// - Throws: `.cannotOpen` where there is no file or an empty one, and every other code for a file that cannot be used.
    package init(path: String, vfs: String? = nil) throws(QueueError) {
        database = try QueueFile.openForReading(path, vfs: vfs)
        self.path = path
    }

    /// Who owns the queue at this moment; nil when nobody does.
    package static func owner(of path: String) -> String? { OwnerLock.owner(ofQueue: path) }

    /// The job that the living owner runs; nil when nobody runs one.
    package borrowing func runningJob() throws(QueueError) -> JobID? {
        guard OwnerLock.owner(ofQueue: path) != nil else { return nil }
        return try read { () throws(SQLiteError) in
            try database.text("SELECT job FROM owner").flatMap { Int64($0) }.map(JobID.init)
        }
    }

    /// What somebody at another terminal wants of a job, and its owner has not done yet; nil for nothing.
    package borrowing func wish(for job: JobID) throws(QueueError) -> JobWish? {
        try read { () throws(SQLiteError) in
            let select = try database.prepare("SELECT wish FROM job WHERE id = ?")
            try select.bind(job.value, at: 1)
            guard try select.step() else { return nil }
            let wish = select.text(0).flatMap(JobWish.init(rawValue:))
            try select.reset()
            return wish
        }
    }

    /// All jobs, newest first. Plans that nobody confirmed are no jobs.
    package borrowing func jobs() throws(QueueError) -> [JobOverview] {
        try read { () throws(SQLiteError) in
            let select = try database.prepare("\(Self.selectJob) WHERE state <> 'planning' ORDER BY id DESC")
            return try overviews(select)
        }
    }

    /// The job of a name or, failing that, of an id; nil when there is none. Without a word, the newest one.
    package borrowing func job(_ word: String?) throws(QueueError) -> JobOverview? {
        try read { () throws(SQLiteError) in
            let condition = word == nil ? "" : "AND (name = ?1 OR CAST(id AS TEXT) = ?1)"
            let select = try database.prepare(
                "\(Self.selectJob) WHERE state <> 'planning' \(condition) ORDER BY name = ?1 DESC, id DESC LIMIT 1")
            try select.bind(word, at: 1)
            return try overviews(select).first
        }
    }

    package borrowing func job(_ id: JobID) throws(QueueError) -> JobOverview? {
        try read { () throws(SQLiteError) in
            let select = try database.prepare("\(Self.selectJob) WHERE state <> 'planning' AND id = ?")
            try select.bind(id.value, at: 1)
            return try overviews(select).first
        }
    }

    /// The unfinished jobs that would delete the very same tokens, newest first.
    package borrowing func unfinishedJobs(planID: String) throws(QueueError) -> [JobOverview] {
        try read { () throws(SQLiteError) in
            let select = try database.prepare(
                "\(Self.selectJob) WHERE state IN ('unfinished', 'halted') AND plan_id = ? ORDER BY id DESC")
            try select.bind(planID, at: 1)
            return try overviews(select)
        }
    }

    /// The unfinished job of a name, the newest where there are several.
    package borrowing func unfinishedJob(named name: String) throws(QueueError) -> JobOverview? {
        try read { () throws(SQLiteError) in
            let select = try database.prepare(
                "\(Self.selectJob) WHERE state IN ('unfinished', 'halted') AND name = ? ORDER BY id DESC LIMIT 1")
            try select.bind(name, at: 1)
            return try overviews(select).first
        }
    }

    /// The job's settings, as its maker wrote them.
    package borrowing func settings(of job: JobID) throws(QueueError) -> String {
        try read { () throws(SQLiteError) in
            let select = try database.prepare("SELECT settings FROM job WHERE id = ?")
            try select.bind(job.value, at: 1)
            guard try select.step() else { return "" }
            let settings = select.text(0) ?? ""
            try select.reset()
            return settings
        }
    }

    /// Calls `body` with every item of a job in manifest order, from one consistent view of the file.
    ///
    /// - Parameter states: only items in these states.
    /// - Parameter withAttempts: whether each row carries its whole log of attempts.
    package borrowing func forEachItem(
        of job: JobID, in states: Set<ItemState>, withAttempts: Bool, _ body: (ReportRow) throws -> Void
    ) throws {
        do {
            try ItemReading(job, in: database, withAttempts: withAttempts).forEach(in: states, body)
        } catch let error as SQLiteError {
            throw QueueError(error, path: path)
        }
    }

    /// Compares items as they were read with the counts of the job, which every verdict is made of. Both have to be of one view.
    ///
    /// - Throws: `.damaged` where they differ: nothing may be said of the job then.
    package borrowing func expect(_ found: Tally, in states: Set<ItemState>, of job: JobOverview) throws(QueueError) {
        if states.allSatisfy({ found[$0] == job.tally[$0] }) { return }
        throw QueueError(.damaged, path: path, detail: "the counts of the job are not those of its items")
    }

    // MARK: - Jobs

    private static let selectJob = """
        SELECT id, name, state, plan_id, created_at, finished_at, stop_reason, base_url, duplicates, verified_at, reason,
            (SELECT head FROM chain WHERE chain.job = job.id), action,
            EXISTS (SELECT 1 FROM job AS newer WHERE newer.name = job.name AND newer.id > job.id AND newer.state <> 'planning')
        FROM job
        """

    private borrowing func overviews(_ select: borrowing Statement) throws(SQLiteError) -> [JobOverview] {
        var overviews: [JobOverview] = []
        while try select.step() {
            let id = JobID(select.integer(0))
            let tallies = try JobReading.scopeTallies(of: id, in: database)
            var overview =
                JobOverview(
                    id: id, name: select.text(1) ?? "", state: JobState(rawValue: select.text(2) ?? "") ?? .unfinished,
                    planID: select.text(3) ?? "", createdAt: Timestamp(milliseconds: select.integer(4)),
                    finishedAt: select.optionalInteger(5).map(Timestamp.init(milliseconds:)),
                    verifiedAt: select.optionalInteger(9).map(Timestamp.init(milliseconds:)), stopReason: select.text(6),
                    baseURL: select.text(7) ?? "", tally: tallies.reduce(Tally()) { $0 + $1.tally },
                    scopes: tallies.compactMap { entry in entry.scope.map { ScopeTally(scope: $0, tally: entry.tally) } },
                    duplicates: Int(select.integer(8)),
                    manifests: try JobReading.manifests(of: id, in: database).sorted { $0.key < $1.key }.map(\.value),
                    action: try action(select.text(12)))
            overview.reason = select.text(10)
            overview.isShadowed = select.integer(13) == 1
            overview.evidenceHead = select.blob(11).flatMap { EvidenceHash(bytes: $0) }
            overviews.append(overview)
        }
        return overviews
    }

    /// A word that is not known must not pass for another action.
    private borrowing func action(_ word: String?) throws(SQLiteError) -> JobAction {
        guard let action = word.flatMap(JobAction.init(rawValue:)) else { throw SQLiteError(.corrupt, "a job has an unknown action") }
        return action
    }

    borrowing func read<Result>(_ body: () throws(SQLiteError) -> Result) throws(QueueError) -> Result {
        do {
            return try body()
        } catch {
            throw QueueError(error, path: path)
        }
    }
}
