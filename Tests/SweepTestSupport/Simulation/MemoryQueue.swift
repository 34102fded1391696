package import SweepModel
import Synchronization

/// A queue in memory that holds the runner to the rules: what is not pending cannot be claimed, what is not in flight cannot
/// be recorded, and no step is taken that `ItemState` does not list. A commit that fails changed nothing.
package final class MemoryQueue: DeletionQueue {
    /// An item as the file would hold it.
    package struct Item: Sendable {
        package var id: ItemID
        package var scope: Scope
        package var tokenID: TokenID
        package var state: ItemState
        package var attempts = 0
        package var history = ItemHistory()
        package var notBefore = Timestamp.distantPast
        package var reason: String?
        /// How often it was given an outcome.
        package var outcomes = 0
        /// Waits for a second yes.
        package var isDeferred = false
        package var name: String?
    }

    /// When a commit fails.
    package enum Failure: Sendable {
        /// Nothing was written.
        case before
        /// Everything was written, but the caller dies before it learns of it.
        case after
    }

    private struct Answered {
        var fingerprint: String
        var sentAt: Timestamp
        var at: Timestamp
        /// The request may still have been on its way.
        var isLost: Bool
        /// The calendar of whoever wrote it down.
        var calendar: BootReading?

        /// With its times as another calendar has them; those of one that was set back stay as they are.
        func moved(to other: BootReading?, now: Timestamp) -> Answered {
            guard let calendar, let other, calendar.boot == other.boot, calendar.startedAt < other.startedAt else { return self }
            var moved = self
            moved.sentAt = sentAt + (other.startedAt - calendar.startedAt)
            moved.at = min(max(at, now), at + (other.startedAt - calendar.startedAt))
            return moved
        }
    }

    private struct State {
        var epoch = 0
        var items: [Item]
        var tally = Tally()
        var answers: [Answered] = []
        var lanes = LaneMap(fingerprints: [], lanes: [:])
        /// Items never tried, by lane, and how many of them were claimed.
        var fresh: [LaneID: (items: [Int], claimed: Int)] = [:]
        var commits = 0
        var end: JobState?
        var reason: String?
        var failure: @Sendable (Int) -> Failure?
    }

    /// What outlives its owners.
    private final class Store: Sendable {
        private let state: Mutex<State>

        init(_ state: State) { self.state = Mutex(state) }

        func withLock<Result>(_ body: (inout State) throws -> Result) rethrows -> Result { try state.withLock { try body(&$0) } }
    }

    private let time: VirtualTime
    private let latency: Milliseconds
    private let state: Store
    /// A higher one in the store: somebody has taken it over.
    private let epoch: Int
    private let calendar: BootReading?

    /// - Parameters:
    ///   - latency: how long a commit takes.
    ///   - failure: asked with the number of each commit, from 1.
    package init(
        _ requests: [(scope: Scope, tokenID: TokenID)], action: JobAction = .delete, time: VirtualTime,
        latency: Milliseconds = Milliseconds(0), at reading: BootReading? = nil,
        failure: @escaping @Sendable (Int) -> Failure? = { _ in nil }
    ) {
        self.time = time
        self.latency = latency
        let items = requests.enumerated().map {
            Item(
                id: ItemID(Int64($0 + 1)), scope: $1.scope, tokenID: $1.tokenID, state: .pending,
                history: ItemHistory(request: action.firstRequest))
        }
        state = Store(State(items: items, tally: Tally([.pending: items.count]), failure: failure))
        epoch = 0
        calendar = reading
    }

    private init(takingOver other: MemoryQueue, at reading: BootReading?) {
        calendar = reading
        time = other.time
        latency = other.latency
        state = other.state
        epoch = state.withLock { state in
            state.epoch += 1
            return state.epoch
        }
    }

    /// The same items for their next owner; this one is refused from now on.
    package func takenOver(at reading: BootReading? = nil) -> MemoryQueue { MemoryQueue(takingOver: self, at: reading) }

    package var items: [Item] { state.withLock { $0.items } }
    package var tally: Tally { state.withLock { $0.tally } }
    package var end: JobState? { state.withLock { $0.end } }
    package var endReason: String? { state.withLock { $0.reason } }
    package var commits: Int { state.withLock { $0.commits } }
    package subscript(item: ItemID) -> Item { state.withLock { $0.items[Int(item.value) - 1] } }

    package func failCommits(_ failure: @escaping @Sendable (Int) -> Failure?) { state.withLock { $0.failure = failure } }

    /// Gives an item an outcome from outside, as a guard or an earlier run would.
    package func settle(_ item: ItemID, as outcome: ItemState) {
        state.withLock { state in
            let index = Int(item.value) - 1
            state.tally[state.items[index].state] -= 1
            state.tally[outcome] += 1
            state.items[index].state = outcome
        }
    }

    package func name(_ item: ItemID, _ name: String) { state.withLock { $0.items[Int(item.value) - 1].name = name } }

    /// Makes pending items wait for a second yes.
    package func deferItems(_ isDeferred: (Item) -> Bool) {
        state.withLock { state in
            for index in state.items.indices { state.items[index].isDeferred = isDeferred(state.items[index]) }
        }
    }

    package func releaseDeferred() { deferItems { _ in false } }

    // MARK: - The port

    package func name(of item: ItemID) -> String? { self[item].name }

    package func begin(
        _ job: JobID, lanes: LaneMap, remembering: Milliseconds, at now: Timestamp
    ) async throws(QueueError) -> JobStart {
        try asOwner { state throws(QueueError) in
            state.end = nil
            shortenWaits(&state, at: now)
            recover(&state, at: now)
            for index in state.items.indices { state.items[index].history.readAgain() }
            state.lanes = lanes
            state.fresh = [:]
            var start = JobStart(tally: state.tally, fresh: [:], waiting: [], recentAnswers: [:])
            for (index, item) in state.items.enumerated() where item.state == .pending {
                guard let lane = lanes.lanes[item.scope] else { continue }
                guard !item.isDeferred else {
                    start.deferred += 1
                    continue
                }
                if item.attempts == 0 {
                    state.fresh[lane, default: ([], 0)].items.append(index)
                    start.fresh[lane, default: 0] += 1
                } else {
                    start.waiting.append(WaitingItem(item: item.id, lane: lane, notBefore: item.notBefore))
                }
            }
            for (index, fingerprint) in lanes.fingerprints.enumerated() {
                let answers = state.answers.filter { $0.fingerprint == fingerprint }.map { $0.moved(to: calendar, now: now) }
                let recent = answers.filter { $0.at >= now - remembering }
                let moments = recent.map { $0.isLost && $0.sentAt > now - Samples.minute ? max($0.at, now) : $0.at }
                if !moments.isEmpty { start.recentAnswers[LaneID(index)] = moments.sorted() }
            }
            return start
        }
    }

    package func commit(_ turn: Turn) async throws(QueueError) -> [Claim] {
        if latency.count > 0 { await time.sleep(until: time.now + latency) }
        return try asOwner { state throws(QueueError) in
            state.commits += 1
            let failure = state.failure(state.commits)
            if failure == .before { throw error(.full, "no room left") }
            for record in turn.records { try check(record, state) }
            for record in turn.records { write(record, &state) }
            var claims: [Claim] = []
            for order in turn.claims { claims += try claim(order, &state, at: turn.now) }
            if failure == .after { throw error(.inputOutput, "the program was killed") }
            return claims
        }
    }

    package func end(_ job: JobID, _ end: JobState, reason: String?, at now: Timestamp) async throws(QueueError) {
        try asOwner { state throws(QueueError) in
            if end == .finished, state.tally.open > 0 { throw error(.constraint, "a job with open items cannot be finished") }
            state.end = end
            state.reason = reason
        }
    }

    private func asOwner<Success>(_ body: (inout State) throws(QueueError) -> Success) throws(QueueError) -> Success {
        let result: Result<Success, QueueError> = state.withLock { state in
            guard state.epoch == epoch else { return .failure(error(.lostOwnership, "its epoch has changed")) }
            do throws(QueueError) {
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    // MARK: - Steps

    /// Items that a dead owner left in flight: their requests count as answered now, and their fate is unknown.
    private func recover(_ state: inout State, at now: Timestamp) {
        for index in state.items.indices where state.items[index].state == .inFlight {
            move(index, to: .pending, &state)
            state.items[index].history.lose()
            state.items[index].notBefore = now
            if let lane = state.lanes.lanes[state.items[index].scope] {
                state.answers.append(
                    Answered(
                        fingerprint: state.lanes.fingerprints[lane.index], sentAt: now, at: now, isLost: true, calendar: calendar))
            }
        }
    }

    /// After a clock was set back, by as much as the last answer is ahead.
    private func shortenWaits(_ state: inout State, at now: Timestamp) {
        guard let last = state.answers.last.map({ max($0.sentAt, $0.at) }), last > now else { return }
        for index in state.items.indices where state.items[index].state == .pending && state.items[index].notBefore > now {
            state.items[index].notBefore = max(now, state.items[index].notBefore - (last - now))
        }
    }

    private func check(_ record: Record, _ state: State) throws(QueueError) {
        let item = state.items[Int(record.item.value) - 1]
        guard item.state == .inFlight else { throw error(.constraint, "item \(item.id) is \(item.state), not in flight") }
        guard record.attempt.number == item.attempts else { throw error(.constraint, "item \(item.id): wrong attempt") }
        guard record.attempt.startedAt <= record.attempt.finishedAt else { throw error(.constraint, "an attempt ends before it begins") }
        guard record.history.triesSpent <= item.attempts else { throw error(.constraint, "more tries than attempts") }
        guard record.history.fateUnknown || !item.history.fateUnknown else { throw error(.constraint, "a doubt was forgotten") }
        guard case .final(let next, _) = record.next else { return }
        guard next.isFinal, item.state.canBecome(next) else { throw error(.constraint, "in flight cannot become \(next)") }
        if next == .alreadyAbsent, record.history.fateUnknown { throw error(.constraint, "absent, although its fate was unknown") }
    }

    private func write(_ record: Record, _ state: inout State) {
        let index = Int(record.item.value) - 1
        state.items[index].history = record.history
        if let lane = state.lanes.lanes[state.items[index].scope] {
            state.answers.append(
                Answered(
                    fingerprint: state.lanes.fingerprints[lane.index], sentAt: record.attempt.startedAt, at: record.attempt.finishedAt,
                    isLost: record.attempt.details.httpStatus == nil, calendar: calendar))
        }
        switch record.next {
        case .final(let outcome, let reason):
            move(index, to: outcome, &state)
            state.items[index].reason = reason
            state.items[index].outcomes += 1
        case .pending(let notBefore):
            move(index, to: .pending, &state)
            state.items[index].notBefore = notBefore
        }
    }

    private func claim(_ order: ClaimOrder, _ state: inout State, at now: Timestamp) throws(QueueError) -> [Claim] {
        switch order {
        case .fresh(let lane, let limit):
            guard let (items, claimed) = state.fresh[lane] else { return [] }
            let next = items[claimed...].prefix(limit)
            state.fresh[lane]?.claimed += next.count
            return next.map { claim($0, lane, &state) }
        case .waiting(let ids):
            var claims: [Claim] = []
            for index in ids.map({ Int($0.value) - 1 }) {
                let item = state.items[index]
                guard item.state == .pending, item.attempts > 0 else { throw error(.constraint, "item \(item.id) does not wait") }
                guard item.notBefore <= now else { throw error(.constraint, "item \(item.id) is claimed before its time") }
                guard let lane = state.lanes.lanes[item.scope] else { throw error(.constraint, "item \(item.id) has no lane") }
                claims.append(claim(index, lane, &state))
            }
            return claims
        }
    }

    private func claim(_ index: Int, _ lane: LaneID, _ state: inout State) -> Claim {
        move(index, to: .inFlight, &state)
        state.items[index].attempts += 1
        let item = state.items[index]
        let call = DeletionCall(item: item.id, scope: item.scope, tokenID: item.tokenID, lane: lane)
        return Claim(
            call: call, position: RowPosition(manifest: "tokens.csv", line: index + 2), attempt: item.attempts, history: item.history)
    }

    private func move(_ index: Int, to next: ItemState, _ state: inout State) {
        state.tally[state.items[index].state] -= 1
        state.tally[next] += 1
        state.items[index].state = next
    }

    private func error(_ code: QueueError.Code, _ detail: String) -> QueueError {
        QueueError(code, path: "(memory)", detail: detail)
    }
}

extension ItemHistory {
    /// The request was sent, and nobody will ever know what became of it.
    fileprivate mutating func lose() {
        switch request {
        case .delete: fateUnknown = true
        case .read: break
        case .disable: if change != .disabled { change = .maybeDisabled }
        case .enable: change = .maybeEnabled
        case .rotate: if change != .rotated { change = .maybeRotated }
        }
    }

    /// A token's name is in no file.
    fileprivate mutating func readAgain() {
        if request == .disable || request == .enable { request = .read }
    }
}
