import SQLite
package import SweepModel

extension Queue {
    /// Opens a plan. Nothing of it is in the file before `sealPlan`.
    package func startPlan(_ draft: JobDraft) throws(QueueError) -> JobID {
        // To fold the log of a large plan into the file takes as long as hundreds of requests, and the plan is durable without
        // it: the first requests leave before, see `RunInProgress`.
        try mapped { () throws(SQLiteError) in try database.execute("PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 0") }
        try beginTransaction()
        do throws(SQLiteError) {
            try database.execute(Self.checks(areOn: false))
            let plan = try insertJob(draft)
            self.plan = plan
            return JobID(plan.job)
        } catch {
            abandonPlan()
            throw QueueError(error, path: path)
        }
    }

    /// Adds rows of the manifest at `ordinal`, from 0, of the draft's list. A failure throws the whole plan away.
    package func add(_ rows: [ManifestRow], manifest ordinal: Int) throws(QueueError) {
        guard let plan else { throw noPlan() }
        do throws(SQLiteError) {
            try plan.insert(rows, manifest: ordinal, in: database)
        } catch {
            abandonPlan()
            throw QueueError(error, path: path)
        }
    }

    /// Ends the reading: works the plan's id out and commits the job, still to be confirmed. A failure throws the whole
    /// plan away.
    package func sealPlan() throws(QueueError) -> Plan {
        guard let plan else { throw noPlan() }
        do throws(SQLiteError) {
            try database.execute(Self.checks(areOn: true))
            try plan.holdBackEverywhere(in: database)
            try writeTallies(plan)
            var digested = 0
            let id = try PlanDigest.id(ofJob: plan.job, in: database, tokens: &digested)
            let planned = plan.scopes.values.reduce(0) { $0 + $1.pending }
            guard digested == planned else {
                throw SQLiteError(.corrupt, "\(planned) tokens were planned, and the file holds \(digested)")
            }
            try sealJob(plan, id: id)
            try database.execute("COMMIT")
            closePlan()
            return Plan(plan, id: id)
        } catch {
            abandonPlan()
            throw QueueError(error, path: path)
        }
    }

    /// The id that a sealed plan would have if this were done to its tokens.
    package func id(of plan: Plan, if action: JobAction, whenBlocked: WhenBlocked) throws(QueueError) -> String {
        try mapped { () throws(SQLiteError) in
            try PlanDigest.id(ofJob: plan.job.value, in: database, otherDeed: JobDraft.deed(action, whenBlocked))
        }
    }

    /// The first items that a sealed plan would delete, in manifest order.
    package func sample(of plan: Plan, limit: Int) throws(QueueError) -> [DeletionRequest] {
        try mapped { () throws(SQLiteError) in
            let manifests = try JobReading.manifests(of: plan.job, in: database)
            let select = try database.prepare(Self.selectSample)
            try select.bind(plan.job.value, at: 1)
            try select.bind(limit, at: 2)
            var sample: [DeletionRequest] = []
            while try select.step() {
                guard let token = select.blob(0).flatMap({ TokenID(bytes: $0) }),
                    let scope = JobReading.scope(kind: select.text(4), id: select.text(5))
                else { continue }
                let position = RowPosition(manifest: manifests[select.integer(6)] ?? "", line: Int(select.integer(1)))
                sample.append(
                    DeletionRequest(
                        position: position, scope: scope, tokenID: token, clientID: select.text(3), name: select.text(2)))
            }
            return sample
        }
    }

    static let selectSample = """
        SELECT item.token, item.line, item.name, item.client_id, scope.kind, scope.scope_id, item.manifest
        FROM job CROSS JOIN item ON item.id BETWEEN job.first_item AND job.last_item JOIN scope ON scope.id = item.scope
        WHERE job.id = ? AND item.state = 'pending' ORDER BY item.id LIMIT ?
        """

    /// Throws a plan away that is still being read.
    package func abandonPlan() {
        Queue.rollBack(database)
        closePlan()
    }

    /// Throws a sealed plan away: a refused plan leaves no job behind.
    package func discard(_ job: JobID) throws(QueueError) {
        try transaction { () throws(SQLiteError) in
            try Queue.deletePlans(where: "id = \(job.value)", in: database)
        }
    }

    /// Deletes plans that nobody confirmed, with their items.
    static func deletePlans(where condition: String = "1", in database: borrowing Database) throws(SQLiteError) {
        let isPlan = "state = 'planning' AND \(condition)"
        let select = try database.prepare("SELECT first_item, last_item, id FROM job WHERE \(isPlan)")
        // Of no other job, whatever its first and last items are said to be.
        let delete = try database.prepare(
            "DELETE FROM item WHERE id BETWEEN ? AND ? AND scope IN (SELECT id FROM scope WHERE job = ?)")
        while try select.step() {
            try delete.bind(select.integer(0), at: 1)
            try delete.bind(select.integer(1), at: 2)
            try delete.bind(select.integer(2), at: 3)
            try delete.run()
        }
        try database.execute("DELETE FROM job WHERE \(isPlan)")
    }

    /// Makes the index of the items' order where a job needs it: one that has several accounts or zones.
    ///
    /// - Returns: whether it does.
    @discardableResult func indexOrder(of job: JobID) throws(SQLiteError) -> Bool {
        let scopes = try database.integer("SELECT count(*) FROM scope WHERE job = \(job.value) AND kind <> 'none'")
        guard scopes > 1 else { return false }
        try database.execute(Schema.order)
        return true
    }

    /// Makes a sealed plan a job that may run.
    package func confirm(_ job: JobID, by consent: Consent, at now: Timestamp) throws(QueueError) {
        try transaction { () throws(SQLiteError) in
            let update = try database.prepare("UPDATE job SET state = 'unfinished' WHERE id = ? AND state = 'planning'")
            try update.bind(job.value, at: 1)
            try update.run()
            try expectOneChange("the plan is no longer there")
            try setFirstRequest(job.value)
            try attestPlan(job.value)
            try attestConsent(consent, to: job, reason: nil, at: now)
        }
    }

    /// What was planned, as it stands when it is confirmed: a lookup may have changed it since it was sealed.
    private func attestPlan(_ job: Int64) throws(SQLiteError) {
        let select = try database.prepare("SELECT name, deed, plan_id, duplicates, base_url, reason, created_at FROM job WHERE id = ?")
        try select.bind(job, at: 1)
        guard try select.step() else { throw SQLiteError(.constraint, "there is no such job") }
        let event = JobEvent.planned(
            name: select.text(0) ?? "", deed: select.text(1) ?? "", planID: select.text(2),
            tally: try JobReading.scopeTallies(of: JobID(job), in: database).reduce(Tally()) { $0 + $1.tally },
            duplicates: Int(select.integer(3)),
            manifests: try JobReading.manifests(of: JobID(job), in: database).sorted { $0.key < $1.key }.map(\.value),
            baseURL: select.text(4), reason: select.text(5), held: try EvidenceDigest.held(job, in: database))
        let moment = Timestamp(milliseconds: select.integer(6))
        try select.reset()
        try attest(event, of: job, at: moment)
    }

    /// Notes that a job that had been confirmed was confirmed once more, by a call that goes on with it.
    package func confirmAgain(_ job: JobID, by consent: Consent, reason: String?, at now: Timestamp) throws(QueueError) {
        try transaction { () throws(SQLiteError) in try attestConsent(consent, to: job, reason: reason, at: now) }
    }

    /// Notes how somebody said yes.
    func attestConsent(_ consent: Consent, to job: JobID, reason: String?, at now: Timestamp) throws(SQLiteError) {
        let select = try database.prepare("SELECT plan_id, reason FROM job WHERE id = ?")
        try select.bind(job.value, at: 1)
        guard try select.step() else { throw SQLiteError(.constraint, "there is no such job") }
        let event = JobEvent.confirmed(consent, planID: select.text(0), reason: reason ?? select.text(1))
        try select.reset()
        try attest(event, of: job.value, at: now)
    }

    /// Notes which API a job's requests go to from now on, so that its reports name the right one.
    package func setBaseURL(_ url: String, of job: JobID) throws(QueueError) {
        try transaction { () throws(SQLiteError) in
            let update = try database.prepare("UPDATE job SET base_url = ? WHERE id = ?")
            try update.bind(url, at: 1)
            try update.bind(job.value, at: 2)
            try update.run()
            try expectOneChange("there is no such job")
        }
    }

    // MARK: - Opening and closing

    private func insertJob(_ draft: JobDraft) throws(SQLiteError) -> PlanInProgress {
        let insert = try database.prepare(
            """
            INSERT INTO job (name, state, settings, base_url, created_at, reason, action, deed, first_item)
            VALUES (?, 'planning', ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(id), 0) + 1 FROM item))
            """)
        try insert.bind(draft.name, at: 1)
        try insert.bind(draft.settings, at: 2)
        try insert.bind(draft.baseURL, at: 3)
        try insert.bind(draft.createdAt.milliseconds, at: 4)
        try insert.bind(draft.reason, at: 5)
        try insert.bind(draft.action.rawValue, at: 6)
        try insert.bind(draft.deed, at: 7)
        try insert.run()
        let job = database.lastInsertedRow
        let insertManifest = try database.prepare("INSERT INTO manifest (job, ordinal, name) VALUES (?, ?, ?)")
        var manifests: [Int64] = []
        for (ordinal, name) in draft.manifests.enumerated() {
            try insertManifest.bind(job, at: 1)
            try insertManifest.bind(ordinal, at: 2)
            try insertManifest.bind(name, at: 3)
            try insertManifest.run()
            manifests.append(database.lastInsertedRow)
        }
        return try PlanInProgress(job: job, draft: draft, manifests: manifests, in: database)
    }

    private func closePlan() {
        plan = nil
        // A plan wants memory for its index of tokens, a run hardly any. A cache of the wrong size is only slower or larger. The
        // checks of a sealed plan are on already; after one that failed nothing is written that matters.
        try? database.execute("PRAGMA cache_size = -16384; \(Self.checks(areOn: true))")
    }

    /// The database's checks of every row take a tenth of the time that a plan takes. The few statements that write a plan name
    /// its items' states themselves, and bind no token that is not of 16 bytes; what they wrote is checked in every test.
    private static func checks(areOn: Bool) -> String { "PRAGMA ignore_check_constraints = \(areOn ? "OFF" : "ON")" }

    // MARK: - Sealing

    private func writeTallies(_ plan: PlanInProgress) throws(SQLiteError) {
        let insert = try database.prepare("INSERT INTO tally (scope, state, count) VALUES (?, ?, ?)")
        for count in plan.scopes.values {
            for (state, items) in count.items where items > 0 {
                try insert.bind(count.row, at: 1)
                try insert.bind(state.rawValue, at: 2)
                try insert.bind(items, at: 3)
                try insert.run()
            }
        }
    }

    private func sealJob(_ plan: PlanInProgress, id: String) throws(SQLiteError) {
        let seal = try database.prepare(
            """
            UPDATE job SET plan_id = ?, duplicates = ?, last_item = (SELECT coalesce(max(id), 0) FROM item) WHERE id = ?
            """)
        try seal.bind(id, at: 1)
        try seal.bind(plan.duplicates, at: 2)
        try seal.bind(plan.job, at: 3)
        try seal.run()
    }

    /// Whoever changes a token has to say its name, so that it is read first.
    private func setFirstRequest(_ job: Int64) throws(SQLiteError) {
        let update = try database.prepare(
            """
            UPDATE item SET request = 'read'
            WHERE (SELECT action FROM job WHERE id = ?1) <> 'delete'
                AND id BETWEEN (SELECT first_item FROM job WHERE id = ?1) AND (SELECT last_item FROM job WHERE id = ?1)
            """)
        try update.bind(job, at: 1)
        try update.run()
    }

    private func noPlan() -> QueueError { QueueError(.other, path: path, detail: "no plan is being read") }
}

extension Plan {
    /// A plan that has been read to its end.
    fileprivate init(_ plan: PlanInProgress, id: String) {
        let scopes = plan.scopes.compactMap { scope, count in
            scope.map { ScopeTally(scope: $0, tally: Tally(count.items.filter { $0.key != .invalid && $0.value > 0 })) }
        }
        self.init(
            job: JobID(plan.job), id: id,
            scopes: scopes.filter { $0.tally.total > 0 }.sorted { $0.scope < $1.scope },
            invalid: plan.scopes.values.reduce(0) { $0 + $1.invalid }, duplicates: plan.duplicates)
    }
}
