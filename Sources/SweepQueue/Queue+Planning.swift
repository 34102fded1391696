import SQLite
package import SweepModel

/// What a new job starts from.
package struct JobDraft: Sendable {
    package var name: String
    /// The job's settings, as its maker writes them; the queue only keeps them.
    package var settings: String
    package var baseURL: String
    /// The manifests' names in the order given.
    package var manifests: [String]
    package var createdAt: Timestamp

    package init(name: String, settings: String, baseURL: String, manifests: [String], createdAt: Timestamp) {
        self.name = name
        self.settings = settings
        self.baseURL = baseURL
        self.manifests = manifests
        self.createdAt = createdAt
    }
}

/// What a job would do, before it does it.
package struct Plan: Sendable, Hashable {
    package var job: JobID
    /// The digest of the sorted identities and the action, 20 hexadecimal digits: equal for equal sets of tokens.
    package var id: String
    /// Items by scope, ordered by scope; unusable rows are not among them.
    package var scopes: [ScopeTally]
    package var invalid: Int
    package var duplicates: Int

    /// How many tokens the plan would delete.
    package var deletions: Int { scopes.reduce(0) { $0 + $1.tally[.pending] } }
}

/// A plan whose manifests are still being read: one open transaction, which a crash undoes.
final class PlanInProgress {
    let job: Int64
    let now: Timestamp
    let manifests: [Int64]
    let insertUsable: Statement
    let insertUnusable: Statement
    var duplicates = 0
    /// The key nil stands for unusable rows that name no scope.
    var scopes: [Scope?: (row: Int64, pending: Int, invalid: Int)] = [:]

    init(job: Int64, now: Timestamp, manifests: [Int64], in database: borrowing Database) throws(SQLiteError) {
        self.job = job
        self.now = now
        self.manifests = manifests
        // A token that stands twice in one scope is one item: the unique index decides.
        insertUsable = try database.prepare(
            """
            INSERT INTO item (scope, manifest, line, token, state, name, client_id, note)
            VALUES (?1, ?2, ?3, ?4, 'pending', ?5, ?6, ?7) ON CONFLICT DO NOTHING
            """)
        insertUnusable = try database.prepare(
            """
            INSERT INTO item (scope, manifest, line, state, finished_at, reason, token_text, name, client_id, note)
            VALUES (?1, ?2, ?3, 'invalid', ?4, ?5, ?6, ?7, ?8, ?9)
            """)
    }
}

extension Queue {
    /// Opens a plan. Nothing of it is in the file before `sealPlan`.
    package func startPlan(_ draft: JobDraft) throws(QueueError) -> JobID {
        try mapped { () throws(SQLiteError) in
            try database.execute("PRAGMA cache_size = -65536; BEGIN IMMEDIATE")
            do throws(SQLiteError) {
                plan = try insertJob(draft)
            } catch {
                Queue.rollBack(database)
                throw error
            }
        }
        return JobID(plan?.job ?? 0)
    }

    /// Adds rows of the manifest at `ordinal`, from 0, of the draft's list.
    package func add(_ rows: [ManifestRow], manifest ordinal: Int) throws(QueueError) {
        guard let plan else { throw noPlan() }
        do throws(SQLiteError) {
            for row in rows {
                switch row {
                case .request(let request): try insert(request, plan, plan.manifests[ordinal])
                case .invalid(let row): try insert(row, plan, plan.manifests[ordinal])
                }
            }
        } catch {
            abandonPlan()
            throw QueueError(error, path: path)
        }
    }

    /// Ends the reading: works the plan's id out and commits the job, still to be confirmed.
    package func sealPlan() throws(QueueError) -> Plan {
        guard let plan else { throw noPlan() }
        do throws(SQLiteError) {
            try writeTallies(plan)
            let id = try planID(plan.job)
            try sealJob(plan, id: id)
            try database.execute("COMMIT; PRAGMA cache_size = -16384")
            self.plan = nil
            let scopes = plan.scopes.compactMap { scope, count in
                scope.map { ScopeTally(scope: $0, tally: Tally([.pending: count.pending])) }
            }
            return Plan(
                job: JobID(plan.job), id: id, scopes: scopes.filter { $0.tally.total > 0 }.sorted { $0.scope < $1.scope },
                invalid: plan.scopes.values.reduce(0) { $0 + $1.invalid }, duplicates: plan.duplicates)
        } catch {
            abandonPlan()
            throw QueueError(error, path: path)
        }
    }

    /// The first items that a sealed plan would delete, in manifest order.
    package func sample(of plan: Plan, limit: Int) throws(QueueError) -> [DeletionRequest] {
        try mapped { () throws(SQLiteError) in
            let manifests = try JobReading.manifests(of: plan.job, in: database)
            let select = try database.prepare(
                """
                SELECT item.token, item.line, item.name, item.client_id, scope.kind, scope.scope_id, item.manifest
                FROM job JOIN item ON item.id BETWEEN job.first_item AND job.last_item JOIN scope ON scope.id = item.scope
                WHERE job.id = ? AND item.token IS NOT NULL ORDER BY item.id LIMIT ?
                """)
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

    /// Throws a plan away that is still being read.
    package func abandonPlan() {
        plan = nil
        Queue.rollBack(database)
    }

    /// Throws a sealed plan away: a refused plan leaves no job behind.
    package func discard(_ job: JobID) throws(QueueError) {
        try transaction { () throws(SQLiteError) in
            let delete = try database.prepare("DELETE FROM job WHERE id = ? AND state = 'planning'")
            try delete.bind(job.value, at: 1)
            try delete.run()
        }
    }

    /// Makes a sealed plan a job that may run.
    package func confirm(_ job: JobID) throws(QueueError) {
        try transaction { () throws(SQLiteError) in
            let update = try database.prepare("UPDATE job SET state = 'unfinished' WHERE id = ? AND state = 'planning'")
            try update.bind(job.value, at: 1)
            try update.run()
            try expectOneChange("the plan is no longer there")
        }
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

    // MARK: - Rows

    private func insertJob(_ draft: JobDraft) throws(SQLiteError) -> PlanInProgress {
        let insert = try database.prepare(
            """
            INSERT INTO job (name, state, settings, base_url, created_at, first_item)
            VALUES (?, 'planning', ?, ?, ?, (SELECT coalesce(max(id), 0) + 1 FROM item))
            """)
        try insert.bind(draft.name, at: 1)
        try insert.bind(draft.settings, at: 2)
        try insert.bind(draft.baseURL, at: 3)
        try insert.bind(draft.createdAt.milliseconds, at: 4)
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
        return try PlanInProgress(job: job, now: draft.createdAt, manifests: manifests, in: database)
    }

    private func insert(_ request: DeletionRequest, _ plan: PlanInProgress, _ manifest: Int64) throws(SQLiteError) {
        let scope = try row(of: request.scope, plan)
        try plan.insertUsable.bind(scope, at: 1)
        try plan.insertUsable.bind(manifest, at: 2)
        try plan.insertUsable.bind(request.position.line, at: 3)
        try plan.insertUsable.bind(blob: request.tokenID.bytes, at: 4)
        try plan.insertUsable.bind(request.name, at: 5)
        try plan.insertUsable.bind(request.clientID, at: 6)
        try plan.insertUsable.bind(request.note, at: 7)
        try plan.insertUsable.run()
        if database.changes == 1 {
            plan.scopes[request.scope]?.pending += 1
        } else {
            plan.duplicates += 1
        }
    }

    private func insert(_ row: InvalidRow, _ plan: PlanInProgress, _ manifest: Int64) throws(SQLiteError) {
        let scope = try self.row(of: row.scope, plan)
        try plan.insertUnusable.bind(scope, at: 1)
        try plan.insertUnusable.bind(manifest, at: 2)
        try plan.insertUnusable.bind(row.position.line, at: 3)
        try plan.insertUnusable.bind(plan.now.milliseconds, at: 4)
        try plan.insertUnusable.bind(row.explanation, at: 5)
        try plan.insertUnusable.bind(row.tokenText, at: 6)
        try plan.insertUnusable.bind(row.name, at: 7)
        try plan.insertUnusable.bind(row.clientID, at: 8)
        try plan.insertUnusable.bind(row.note, at: 9)
        try plan.insertUnusable.run()
        plan.scopes[row.scope]?.invalid += 1
    }

    private func row(of scope: Scope?, _ plan: PlanInProgress) throws(SQLiteError) -> Int64 {
        if let known = plan.scopes[scope] { return known.row }
        let insert = try database.prepare("INSERT INTO scope (job, kind, scope_id) VALUES (?, ?, ?)")
        try insert.bind(plan.job, at: 1)
        try insert.bind(scope?.kind.rawValue ?? "none", at: 2)
        try insert.bind(scope?.id.description ?? "", at: 3)
        try insert.run()
        let row = database.lastInsertedRow
        plan.scopes[scope] = (row, 0, 0)
        return row
    }

    // MARK: - Sealing

    private func writeTallies(_ plan: PlanInProgress) throws(SQLiteError) {
        let insert = try database.prepare("INSERT INTO tally (scope, state, count) VALUES (?, ?, ?)")
        for count in plan.scopes.values {
            for (state, items) in [(ItemState.pending, count.pending), (.invalid, count.invalid)] where items > 0 {
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

    /// Digests the action and every (scope, token) in ascending order, each scope's name before its tokens.
    private func planID(_ job: Int64) throws(SQLiteError) -> String {
        guard var digest = SHA256(), digest.update(Array("tokensweep plan 1\ndelete\n".utf8)) else { throw noDigest }
        let scopes = try database.prepare(
            "SELECT id, kind, scope_id FROM scope WHERE job = ? AND kind <> 'none' ORDER BY kind, scope_id")
        let tokens = try database.prepare(
            "SELECT token FROM item WHERE scope = ? AND token IS NOT NULL ORDER BY token")
        try scopes.bind(job, at: 1)
        while try scopes.step() {
            var heading = Array("\n\(scopes.text(1) ?? "") \(scopes.text(2) ?? "")\n".utf8)
            try tokens.bind(scopes.integer(0), at: 1)
            while try tokens.step() {
                // A scope that no usable row names has no part in the plan.
                guard digest.update(heading), digest.update(tokens.blob(0) ?? []) else { throw noDigest }
                heading = []
            }
        }
        guard let bytes = digest.finish() else { throw noDigest }
        let digits = Array("0123456789abcdef")
        return String(bytes.prefix(10).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    private var noDigest: SQLiteError { SQLiteError(extendedCode: 1, message: "libcrypto cannot compute SHA-256") }

    private func noPlan() -> QueueError { QueueError(.other, path: path, detail: "no plan is being read") }

    func expectOneChange(_ otherwise: String) throws(SQLiteError) {
        guard database.changes == 1 else { throw SQLiteError(extendedCode: 19, message: otherwise) }
    }
}
