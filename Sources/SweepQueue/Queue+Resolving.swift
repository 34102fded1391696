import SQLite
package import SweepModel

/// What a lookup at plan time adds to a sealed plan that nobody confirmed yet.
extension Queue {
    /// The accounts and zones in which rows want their client ids looked up; nil stands for "wherever it is found".
    package func unresolvedScopes(of job: JobID) throws(QueueError) -> Set<Scope?> {
        try mapped { () throws(SQLiteError) in
            let select = try database.prepare(
                """
                SELECT DISTINCT scope.kind, scope.scope_id
                FROM unresolved JOIN item ON item.id = unresolved.item JOIN scope ON scope.id = item.scope WHERE scope.job = ?
                """)
            try select.bind(job.value, at: 1)
            var scopes: Set<Scope?> = []
            while try select.step() { scopes.insert(JobReading.scope(kind: select.text(0), id: select.text(1))) }
            return scopes
        }
    }

    /// Finds the tokens of client ids, keeps what is known of every token, judges by it which are protected, and works the
    /// plan's id out anew; all in one transaction.
    ///
    /// - Parameter findings: one for each account and zone that was looked at. Rows that name none are looked for in all.
    package func review(
        _ plan: Plan, by findings: [LookupFinding], protecting protections: ProtectionList, at now: Timestamp
    ) throws(QueueError) -> PlanReview {
        try transaction { () throws(SQLiteError) in
            var review = PlanReview(plan: plan)
            let rows = try scopeRows(of: plan.job)
            var resolver = try ClientIDResolver(plan.job, findings, rows, now, in: database)
            try resolver.resolve(&review, in: database)
            for finding in findings {
                if let scope = resolver.scopes[finding.scope] { try keep(finding, in: scope) }
            }
            if !protections.isEmpty { try judge(plan.job, protections, now, &review) }
            try holdBackEverywhere(plan.job, at: now)
            try reseal(&review)
            return review
        }
    }

    private func scopeRows(of job: JobID) throws(SQLiteError) -> [Scope: Int64] {
        let select = try database.prepare("SELECT id, kind, scope_id FROM scope WHERE job = ? AND kind <> 'none'")
        try select.bind(job.value, at: 1)
        var rows: [Scope: Int64] = [:]
        while try select.step() {
            if let scope = JobReading.scope(kind: select.text(1), id: select.text(2)) { rows[scope] = select.integer(0) }
        }
        return rows
    }

    // MARK: - Facts

    /// The API's answers to a DELETE may still add to it; the manifest's own words are kept.
    private func keep(_ finding: LookupFinding, in scope: Int64) throws(SQLiteError) {
        let update = try database.prepare(
            """
            UPDATE item SET presence = 'listed', live_name = ?3, live_client_id = ?4, duration = ?5, expires_at = ?6, last_seen_at = ?7,
                enabled = ?8, seen_known = ?9, name = coalesce(name, ?3), client_id = coalesce(client_id, ?4)
            WHERE scope = ?1 AND token = ?2
            """)
        for token in finding.tokens ?? [] {
            try update.bind(scope, at: 1)
            try update.bind(blob: token.id.bytes.span, at: 2)
            try update.bind(token.name, at: 3)
            try update.bind(token.clientID, at: 4)
            try update.bind(token.duration, at: 5)
            try update.bind(token.expiresAt?.milliseconds, at: 6)
            try update.bind(token.lastSeenAt?.milliseconds, at: 7)
            try update.bind(token.isEnabled ? 1 : 0, at: 8)
            try update.bind(token.isLastSeenKnown ? 1 : 0, at: 9)
            try update.run()
        }
        if finding.provesAbsence {
            try run("UPDATE item SET presence = 'unlisted' WHERE scope = ?1 AND token IS NOT NULL AND presence IS NULL", on: scope)
        }
        guard let referrers = finding.referrers else { return }
        try run("UPDATE item SET referrers = '' WHERE scope = ?1 AND token IS NOT NULL", on: scope)
        let name = try database.prepare("UPDATE item SET referrers = ?3, in_use = ?4 WHERE scope = ?1 AND token = ?2")
        for (token, found) in referrers {
            try name.bind(scope, at: 1)
            try name.bind(blob: token.bytes.span, at: 2)
            try name.bind(Referrers.written(found.texts), at: 3)
            try name.bind(found.blocksDeletion ? 1 : 0, at: 4)
            try name.run()
        }
    }

    private func run(_ sql: String, on scope: Int64) throws(SQLiteError) {
        let statement = try database.prepare(sql)
        try statement.bind(scope, at: 1)
        try statement.run()
    }

    // MARK: - Judging

    private static let batch = 1000

    private func judge(
        _ job: JobID, _ protections: ProtectionList, _ now: Timestamp, _ review: inout PlanReview
    ) throws(SQLiteError) {
        let holdBack = try database.prepare("UPDATE item SET state = 'skipped', finished_at = ?2, reason = ?3 WHERE id = ?1")
        var last = ItemID(0)
        while true {
            let tokens = try planned(job, .all, after: last, limit: Self.batch)
            guard let end = tokens.last else { return }
            last = end.item
            for token in tokens {
                let reason: String
                switch protections.verdict(on: token) {
                case .free: continue
                case .protected(let protection): reason = "protected by \(protection)"
                case .unknown(let missing):
                    review.unjudged[missing, default: 0] += 1
                    reason = "it cannot be told whether it is protected: no \(missing.rawValue)"
                }
                try holdBack.bind(token.item.value, at: 1)
                try holdBack.bind(now.milliseconds, at: 2)
                try holdBack.bind(reason, at: 3)
                try holdBack.run()
            }
        }
    }

    /// An id is one token, wherever it is named.
    private func holdBackEverywhere(_ job: JobID, at now: Timestamp) throws(SQLiteError) {
        let update = try database.prepare(
            """
            UPDATE item SET state = 'skipped', finished_at = ?2, reason = 'protected in another account or zone'
            WHERE scope IN (SELECT id FROM scope WHERE job = ?1) AND state = 'pending'
                AND token IN (SELECT token FROM item WHERE scope IN (SELECT id FROM scope WHERE job = ?1) AND state = 'skipped')
            """)
        try update.bind(job.value, at: 1)
        try update.bind(now.milliseconds, at: 2)
        try update.run()
    }

    // MARK: - Sealing

    private func reseal(_ review: inout PlanReview) throws(SQLiteError) {
        let job = review.plan.job
        for sql in [
            "DELETE FROM tally WHERE scope IN (SELECT id FROM scope WHERE job = ?1)",
            """
            INSERT INTO tally (scope, state, count) SELECT scope, state, count(*) FROM item
            WHERE scope IN (SELECT id FROM scope WHERE job = ?1) GROUP BY scope, state
            """,
            // A row that was found to be a duplicate may have been the last one.
            "UPDATE job SET last_item = (SELECT coalesce(max(id), 0) FROM item) WHERE id = ?1",
        ] {
            try run(sql, on: job.value)
        }
        review.plan.id = try PlanDigest.id(ofJob: job.value, in: database)
        let seal = try database.prepare("UPDATE job SET plan_id = ?2, duplicates = ?3 WHERE id = ?1")
        try seal.bind(job.value, at: 1)
        try seal.bind(review.plan.id, at: 2)
        try seal.bind(review.plan.duplicates, at: 3)
        try seal.run()
        let tallies = try JobReading.scopeTallies(of: job, in: database)
        review.plan.invalid = tallies.reduce(0) { $0 + $1.tally[.invalid] }
        review.plan.scopes = tallies.compactMap { entry in
            var tally = entry.tally
            tally[.invalid] = 0
            return tally.total > 0 ? entry.scope.map { ScopeTally(scope: $0, tally: tally) } : nil
        }
    }

    // MARK: - Reading a plan

    /// Tokens that a plan would delete, in manifest order, page by page.
    package func tokens(
        of plan: Plan, _ selection: PlanSelection = .all, after item: ItemID = ItemID(0), limit: Int
    ) throws(QueueError) -> [PlannedToken] {
        try mapped { () throws(SQLiteError) in try planned(plan.job, selection, after: item, limit: limit) }
    }

    package func count(of plan: Plan, _ selection: PlanSelection) throws(QueueError) -> Int {
        try mapped { () throws(SQLiteError) in
            let select = try database.prepare(
                """
                SELECT count(*) FROM job CROSS JOIN item ON item.id BETWEEN job.first_item AND job.last_item
                WHERE job.id = ?1 AND item.state = 'pending' AND \(selection.condition)
                """)
            try select.bind(plan.job.value, at: 1)
            if case .seen(let since) = selection { try select.bind(since.milliseconds, at: 4) }
            guard try select.step() else { return 0 }
            let count = Int(select.integer(0))
            try select.reset()
            return count
        }
    }

    private func planned(
        _ job: JobID, _ selection: PlanSelection, after item: ItemID, limit: Int
    ) throws(SQLiteError) -> [PlannedToken] {
        let manifests = try JobReading.manifests(of: job, in: database)
        let select = try database.prepare(
            """
            SELECT item.id, item.token, item.manifest, item.line, scope.kind, scope.scope_id, item.name, item.client_id, item.note,
                item.presence, item.live_name, item.live_client_id, item.duration, item.expires_at, item.last_seen_at,
                item.enabled, item.referrers, item.in_use, item.deferred, item.seen_known
            FROM job CROSS JOIN item ON item.id BETWEEN max(job.first_item, ?2 + 1) AND job.last_item
                JOIN scope ON scope.id = item.scope
            WHERE job.id = ?1 AND item.state = 'pending' AND \(selection.condition) ORDER BY item.id LIMIT ?3
            """)
        try select.bind(job.value, at: 1)
        try select.bind(item.value, at: 2)
        try select.bind(limit, at: 3)
        if case .seen(let since) = selection { try select.bind(since.milliseconds, at: 4) }
        var tokens: [PlannedToken] = []
        while try select.step() {
            guard let id = select.blob(1).flatMap({ TokenID(bytes: $0) }),
                let scope = JobReading.scope(kind: select.text(4), id: select.text(5))
            else { throw SQLiteError(.corrupt, "item \(select.integer(0)) has no token") }
            let position = RowPosition(manifest: manifests[select.integer(2)] ?? "", line: Int(select.integer(3)))
            var token = PlannedToken(
                item: ItemID(select.integer(0)),
                request: DeletionRequest(
                    position: position, scope: scope, tokenID: id, clientID: select.text(7), name: select.text(6), note: select.text(8)),
                state: .pending)
            token.presence = select.text(9).flatMap(TokenPresence.init(rawValue:))
            token.liveName = select.text(10)
            token.liveClientID = select.text(11)
            token.duration = select.text(12)
            token.expiresAt = select.optionalInteger(13).map(Timestamp.init(milliseconds:))
            token.lastSeenAt = select.optionalInteger(14).map(Timestamp.init(milliseconds:))
            token.isEnabled = select.optionalInteger(15).map { $0 == 1 }
            token.referrers = select.text(16).map(Referrers.read)
            token.isInUse = select.integer(17) == 1
            token.isDeferred = select.integer(18) == 1
            token.isLastSeenKnown = select.integer(19) == 1
            tokens.append(token)
        }
        return tokens
    }
}
