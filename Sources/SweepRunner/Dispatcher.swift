import SweepModel

/// Decides, for one run, what leaves when and what every answer means. It has no clock, thread or socket: it is told the
/// time and what happened, and says what to do.
///
///     orders ─▶ (the queue commits claims) ─▶ launch ─▶ (the API answers) ─▶ take ─▶ (the queue commits records)
struct Dispatcher {
    /// Why nothing more leaves although items are open.
    enum Stop: Sendable, Hashable {
        case interrupted
        case gaveWay
        case paused
        case cancelled
        case halted(String)
        case canaryFailed(FailedCanary)
        case unreachable(String)
    }

    private struct Flight {
        var claim: Claim
        var startedAt: Timestamp
    }

    let policy: RunPolicy
    private(set) var tally: Tally
    private(set) var stop: Stop?
    /// Items that this run leaves alone; the queue gives none of them out.
    private let deferred: Int
    private(set) var lanes: [LaneWork]
    private let laneNames: [String]
    private var flights: [ItemID: Flight] = [:]
    /// The names of tokens that are about to be changed, as the API said them. They are in no file: a new run reads them again.
    private var names: [ItemID: String] = [:]
    /// Requests of all lanes: the API's limit for an IP address.
    private var address: RateWindow?
    private var failures: FailureWatch
    private var canary: Canary
    /// Whether the API has answered at all in this run.
    private var isReached = false
    private var turn = 0

    /// After so many fruitless probes at the start the network counts as unreachable.
    static let probesBeforeGivingUp = 3

    /// - Parameter laneNames: what people call each lane, where there are several.
    /// - Parameter gates: what is known of lanes at the start; the others open gently.
    init(
        policy: RunPolicy, start: JobStart, laneCount: Int, laneNames: [String] = [], gates: [LaneID: Lane.Gate] = [:], now: Timestamp
    ) {
        self.policy = policy
        self.laneNames = laneNames
        tally = start.tally
        deferred = start.deferred
        failures = FailureWatch(policy.haltRule)
        // A resumed job has its canary behind it when as many items have an outcome that a request brought about.
        canary = Canary(
            size: policy.canary - (start.tally.final - start.tally[.invalid] - start.tally[.skipped]), begun: start.waiting.count,
            action: policy.action)
        lanes = (0..<laneCount).map { index in
            let id = LaneID(index)
            return LaneWork(
                id: id,
                lane: Lane(budget: policy.budget, remembered: start.recentAnswers[id] ?? [], gate: gates[id] ?? .gentle, now: now),
                fresh: start.fresh[id] ?? 0)
        }
        for item in start.waiting { lanes[item.lane.index].waiting.insert(item) }
        guard policy.budget != nil else { return }
        // Whatever was sent just before, lookups too, came from the same address.
        let recent = start.recentAnswers.values.joined().filter { $0 > now - .seconds(2) }
        address = RateWindow(limit: RateBudget.requestsPerSecondOfAnAddress, length: .seconds(1), remembered: recent, now: now)
    }

    var inFlight: Int { flights.count }

    // MARK: - What leaves

    /// What to claim now: exactly what may leave at once.
    mutating func orders(at now: Timestamp) -> [ClaimOrder] {
        guard stop == nil else { return [] }
        var slots = min(policy.concurrency - flights.count, address?.room(at: now) ?? .max)
        guard slots > 0 else { return [] }
        var freshSlots = canary.room
        var orders: [ClaimOrder] = []
        var wishes = wishes(at: now, slots: slots, freshLimit: freshSlots)
        while slots > 0, !wishes.isEmpty {
            let share = max(1, slots / wishes.count)
            let (index, wish) = wishes.removeFirst()
            let given = lanes[index].order(min(wish, share, slots), freshLimit: freshSlots, at: now)
            slots -= given.count
            freshSlots -= given.fresh
            orders += given.orders
        }
        // A choice that nobody made use of was no turn.
        if !orders.isEmpty { turn += 1 }
        return orders
    }

    /// What each lane would send, in the order of choice: fewest requests in flight first, equals in turn. No lane takes more
    /// than its share while others want more.
    private mutating func wishes(at now: Timestamp, slots: Int, freshLimit: Int) -> [(index: Int, wish: Int)] {
        var idle: [(index: Int, wish: Int)] = []
        var busy: [(index: Int, wish: Int, inFlight: Int, place: Int)] = []
        for place in lanes.indices {
            let index = (place + turn) % lanes.count
            let wish = lanes[index].wish(at: now, freshLimit: freshLimit)
            guard wish > 0 else { continue }
            let inFlight = lanes[index].lane.inFlight
            guard inFlight == 0 else {
                busy.append((index, wish, inFlight, place))
                continue
            }
            idle.append((index, wish))
            // Each of these takes one, and nothing is left for others: thousands of lanes need not be asked.
            if idle.count == slots, freshLimit == .max { return idle }
        }
        return idle + busy.sorted { ($0.inFlight, $0.place) < ($1.inFlight, $1.place) }.map { ($0.index, $0.wish) }
    }

    /// Notes claims whose requests leave now, and says what these are.
    mutating func launch(_ claims: [Claim], for orders: [ClaimOrder], at now: Timestamp) -> [DeletionCall] {
        var calls: [DeletionCall] = []
        for var claim in claims {
            claim.call.request = request(for: claim)
            claim.history.request = claim.call.request.kind
            calls.append(claim.call)
            flights[claim.call.item] = Flight(claim: claim, startedAt: now)
            lanes[claim.call.lane.index].launch(isFresh: claim.attempt == 1)
            address?.send()
            if claim.attempt == 1 { canary.send() }
        }
        tally[.pending] -= claims.count
        tally[.inFlight] += claims.count
        for case .fresh(let lane, let limit) in orders {
            let got = claims.count { $0.call.lane == lane && $0.attempt == 1 }
            // The queue knows best: where it has fewer than was thought, there are no more.
            if got < limit { lanes[lane.index].fresh = 0 }
        }
        return calls
    }

    private func request(for claim: Claim) -> TokenRequest {
        let name = names[claim.call.item]
        switch assignment(of: claim).held(claim.history.request) {
        case .delete: return .delete
        case .read: return .read
        case .rotate: return .rotate
        case .disable: return name.map { .disable(name: $0) } ?? .read
        case .enable: return name.map { .enable(name: $0) } ?? .read
        }
    }

    private func assignment(of claim: Claim) -> Assignment {
        Assignment(
            policy.action, whenBlocked: policy.whenBlocked, canRotate: claim.call.scope.kind == .account, referrers: claim.referrers)
    }

    // MARK: - What came back

    /// What an answer means for its item, its lane and the run; nil for an item that is not in flight.
    mutating func take(
        _ answer: Answer, for item: ItemID, at now: Timestamp, using random: inout some RandomNumberGenerator
    ) -> (record: Record, claim: Claim)? {
        guard let flight = flights.removeValue(forKey: item) else { return nil }
        let claim = flight.claim
        let index = claim.call.lane.index
        let assignment = assignment(of: claim)
        let answer = assignment.heed(answer, to: claim.history.request)
        let isForborne = isForbearing(index, at: now)
        lanes[index].lane.take(answer, sentAt: flight.startedAt, at: now, using: &random)
        address?.answer(at: now)
        var judgement = Judgement(answer, after: claim.history, for: assignment, limit: isForborne ? .max : policy.attempts)
        if isForborne, judgement.verdict == .retry { judgement.history.triesSpent = claim.history.triesSpent }
        remember(answer, judgement, item)
        let attempt = Attempt(
            number: claim.attempt, startedAt: flight.startedAt, finishedAt: now, request: claim.history.request,
            details: answer.details)
        let next = next(judgement, answer, claim.call, now, &random)
        noteReach(answer, index)
        return (Record(item: item, attempt: attempt, history: judgement.history, next: next, token: answer.token), claim)
    }

    /// Whether a temporary failure is no try of its token. A lone token's always is: nothing tells it from an outage.
    private func isForbearing(_ lane: Int, at now: Timestamp) -> Bool {
        let work = lanes[lane]
        return work.lane.isForbearing(at: now) && work.waiting.count + min(work.fresh, canary.room) > 0
    }

    /// A name is kept from the request that read it to the one that needs it.
    private mutating func remember(_ answer: Answer, _ judgement: Judgement, _ item: ItemID) {
        switch judgement.history.request {
        case .disable, .enable: if case .found(let token) = answer.kind { names[item] = token.name }
        case .delete, .read, .rotate: forgetName(of: item)
        }
        if case .final = judgement.verdict { forgetName(of: item) }
    }

    private mutating func forgetName(of item: ItemID) {
        // In most jobs there are none.
        if !names.isEmpty { names[item] = nil }
    }

    mutating func interrupt() {
        if stop == nil || stop == .gaveWay { stop = .interrupted }
    }

    /// A cancellation is the last word, whatever stopped the run before.
    mutating func heed(_ wish: JobWish) {
        switch wish {
        case .giveWay: if stop == nil { stop = .gaveWay }
        case .pause: if stop == nil || stop == .gaveWay { stop = .paused }
        case .cancel: stop = .cancelled
        }
    }

    private mutating func next(
        _ judgement: Judgement, _ answer: Answer, _ call: DeletionCall, _ now: Timestamp,
        _ random: inout some RandomNumberGenerator
    ) -> Record.Next {
        tally[.inFlight] -= 1
        var notBefore = now
        switch judgement.verdict {
        case .final(let state, let reason):
            tally[state] += 1
            judge(state, of: answer, to: call)
            return .final(state, reason: reason)
        case .retry:
            notBefore = now + Backoff.retry.wait(afterFailures: judgement.history.triesSpent, using: &random)
            if let asked = answer.retryAfter { notBefore = max(notBefore, now + asked) }
        case .again, .proceed: break
        }
        tally[.pending] += 1
        lanes[call.lane.index].waiting.insert(WaitingItem(item: call.item, lane: call.lane, notBefore: notBefore))
        return .pending(notBefore: notBefore)
    }

    private mutating func judge(_ state: ItemState, of answer: Answer, to call: DeletionCall) {
        if canary.isFailed(by: state) { halt(.canaryFailed(FailedCanary(call: call, action: policy.action, outcome: state))) }
        if failures.isBroken(by: state), let rule = policy.haltRule {
            halt(.halted("more than \(rule.percent)% of the last \(rule.window) tokens failed, the last one: \(answer.reason)"))
        }
    }

    private mutating func halt(_ stop: Stop) {
        switch self.stop {
        case nil, .interrupted, .gaveWay, .paused: self.stop = stop
        case .halted, .canaryFailed, .unreachable, .cancelled: break
        }
    }

    private mutating func noteReach(_ answer: Answer, _ lane: Int) {
        guard answer.kind == .unreachable else {
            isReached = true
            return
        }
        if !isReached, stop == nil, lanes[lane].lane.outages >= Dispatcher.probesBeforeGivingUp {
            stop = .unreachable(answer.reason)
        }
    }

    // MARK: - What comes next

    /// When `orders` may have something to say again if nothing happens before; nil while only an answer can help.
    func wake(after now: Timestamp) -> Timestamp? {
        guard stop == nil, flights.count < policy.concurrency else { return nil }
        var bound = Timestamp.distantPast
        if let address {
            guard let room = address.nextRoom(after: now) else { return nil }
            bound = room
        }
        var earliest: Timestamp?
        for index in lanes.indices {
            guard let wake = lanes[index].wake(after: now, canBeginFresh: canary.room > 0) else { continue }
            // No lane can be earlier than the address allows.
            if wake <= bound { return bound }
            earliest = min(earliest ?? wake, wake)
        }
        return earliest
    }

    /// How the run ends, once nothing is in flight; nil while there is more to do.
    ///
    /// - Parameter name: what the token of a canary that failed is called, where that is known.
    func ending(name: String? = nil) -> RunEnd? {
        guard flights.isEmpty else { return nil }
        if tally.open == 0 { return .finished }
        switch stop {
        case .halted(let reason): return .halted(reason)
        case .canaryFailed(let canary): return .halted(canary.reason(name: name))
        case .unreachable(let reason): return .unreachable(reason)
        case .interrupted: return .interrupted
        case .gaveWay: return .gaveWay
        case .paused: return .paused
        case .cancelled: return .cancelled
        case nil: break
        }
        if tally.open == deferred { return .deferred }
        return refusal.map(RunEnd.halted)
    }

    /// What is to be told when no lane can send anything any more; nil while one can.
    ///
    /// One refused lane stops no other. But tokens behind a canary that a refused lane holds would wait for ever.
    private var refusal: String? {
        var refusals: [String] = []
        for (index, lane) in lanes.enumerated() where lane.hasWork {
            guard case .refused(let reason) = lane.lane.gate else {
                if lane.waiting.count > 0 || canary.room > 0 { return nil }
                continue
            }
            let owner = lanes.count > 1 && laneNames.indices.contains(index) ? " of \(laneNames[index])" : ""
            refusals.append("the credential\(owner) was refused: \(reason)")
        }
        return refusals.isEmpty ? "tokens are left that no credential of this run serves" : refusals.joined(separator: "; ")
    }

    /// How things stand, for people.
    func progress(at now: Timestamp) -> RunProgress {
        // What is read first is changed afterwards.
        let requests = policy.action.firstRequest == .read ? 2 : 1
        let earliest = lanes.map { $0.lane.earliest(toSend: $0.fresh * requests + $0.waiting.count, at: now) }
        return RunProgress(
            tally: tally, at: now, isStopping: stop != nil,
            lanes: lanes.map { LaneProgress(gate: $0.lane.gate, budgetLeft: $0.lane.budgetLeft(at: now)) },
            earliestEnd: earliest.compactMap(\.self).max())
    }
}

/// The tokens that go first: the others wait until each of them was found at first and had done to it what was asked.
struct Canary {
    private var unsent: Int
    private var open: Int
    private let action: JobAction

    /// - Parameter begun: tokens that were tried in an earlier run and have no outcome yet; they count among the first ones.
    init(size: Int, begun: Int = 0, action: JobAction = .delete) {
        self.action = action
        unsent = max(0, size - begun)
        open = max(0, size)
    }

    /// How many tokens may be tried for the first time.
    var room: Int { open == 0 ? .max : unsent }

    mutating func send() { unsent = max(0, unsent - 1) }

    /// Takes an outcome in and tells whether it is one that a canary must not have.
    mutating func isFailed(by outcome: ItemState) -> Bool {
        guard open > 0 else { return false }
        open -= 1
        return !outcome.fulfils(action) || outcome == .alreadyAbsent
    }
}
