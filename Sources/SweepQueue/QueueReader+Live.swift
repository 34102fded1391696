import SQLite
package import SweepModel

/// What a live view asks for, a few times a second: nothing here looks at every item of a job.
extension QueueReader {
    /// Requests are counted back to the beginning of a window, but not beyond so many: more are of no budget that anybody has.
    private static let countedAnswers = 250_000
    /// How many items a page looks at before it is given out.
    package static let itemsOfAPage: Int64 = 50_000

    /// All jobs, newest first, and which of them runs.
    package borrowing func jobList() throws(QueueError) -> JobList { JobList(jobs: try jobs(), running: try runningJob()) }

    /// A job and who works on it.
    package borrowing func status(of job: JobOverview) throws(QueueError) -> JobStatus {
        let owner = try runningJob() == job.id ? QueueReader.owner(of: path) : nil
        let wish = try wish(for: job.id)
        // Only a cancellation outlives the process that was asked.
        return JobStatus(job: job, owner: owner, wish: owner != nil || wish == .cancel ? wish : nil)
    }

    static let selectMarks = """
        SELECT job.id, job.state, job.wish, job.verified_at, coalesce(chain.length, 0), job.id IS (SELECT job FROM owner)
        FROM job LEFT JOIN chain ON chain.job = job.id WHERE job.state <> 'planning' ORDER BY job.id DESC
        """

    /// A mark of every job, newest first.
    package borrowing func marks() throws(QueueError) -> [JobMark] {
        let isOwned = QueueReader.owner(of: path) != nil
        return try read { () throws(SQLiteError) in
            let select = try database.prepare(Self.selectMarks)
            var marks: [JobMark] = []
            while try select.step() {
                marks.append(
                    JobMark(
                        id: JobID(select.integer(0)), state: select.text(1).flatMap(JobState.init(rawValue:)) ?? .unfinished,
                        wish: select.text(2).flatMap(JobWish.init(rawValue:)),
                        verifiedAt: select.optionalInteger(3).map(Timestamp.init(milliseconds:)),
                        evidenceLength: Int(select.integer(4)), isRunning: isOwned && select.integer(5) == 1))
            }
            return marks
        }
    }

    package borrowing func lastAttempt() throws(QueueError) -> Int64 {
        try read { () throws(SQLiteError) in try database.integer("SELECT coalesce(max(id), 0) FROM attempt") }
    }

    static let selectAttemptMarks = """
        SELECT attempt.id, scope.job, attempt.item, attempt.started_at, attempt.finished_at, attempt.credential,
            attempt.http_status, \(outcomeOfAttempt)
        FROM attempt JOIN item ON item.id = attempt.item JOIN scope ON scope.id = item.scope
        WHERE attempt.id > ?1 ORDER BY attempt.id LIMIT ?2
        """

    /// The attempts after one, in the order in which they were answered.
    package borrowing func attempts(after number: Int64, limit: Int) throws(QueueError) -> [AttemptMark] {
        try read { () throws(SQLiteError) in
            let select = try database.prepare(Self.selectAttemptMarks)
            try select.bind(number, at: 1)
            try select.bind(limit, at: 2)
            var attempts: [AttemptMark] = []
            while try select.step() {
                attempts.append(
                    AttemptMark(
                        number: select.integer(0), job: JobID(select.integer(1)), item: ItemID(select.integer(2)),
                        request: Self.requestMark(select, from: 3)))
            }
            return attempts
        }
    }

    /// Where the attempts of a job lie in the file: all of them come after the first, and those of a finished job not after the last.
    package borrowing func attemptsRange(of job: JobOverview) throws(QueueError) -> (after: Int64, last: Int64?) {
        try read { () throws(SQLiteError) in
            let select = try database.prepare("SELECT coalesce(min(attempt), 0), coalesce(max(attempt), 0) FROM evidence WHERE job = ?")
            try select.bind(job.id.value, at: 1)
            guard try select.step() else { return (0, nil) }
            let (first, last) = (select.integer(0), select.integer(1))
            try select.reset()
            return (first, job.state == .finished ? last : nil)
        }
    }

    /// The lines of a job's evidence after a number that are about the job as a whole.
    package borrowing func events(of job: JobID, after number: Int, limit: Int) throws(QueueError) -> [JobEventLine] {
        try read { () throws(SQLiteError) in
            let select = try database.prepare("SELECT number, line FROM evidence WHERE job = ? AND number > ? ORDER BY number LIMIT ?")
            try select.bind(job.value, at: 1)
            try select.bind(number, at: 2)
            try select.bind(limit, at: 3)
            var lines: [JobEventLine] = []
            while try select.step() { lines.append(JobEventLine(number: Int(select.integer(0)), json: select.text(1) ?? "{}")) }
            return lines
        }
    }

    /// Some tokens of a job in manifest order.
    package borrowing func tokens(of job: JobID, _ query: TokenQuery) throws(QueueError) -> ItemPage {
        try read { () throws(SQLiteError) in
            try ItemReading(job, in: database, withAttempts: false).page(query, lookingAt: Self.itemsOfAPage)
        }
    }

    /// Items of a job as they stand now, in the order asked for.
    package borrowing func rows(of job: JobID, _ items: [ItemID]) throws(QueueError) -> [ReportRow] {
        try read { () throws(SQLiteError) in
            let reading = try ItemReading(job, in: database, withAttempts: false)
            var rows: [ReportRow] = []
            for item in items {
                rows += try reading.page(TokenQuery(after: ItemID(item.value - 1), limit: 1), lookingAt: 1).rows.map(\.row)
            }
            return rows
        }
    }

    /// The credentials of a job, by their first account or zone.
    ///
    /// - Parameter budget: of each credential; nil without a limit.
    package borrowing func lanes(
        of job: JobID, budget: RateBudget?, isRunning: Bool, at now: Timestamp
    ) throws(QueueError) -> [LaneStatus] {
        try read { () throws(SQLiteError) in
            let groups = try lanesByCredential(of: job)
            guard let budget else {
                return groups.map {
                    LaneStatus(scopes: $0.scopes, tally: $0.tally, budget: nil, used: $0.tally[.inFlight], earliestEnd: nil)
                }
            }
            let answers = try recentAnswers(since: now - budget.period)
            return groups.map { group in
                var window = RateWindow(
                    limit: budget.allowance, length: budget.period, remembered: group.credential.flatMap { answers[$0] } ?? [], now: now)
                window.send(group.tally[.inFlight])
                let open = group.tally[.pending]
                return LaneStatus(
                    scopes: group.scopes, tally: group.tally, budget: budget, used: window.used(at: now),
                    earliestEnd: isRunning && open > 0 ? window.earliest(toSend: open, at: now) : nil)
            }
        }
    }

    private struct Group {
        var credential: Int64?
        var scopes: [Scope] = []
        var tally = Tally()

        var sorted: Group { Group(credential: credential, scopes: scopes.sorted(), tally: tally) }
    }

    private borrowing func lanesByCredential(of job: JobID) throws(SQLiteError) -> [Group] {
        let select = try database.prepare("SELECT kind, scope_id, credential FROM scope WHERE job = ? AND kind <> 'none'")
        try select.bind(job.value, at: 1)
        let tallies = Dictionary(
            try JobReading.scopeTallies(of: job, in: database).compactMap { entry in entry.scope.map { ($0, entry.tally) } },
            uniquingKeysWith: +)
        var groups: [Int64?: Group] = [:]
        while try select.step() {
            guard let scope = JobReading.scope(kind: select.text(0), id: select.text(1)) else { continue }
            let credential = select.optionalInteger(2)
            var group = groups[credential] ?? Group(credential: credential)
            group.scopes.append(scope)
            group.tally = group.tally + (tallies[scope] ?? Tally())
            groups[credential] = group
        }
        return groups.values.map(\.sorted).sorted { left, right in
            guard let first = left.scopes.first, let second = right.scopes.first else { return !left.scopes.isEmpty }
            return first < second
        }
    }

    /// When requests of each credential, lookups too, were answered since a moment.
    private borrowing func recentAnswers(since start: Timestamp) throws(SQLiteError) -> [Int64: [Timestamp]] {
        var answers: [Int64: [Timestamp]] = [:]
        let select = try database.prepare("SELECT credential, finished_at FROM attempt ORDER BY id DESC LIMIT ?")
        try select.bind(Self.countedAnswers, at: 1)
        while try select.step() {
            let finished = Timestamp(milliseconds: select.integer(1))
            guard finished >= start else { break }
            answers[select.integer(0), default: []].append(finished)
        }
        try select.reset()
        let lookups = try database.prepare("SELECT credential, answered_at FROM lookup WHERE answered_at >= ?")
        try lookups.bind(start.milliseconds, at: 1)
        while try lookups.step() {
            answers[lookups.integer(0), default: []].append(Timestamp(milliseconds: lookups.integer(1)))
        }
        return answers
    }
}
