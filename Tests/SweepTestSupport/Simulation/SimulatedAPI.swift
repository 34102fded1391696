package import SweepModel
import Synchronization

/// The API in virtual time: every request takes a random while to arrive and its answer another to come back, so that
/// requests overtake one another. What really happened stands in `ledger`.
package final class SimulatedAPI: TokenAPI {
    package struct Settings: Sendable {
        /// From sending to answer.
        package var latency: ClosedRange<Int64>
        /// Every credential's budget; nil: none.
        package var budget: ServerBudget?
        /// The limit for the address that all requests come from; nil: none.
        package var address: ServerBudget?
        /// Whether answers carry the `Ratelimit` headers.
        package var hints: Bool
        /// Asked for every request that arrives; nil: the API answers truly.
        package var fault: @Sendable (Arrival) -> Fault?
        /// Tokens that cannot be deleted because they are in use.
        package var isInUse: @Sendable (TokenID) -> Bool

        package init(
            latency: ClosedRange<Int64> = 50...150, budget: ServerBudget? = nil, address: ServerBudget? = nil, hints: Bool = false,
            isInUse: @escaping @Sendable (TokenID) -> Bool = { _ in false },
            fault: @escaping @Sendable (Arrival) -> Fault? = { _ in nil }
        ) {
            self.latency = latency
            self.budget = budget
            self.address = address
            self.hints = hints
            self.isInUse = isInUse
            self.fault = fault
        }
    }

    /// One request as the world saw it.
    package struct LedgerEntry: Sendable {
        package var call: DeletionCall
        package var sentAt: Timestamp
        /// When the API counted it; nil while it is on its way, and for one that never got there.
        package var countedAt: Timestamp?
        /// What the caller was told; nil while it waits.
        package var answer: Answer?
        /// When the caller was answered, or gave up.
        package var answeredAt: Timestamp?
        /// Whether this request deleted its token.
        package var hasDeleted = false
        /// Whether this request changed its token otherwise.
        package var hasChanged = false
    }

    private struct Pending {
        var entry: Int
        var deliver: @Sendable (ItemID, Answer) -> Void
    }

    private struct State {
        var random: SeededRandom
        var living: Set<TokenID>
        var disabled: Set<TokenID>
        var budgets: [LaneID: ServerBudget] = [:]
        var address: ServerBudget?
        var ledger: [LedgerEntry] = []
        var arrivals = 0
        var attempts: [ItemID: Int] = [:]
        var pending: [Int: Pending] = [:]
        var mostInFlight = 0
    }

    private let time: VirtualTime
    private let settings: Settings
    private let state: Mutex<State>

    /// `living`: the tokens that exist; `disabled`: those of them that do not work.
    package init(
        _ settings: Settings, living: some Sequence<TokenID>, disabled: some Sequence<TokenID> = [], time: VirtualTime, seed: UInt64
    ) {
        self.settings = settings
        self.time = time
        state = Mutex(State(random: SeededRandom(seed), living: Set(living), disabled: Set(disabled), address: settings.address))
    }

    package var ledger: [LedgerEntry] { state.withLock { $0.ledger } }
    package var living: Set<TokenID> { state.withLock { $0.living } }
    package var disabled: Set<TokenID> { state.withLock { $0.disabled } }
    package var mostInFlight: Int { state.withLock { $0.mostInFlight } }

    /// When the API counted the requests of a lane.
    package func counted(_ lane: LaneID) -> [Timestamp] { ledger.filter { $0.call.lane == lane }.compactMap(\.countedAt) }

    /// Somebody else, at another address, spends from a credential's budget.
    package func spend(_ requests: Int, of lane: LaneID) {
        state.withLock { state in
            guard let fresh = settings.budget else { return }
            for _ in 0..<requests { _ = state.budgets[lane, default: fresh].admit(at: time.now) }
        }
    }

    package func send(_ calls: [DeletionCall], deliver: @escaping @Sendable (ItemID, Answer) -> Void) {
        for call in calls {
            let now = time.now
            let (entry, latency, travel) = state.withLock { state in
                state.ledger.append(LedgerEntry(call: call, sentAt: now))
                let entry = state.ledger.count - 1
                state.pending[entry] = Pending(entry: entry, deliver: deliver)
                state.mostInFlight = max(state.mostInFlight, state.pending.count)
                let latency = Int64.random(in: settings.latency, using: &state.random)
                return (entry, latency, Int64.random(in: 0...latency, using: &state.random))
            }
            time.schedule(at: now + Milliseconds(travel)) { self.arrive(entry, answerIn: Milliseconds(latency - travel)) }
        }
    }

    package func cancelAll() {
        let pending = state.withLock { state in
            defer { state.pending = [:] }
            for entry in state.pending.keys {
                state.ledger[entry].answer = .cutShort
                state.ledger[entry].answeredAt = time.now
            }
            return state.pending.values.sorted { $0.entry < $1.entry }
                .map { (item: state.ledger[$0.entry].call.item, deliver: $0.deliver) }
        }
        for (item, deliver) in pending { deliver(item, .cutShort) }
    }

    // MARK: - The server's side

    private func arrive(_ entry: Int, answerIn span: Milliseconds) {
        let answer = state.withLock { look(at: entry, &$0) }
        time.schedule(after: span) { self.answer(entry, answer) }
    }

    private func answer(_ entry: Int, _ answer: Answer) {
        let waiting = state.withLock { state in
            guard let pending = state.pending.removeValue(forKey: entry) else { return nil as (ItemID, Pending)? }
            state.ledger[entry].answer = answer
            state.ledger[entry].answeredAt = time.now
            return (state.ledger[entry].call.item, pending)
        }
        if let (item, pending) = waiting { pending.deliver(item, answer) }
    }

    private func look(at entry: Int, _ state: inout State) -> Answer {
        let call = state.ledger[entry].call
        state.arrivals += 1
        state.attempts[call.item, default: 0] += 1
        let arrival = Arrival(call: call, number: state.arrivals, attempt: state.attempts[call.item] ?? 0, at: time.now)
        let fault = settings.fault(arrival)
        if fault == .unreachable { return .noConnection }
        state.ledger[entry].countedAt = time.now
        if let block = admit(call.lane, &state) { return .tooMany(.seconds(block.count / 1000)) }
        let hint = settings.hints ? state.budgets[call.lane]?.hint(at: time.now) : nil
        switch fault {
        case .answer(let answer): return answer.rateLimit == nil ? answer.with(hint) : answer
        case .lostRequest: return .noAnswer
        case .unreachable: return .noConnection
        case .lostAnswer:
            carryOut(entry, &state)
            return .noAnswer
        case nil: return carryOut(entry, &state).with(hint)
        }
    }

    @discardableResult private func carryOut(_ entry: Int, _ state: inout State) -> Answer {
        let call = state.ledger[entry].call
        guard state.living.contains(call.tokenID) else { return .absent }
        switch call.request {
        case .delete:
            if settings.isInUse(call.tokenID) { return .blocked }
            state.living.remove(call.tokenID)
            state.ledger[entry].hasDeleted = true
            return .deleted
        case .read: return .found(name: Samples.name(of: call.tokenID), isEnabled: !state.disabled.contains(call.tokenID))
        case .disable(let name), .enable(let name):
            guard name == Samples.name(of: call.tokenID) else { return .refusedForGood }
            let isChanged =
                call.request.kind == .disable
                ? state.disabled.insert(call.tokenID).inserted : state.disabled.remove(call.tokenID) != nil
            state.ledger[entry].hasChanged = isChanged
            return .changed
        case .rotate:
            state.ledger[entry].hasChanged = true
            return .changed
        }
    }

    private func admit(_ lane: LaneID, _ state: inout State) -> Milliseconds? {
        if let block = state.address?.admit(at: time.now) { return block }
        guard let fresh = settings.budget else { return nil }
        return state.budgets[lane, default: fresh].admit(at: time.now)
    }
}

extension Sequence where Element == Timestamp {
    /// The largest number of moments that lie in one span: within `[t, t + span)` for any `t`.
    package func most(within span: Milliseconds) -> Int {
        let moments = sorted()
        var first = 0
        var most = 0
        for (index, moment) in moments.enumerated() {
            while moments[first] + span <= moment { first += 1 }
            most = Swift.max(most, index - first + 1)
        }
        return most
    }
}
