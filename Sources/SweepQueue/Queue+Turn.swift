import CrashPoints
import SQLite
package import SweepModel

extension Queue {
    package func commit(_ turn: Turn) throws(QueueError) -> [Claim] {
        guard let run else { throw QueueError(.other, path: path, detail: "no job is being run") }
        if !run.foldsLog, !turn.records.isEmpty { try foldLogFromNowOn(run) }
        // What a failed transaction must not have changed is worked on as a copy.
        var lanes = run.lanes
        let claimed = try transaction { () throws(SQLiteError) in
            var changes = TallyChanges()
            try write(turn.records, run, &changes)
            var claimed: [ClaimedItem] = []
            for order in turn.claims {
                switch order {
                case .fresh(let lane, let limit): claimed += try claimFresh(lane, limit, &lanes[lane.index], run, turn.now)
                case .waiting(let items):
                    for item in items { claimed += try claimWaiting(item, run, turn.now) }
                }
            }
            for item in claimed { changes.add(item.scopeRow, from: .pending, to: .inFlight) }
            try write(changes, run)
            crashPoint("before-outcome-commit", when: !turn.records.isEmpty)
            return claimed
        }
        crashPoint("after-outcome-commit", when: !turn.records.isEmpty)
        crashPoint("after-intent-commit", when: !claimed.isEmpty)
        run.lanes = lanes
        for record in turn.records { run.claims[record.item] = nil }
        for item in claimed { run.claims[item.claim.call.item] = (item.scopeRow, item.claim) }
        return claimed.map(\.claim)
    }

    private func foldLogFromNowOn(_ run: RunInProgress) throws(QueueError) {
        try mapped { () throws(SQLiteError) in
            try database.execute("PRAGMA wal_autocheckpoint = \(QueueFile.pagesBetweenFoldings)")
        }
        run.foldsLog = true
    }

    // MARK: - Recording

    private func write(_ records: [Record], _ run: RunInProgress, _ changes: inout TallyChanges) throws(SQLiteError) {
        guard !records.isEmpty else { return }
        var chain = try run.evidence.chain(of: run.job)
        for record in records { try write(record, run, &changes, &chain) }
        try run.evidence.keep(chain, of: run.job)
    }

    private func write(
        _ record: Record, _ run: RunInProgress, _ changes: inout TallyChanges, _ chain: inout EvidenceChain
    ) throws(SQLiteError) {
        guard let claim = run.claims[record.item] else { throw notInFlight(record.item) }
        let lane = claim.claim.call.lane.index
        try AttemptEvidence(record, claim.claim, credential: run.fingerprints[lane]).add(to: &chain, run.evidence.hasher)
        try write(record.attempt, of: record.item, run.credentials[lane], seal: chain.seal, run.statements.attempt)
        switch record.next {
        case .final(let state, let reason):
            guard ItemState.inFlight.canBecome(state), state.isFinal else {
                throw SQLiteError(.constraint, "in_flight cannot become \(state.rawValue)")
            }
            try finish(record, state, reason, run.statements.record)
            changes.add(claim.scope, from: .inFlight, to: state)
        case .pending(let notBefore):
            try postpone(record, notBefore, run.statements.postpone)
            changes.add(claim.scope, from: .inFlight, to: .pending)
        }
        guard database.changes == 1 else { throw notInFlight(record.item) }
        if case .final(.enabled, _) = record.next { try markUndone(record.item, run.statements.markUndone) }
    }

    /// The job that disabled the token is told, so that the undo is not done a second time.
    private func markUndone(_ item: ItemID, _ statement: borrowing Statement) throws(SQLiteError) {
        try statement.bind(item.value, at: 1)
        try statement.run()
    }

    private func finish(_ record: Record, _ state: ItemState, _ reason: String?, _ statement: borrowing Statement) throws(SQLiteError) {
        try statement.bind(record.item.value, at: 1)
        try statement.bind(state.rawValue, at: 2)
        try statement.bind(record.attempt.finishedAt.milliseconds, at: 3)
        try statement.bind(reason, at: 4)
        try statement.bind(record.history.triesSpent, at: 5)
        try statement.bind(record.history.fateUnknown ? 1 : 0, at: 6)
        try statement.bind(record.token?.name, at: 7)
        try statement.bind(record.token?.clientID, at: 8)
        try statement.bind(record.token?.duration, at: 9)
        try statement.bind(record.token?.expiresAt?.milliseconds, at: 10)
        try statement.bind(record.attempt.number, at: 11)
        try statement.bind(record.history.request.stored, at: 12)
        try statement.bind(record.history.change?.rawValue, at: 13)
        try statement.run()
    }

    private func postpone(_ record: Record, _ notBefore: Timestamp, _ statement: borrowing Statement) throws(SQLiteError) {
        try statement.bind(record.item.value, at: 1)
        try statement.bind(notBefore.milliseconds, at: 2)
        try statement.bind(record.history.triesSpent, at: 3)
        try statement.bind(record.history.fateUnknown ? 1 : 0, at: 4)
        try statement.bind(record.attempt.number, at: 5)
        try statement.bind(record.history.request.stored, at: 6)
        try statement.bind(record.history.change?.rawValue, at: 7)
        try statement.run()
    }

    private func write(
        _ attempt: Attempt, of item: ItemID, _ credential: Int64, seal: Int64, _ statement: borrowing Statement
    ) throws(SQLiteError) {
        try statement.bind(item.value, at: 1)
        try statement.bind(attempt.number, at: 2)
        try statement.bind(credential, at: 3)
        try statement.bind(attempt.startedAt.milliseconds, at: 4)
        try statement.bind(attempt.finishedAt.milliseconds, at: 5)
        try statement.bind(attempt.details.httpStatus, at: 6)
        try statement.bind(attempt.details.errorCode, at: 7)
        try statement.bind(attempt.details.errorMessage, at: 8)
        try statement.bind(attempt.details.documentationURL, at: 9)
        try statement.bind(attempt.details.sourcePointer, at: 10)
        try statement.bind(attempt.details.errorChain, at: 11)
        try statement.bind(attempt.details.rayID, at: 12)
        try statement.bind(attempt.details.transportError, at: 13)
        try statement.bind(seal, at: 14)
        try statement.bind(attempt.request.stored, at: 15)
        try statement.run()
    }

    private func notInFlight(_ item: ItemID) -> SQLiteError {
        SQLiteError(.constraint, "item \(item) is not in flight")
    }

    // MARK: - Claiming

    /// Takes a lane's items in manifest order, although each of its scopes has an order of its own: always from the scope
    /// whose next item comes first, as far as the next item of any other.
    private func claimFresh(
        _ lane: LaneID, _ limit: Int, _ scopes: inout [FreshScope], _ run: RunInProgress, _ now: Timestamp
    ) throws(SQLiteError) -> [ClaimedItem] {
        var claimed: [ClaimedItem] = []
        while claimed.count < limit {
            guard let (first, bound) = FreshScope.next(of: scopes) else { break }
            let wanted = limit - claimed.count
            let items = try claim(from: scopes[first], below: bound, wanted, lane, run, now)
            if let last = items.last {
                scopes[first].cursor = last.claim.call.item.value
                try move(scopes[first], run)
            }
            if scopes.count > 1 {
                scopes[first].next = try run.statements.nextFresh(in: scopes[first])
            } else if items.count < wanted {
                scopes[first].next = nil
            }
            claimed += items
        }
        return claimed
    }

    private func claim(
        from scope: FreshScope, below bound: Int64, _ limit: Int, _ lane: LaneID, _ run: RunInProgress, _ now: Timestamp
    ) throws(SQLiteError) -> [ClaimedItem] {
        let statements = run.statements
        try bind(scope, bound, to: statements.selectFresh)
        try statements.selectFresh.bind(limit, at: 4)
        var claimed: [ClaimedItem] = []
        while try statements.selectFresh.step() {
            claimed.append(ClaimedItem(claim: try claim(statements.selectFresh, scope.scope, lane, run), scopeRow: scope.row))
        }
        guard let last = claimed.last?.claim.call.item else { return [] }
        try bind(scope, last.value + 1, to: statements.claimFresh)
        try statements.claimFresh.bind(now.milliseconds, at: 4)
        try statements.claimFresh.run()
        guard database.changes == claimed.count else {
            throw SQLiteError(.constraint, "\(claimed.count) items were selected and \(database.changes) claimed")
        }
        return claimed
    }

    /// Says which items of a scope are meant: those behind its cursor and before `bound`.
    private func bind(_ scope: FreshScope, _ bound: Int64, to statement: borrowing Statement) throws(SQLiteError) {
        try statement.bind(scope.row, at: 1)
        try statement.bind(scope.cursor, at: 2)
        try statement.bind(bound, at: 3)
    }

    /// One item or, when it is not pending any more, none.
    private func claimWaiting(_ item: ItemID, _ run: RunInProgress, _ now: Timestamp) throws(SQLiteError) -> [ClaimedItem] {
        let statement = run.statements
        try statement.claimWaiting.bind(item.value, at: 1)
        try statement.claimWaiting.bind(now.milliseconds, at: 2)
        var claimed: [ClaimedItem] = []
        while try statement.claimWaiting.step() {
            let row = statement.claimWaiting.integer(7)
            guard let (scope, lane) = run.scopes[row] else {
                throw SQLiteError(.constraint, "item \(item) belongs to no lane of this run")
            }
            claimed.append(ClaimedItem(claim: try claim(statement.claimWaiting, scope, lane, run), scopeRow: row))
        }
        return claimed
    }

    private func claim(
        _ row: borrowing Statement, _ scope: Scope, _ lane: LaneID, _ run: RunInProgress
    ) throws(SQLiteError) -> Claim {
        guard let token = row.blob(1).flatMap({ TokenID(bytes: $0) }) else {
            throw SQLiteError(.corrupt, "item \(row.integer(0)) has no token id")
        }
        try run.statements.expectIdentity(of: row.integer(0), scope: row.integer(7), token: token)
        let call = DeletionCall(item: ItemID(row.integer(0)), scope: scope, tokenID: token, lane: lane)
        guard let request = RequestKind(stored: row.text(8)) else {
            throw SQLiteError(.corrupt, "item \(row.integer(0)) asks for an unknown request")
        }
        let history = ItemHistory(
            triesSpent: Int(row.integer(3)), fateUnknown: row.integer(4) == 1, request: request,
            change: row.text(9).flatMap(TokenChange.init(rawValue:)))
        let position = RowPosition(manifest: run.manifests[row.integer(5)] ?? "", line: Int(row.integer(6)))
        return Claim(
            call: call, position: position, attempt: Int(row.integer(2)), history: history,
            referrers: row.text(10).map(Referrers.read) ?? [])
    }

    private func move(_ scope: FreshScope, _ run: RunInProgress) throws(SQLiteError) {
        try run.statements.cursor.bind(scope.row, at: 1)
        try run.statements.cursor.bind(scope.cursor, at: 2)
        try run.statements.cursor.run()
    }

    // MARK: - Counting

    private func write(_ changes: TallyChanges, _ run: RunInProgress) throws(SQLiteError) {
        for (scope, counts) in changes.scopes {
            for state in ItemState.allCases where counts[state] != 0 {
                try run.statements.tally.add(counts[state], to: state, of: scope)
            }
        }
    }
}

extension AttemptEvidence {
    fileprivate init(_ record: Record, _ claim: Claim, credential: String) {
        self.init(
            token: claim.call.tokenID.description, scopeKind: claim.call.scope.kind.rawValue,
            scopeID: claim.call.scope.id.description, manifest: claim.position.manifest, line: claim.position.line,
            credential: credential, attempt: record.attempt)
        if case .final(let state, let reason) = record.next { outcome = (state.rawValue, reason) }
    }
}

/// A claim with the row of its scope.
private struct ClaimedItem {
    var claim: Claim
    var scopeRow: Int64
}

/// How a turn changes the tallies, summed up so that each row is written once.
struct TallyChanges {
    private(set) var scopes: [Int64: Tally] = [:]

    mutating func add(_ scope: Int64, from: ItemState, to: ItemState) {
        scopes[scope, default: Tally()][from] -= 1
        scopes[scope, default: Tally()][to] += 1
    }
}
