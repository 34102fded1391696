import SQLite
package import SweepModel

extension Queue {
    package func begin(
        _ job: JobID, lanes: LaneMap, remembering: Milliseconds, at now: Timestamp
    ) throws(QueueError) -> JobStart {
        let (run, start) = try transaction { () throws(SQLiteError) in
            try shortenWaits(at: now)
            try recover(at: now)
            try database.execute(Self.readAgain)
            let credentials = try lanes.fingerprints.map { fingerprint throws(SQLiteError) in try credential(fingerprint) }
            try assign(lanes, credentials, job)
            try reopen(job)
            try database.execute("UPDATE owner SET job = \(job.value)")
            let statements = try RunStatements(database, isIndexed: try indexOrder(of: job))
            let evidence = try evidenceWriter()
            try evidence.add(.started(baseURL: try baseURL(of: job), credentials: lanes.fingerprints), to: job.value, at: now)
            let run = RunInProgress(
                job: job.value, credentials: credentials, fingerprints: lanes.fingerprints, evidence: evidence,
                lanes: try freshScopes(of: job, lanes, statements),
                manifests: try JobReading.manifests(of: job, in: database), statements: statements)
            let start = JobStart(
                tally: try JobReading.tally(of: job, in: database), fresh: try freshCounts(of: run),
                waiting: try waitingItems(of: run), deferred: try deferredItems(of: job),
                recentAnswers: try recentRequests(credentials, since: now - remembering, now: now))
            return (run, start)
        }
        self.run = run
        return start
    }

    package func end(_ job: JobID, _ state: JobState, reason: String?, at now: Timestamp) throws(QueueError) {
        try transaction { () throws(SQLiteError) in
            guard state != .planning else { throw SQLiteError(.constraint, "a job cannot become a plan again") }
            // Whoever asked for a pause at the last moment was told that it will be heeded.
            let wish = try storedWish(for: job)
            let isPaused = reason == JobWish.waitingReason && wish == .pause
            let cause = isPaused ? JobWish.pausedReason : reason
            if state == .finished { try expectAllSettled(job) }
            let update = try database.prepare(
                """
                UPDATE job SET state = ?2, stop_reason = ?3, finished_at = ?4,
                    wish = CASE WHEN ?2 <> 'finished' AND wish = 'cancel' THEN wish END
                WHERE id = ?1 AND state <> 'planning'
                """)
            try update.bind(job.value, at: 1)
            try update.bind(state.rawValue, at: 2)
            try update.bind(cause, at: 3)
            try update.bind(state == .finished ? now.milliseconds : nil, at: 4)
            try update.run()
            try expectOneChange("there is no such job")
            let tally = try JobReading.tally(of: job, in: database)
            try attest(.ended(state, reason: cause, tally), of: job.value, at: now)
            try database.execute("UPDATE owner SET job = NULL")
        }
        run = nil
        foldLog()
    }

    package func name(of item: ItemID) throws(QueueError) -> String? {
        try mapped { () throws(SQLiteError) in
            let select = try database.prepare("SELECT coalesce(live_name, name) FROM item WHERE id = ?")
            try select.bind(item.value, at: 1)
            guard try select.step() else { throw SQLiteError(.corrupt, "item \(item) is gone") }
            let name = select.text(0)
            try select.reset()
            return name
        }
    }

    /// The tally alone is not believed: a damaged one would forget items, or tell of some that they are gone.
    func expectAllSettled(_ job: JobID) throws(SQLiteError) {
        let tally = try JobReading.tally(of: job, in: database)
        guard tally.open == 0 else { throw SQLiteError(.constraint, "a job with open items cannot be finished") }
        let select = try database.prepare(Self.countSettled)
        try select.bind(job.value, at: 1)
        let isTrue = try select.step() && select.integer(0) == 0 && select.integer(1) == Self.done.reduce(0) { $0 + Int64(tally[$1]) }
        guard isTrue else { throw SQLiteError(.corrupt, "the counts of the job are not those of its items") }
        try select.reset()
    }

    /// The states that people are glad of.
    private static let done = ItemState.allCases.filter { $0.isGone || $0 == .disabled || $0 == .enabled }

    /// How many items are open, and how many are done.
    static let countSettled = """
        SELECT coalesce(sum(item.finished_at IS NULL), 0),
            coalesce(sum(\(done.map { "item.state = '\($0.rawValue)'" }.joined(separator: " OR "))), 0)
        FROM job CROSS JOIN item ON item.id BETWEEN job.first_item AND job.last_item WHERE job.id = ?
        """

    /// Everything is durable already; this only folds the log into the one file that people copy as evidence. A reader
    /// may be in the way: it is not waited for, and the log stays.
    func foldLog() {
        try? database.setBusyTimeout(milliseconds: 0)
        try? database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        try? database.setBusyTimeout(milliseconds: QueueFile.busyTimeout)
    }

    // MARK: - Taking a job up

    /// Takes up a job that gave way, so that a wish finds it again; false where somebody paused it, gave it up or went on with it
    /// meanwhile.
    package func takeUpAgain(_ job: JobID) throws(QueueError) -> Bool {
        try transaction { () throws(SQLiteError) in
            let update = try database.prepare(
                "UPDATE job SET stop_reason = NULL WHERE id = ?1 AND state = 'unfinished' AND stop_reason = ?2")
            try update.bind(job.value, at: 1)
            try update.bind(JobWish.waitingReason, at: 2)
            try update.run()
            guard database.changes == 1 else { return false }
            try database.execute("UPDATE owner SET job = \(job.value)")
            return true
        }
    }

    /// A pause is over with this, unless it came after this owner had taken the job up; a cancellation that its owner did not live
    /// to carry out still stands.
    func reopen(_ job: JobID) throws(SQLiteError) {
        let update = try database.prepare(
            """
            UPDATE job SET state = 'unfinished', stop_reason = NULL, finished_at = NULL,
                wish = CASE WHEN wish = 'cancel' OR (SELECT job FROM owner) = ?1 THEN wish END
            WHERE id = ?1 AND state <> 'planning'
            """)
        try update.bind(job.value, at: 1)
        try update.run()
        try expectOneChange("there is no such job")
    }

    func credential(_ fingerprint: String) throws(SQLiteError) -> Int64 {
        let insert = try database.prepare("INSERT INTO credential (fingerprint) VALUES (?) ON CONFLICT DO NOTHING")
        try insert.bind(fingerprint, at: 1)
        try insert.run()
        let select = try database.prepare("SELECT id FROM credential WHERE fingerprint = ?")
        try select.bind(fingerprint, at: 1)
        guard try select.step() else { throw SQLiteError(.corrupt, "a credential's row is missing") }
        return select.integer(0)
    }

    private func baseURL(of job: JobID) throws(SQLiteError) -> String? {
        try database.text("SELECT base_url FROM job WHERE id = \(job.value)")
    }

    private func assign(_ lanes: LaneMap, _ credentials: [Int64], _ job: JobID) throws(SQLiteError) {
        let update = try database.prepare("UPDATE scope SET credential = ? WHERE job = ? AND kind = ? AND scope_id = ?")
        for (scope, lane) in lanes.lanes {
            try update.bind(credentials[lane.index], at: 1)
            try update.bind(job.value, at: 2)
            try update.bind(scope.kind.rawValue, at: 3)
            try update.bind(scope.id.description, at: 4)
            try update.run()
        }
    }

    private func freshScopes(
        of job: JobID, _ lanes: LaneMap, _ statements: RunStatements
    ) throws(SQLiteError) -> [[FreshScope]] {
        var result = Array(repeating: [FreshScope](), count: lanes.fingerprints.count)
        let first = try database.integer("SELECT first_item FROM job WHERE id = \(job.value)")
        let last = try database.integer("SELECT last_item FROM job WHERE id = \(job.value)")
        let select = try database.prepare(
            "SELECT id, kind, scope_id, cursor FROM scope WHERE job = ? AND kind <> 'none' ORDER BY id")
        try select.bind(job.value, at: 1)
        while try select.step() {
            guard let scope = JobReading.scope(kind: select.text(1), id: select.text(2)) else { throw unplanned(select.integer(0)) }
            try expectIdentity(of: select.integer(0), scope, job)
            guard let lane = lanes.lanes[scope] else { continue }
            let cursor = max(select.integer(3), first - 1)
            result[lane.index].append(
                FreshScope(row: select.integer(0), scope: scope, cursor: cursor, end: last + 1, next: cursor + 1))
        }
        // Several scopes are merged by their next items, so that these must be known exactly.
        for lane in result.indices where result[lane].count > 1 {
            for index in result[lane].indices { result[lane][index].next = try statements.nextFresh(in: result[lane][index]) }
        }
        return result
    }

    /// As every item, every account and zone stands twice in the file: in its row and in the index.
    private func expectIdentity(of row: Int64, _ scope: Scope, _ job: JobID) throws(SQLiteError) {
        let select = try database.prepare("SELECT id FROM scope WHERE job = ? AND kind = ? AND scope_id = ?")
        try select.bind(job.value, at: 1)
        try select.bind(scope.kind.rawValue, at: 2)
        try select.bind(scope.id.description, at: 3)
        guard try select.step(), select.integer(0) == row else { throw unplanned(row) }
        try select.reset()
    }

    private func unplanned(_ scope: Int64) -> SQLiteError {
        SQLiteError(.corrupt, "scope \(scope) is not the one that was planned")
    }

    // MARK: - What the runner needs to know

    static let selectWaiting = """
        SELECT id, coalesce(not_before, 0) FROM item WHERE scope = ? AND \(Schema.isStarted) AND state = 'pending'
        """

    private func waitingItems(of run: RunInProgress) throws(SQLiteError) -> [WaitingItem] {
        let select = try database.prepare(Self.selectWaiting)
        var items: [WaitingItem] = []
        for (index, scopes) in run.lanes.enumerated() {
            for scope in scopes {
                try select.bind(scope.row, at: 1)
                while try select.step() {
                    items.append(
                        WaitingItem(
                            item: ItemID(select.integer(0)), lane: LaneID(index),
                            notBefore: Timestamp(milliseconds: select.integer(1))))
                }
            }
        }
        return items.sorted { $0.item < $1.item }
    }

    /// A clock that was set back would let items wait for a moment that is far away now. The last attempt cannot have ended in the
    /// future: by what it is ahead, all wait less.
    private func shortenWaits(at now: Timestamp) throws(SQLiteError) {
        guard let last = try database.text(Self.selectLastMoment).flatMap({ Int64($0) }), last > now.milliseconds else { return }
        let update = try database.prepare(Self.shortenWaits)
        try update.bind(last - now.milliseconds, at: 1)
        try update.bind(now.milliseconds, at: 2)
        try update.run()
    }

    static let selectLastMoment = "SELECT max(started_at, finished_at) FROM attempt ORDER BY id DESC LIMIT 1"

    static let shortenWaits = """
        UPDATE item INDEXED BY item_started SET not_before = max(?2, not_before - ?1)
        WHERE \(Schema.isStarted) AND state = 'pending' AND not_before > ?2
        """

    /// Pending items less those that were tried already.
    static let countFresh = """
        SELECT coalesce((SELECT count FROM tally WHERE scope = ?1 AND state = 'pending'), 0)
            - (SELECT count(*) FROM item WHERE scope = ?1 AND \(Schema.isStarted) AND state = 'pending')
            - (SELECT count(*) FROM item WHERE scope = ?1 AND deferred = 1 AND state = 'pending')
        """

    private func freshCounts(of run: RunInProgress) throws(SQLiteError) -> [LaneID: Int] {
        let select = try database.prepare(Self.countFresh)
        var counts: [LaneID: Int] = [:]
        for (index, scopes) in run.lanes.enumerated() {
            for scope in scopes {
                try select.bind(scope.row, at: 1)
                while try select.step() { counts[LaneID(index), default: 0] += Int(select.integer(0)) }
            }
        }
        return counts
    }

    func deferredItems(of job: JobID) throws(SQLiteError) -> Int {
        let select = try database.prepare(Self.countDeferred)
        try select.bind(job.value, at: 1)
        guard try select.step() else { return 0 }
        let count = Int(select.integer(0))
        try select.reset()
        return count
    }

    static let selectAnswers = "SELECT credential, finished_at, http_status IS NULL, started_at, id FROM attempt ORDER BY id DESC"

    /// No request is on its way for longer.
    static let longestJourney = Milliseconds.seconds(60)

    /// Attempts were written in the order of their answers, so that the recent ones are the last rows. A clock that was
    /// set back makes them look younger than they are, which only makes the budget more careful; for one that was set forward
    /// they are moved. A request without an answer,
    /// such as one that was cut short, may reach the API later than it was given up.
    func recentAttempts(
        _ credentials: [Int64], since start: Timestamp, now: Timestamp
    ) throws(SQLiteError) -> [LaneID: [Timestamp]] {
        guard start < now else { return [:] }
        let lanes = Dictionary(zip(credentials, credentials.indices.map(LaneID.init)), uniquingKeysWith: { first, _ in first })
        let select = try database.prepare(Self.selectAnswers)
        var answers: [LaneID: [Timestamp]] = [:]
        while try select.step() {
            func moment(_ column: Int32) -> Timestamp {
                calendars.moved(Timestamp(milliseconds: select.integer(column)), ofAttempt: select.integer(4), now: now)
            }
            let finished = moment(1)
            guard finished >= start else { break }
            guard let lane = lanes[select.integer(0)] else { continue }
            let mayTravel = select.integer(2) == 1 && moment(3) > now - Self.longestJourney
            answers[lane, default: []].append(mayTravel ? max(finished, now) : finished)
        }
        try select.reset()
        return answers.mapValues { $0.sorted() }
    }

    func expectOneChange(_ otherwise: String) throws(SQLiteError) {
        guard database.changes == 1 else { throw SQLiteError(.constraint, otherwise) }
    }
}
