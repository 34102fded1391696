/// The items that one credential serves, as far as pace and trust go: its budget, its pauses, its breaker.
///
/// A lane opens gently: one request at a time until the first that the API accepts. It does the same after every pause.
package struct Lane: Sendable {
    /// Whether requests may leave.
    package enum Gate: Sendable, Hashable {
        /// One request at a time, until one of them is accepted.
        case gentle
        case open
        /// Nothing leaves before the given moment; then gently.
        case paused(until: Timestamp, Cause)
        /// The credential was refused: nothing leaves any more in this run.
        case refused(reason: String)
    }

    package enum Cause: Sendable, Hashable {
        /// The API said 429; the whole of `retry-after` is waited out.
        case rateLimited
        /// Nothing but failures; a probe follows.
        case outage(reason: String)
        /// A refusal of a credential that had worked; rare blips exist.
        case doubt
    }

    package private(set) var gate: Gate
    package private(set) var inFlight = 0
    /// nil: no limit.
    private var window: RateWindow?
    private let budget: RateBudget?
    private var ceiling: Ceiling?
    /// Whether the gate is gentle only because the headers are to be asked again.
    private var isRenewing = false
    private var others = OthersPace()
    package private(set) var hasBeenAccepted = false
    private var failuresInARow = 0
    /// Pauses since the API last looked at a request.
    package private(set) var outages = 0
    /// When the first of them began; nil without any.
    private var failingSince: Timestamp?
    private var doubts = 0

    /// What the API's own headers allow: a number of requests until a moment, shared with whoever else spends.
    private struct Ceiling: Sendable {
        var left: Int
        var until: Timestamp
        /// What made it; nil where the API's window is of another length than the budget's.
        var told: Told?
    }

    /// What the headers told, for as long as a ceiling holds.
    private struct Told: Sendable {
        var at: Timestamp
        /// How many requests the API had left, less those that were sent since.
        var left: Int
        /// How many own requests took places then, with those that were sent since: a place is kept for longer than the API counts it.
        var own: Int
        var resetsIn: Milliseconds
    }

    /// So many failures with nothing else between them mean that the API is down, not that tokens are bad.
    static let failuresThatMeanOutage = 10
    /// How often a credential that worked may be refused in a row before the refusal is believed.
    package static let doubtsAllowed = 2
    /// Kept clear of the end of a `retry-after` and of the API's window: both are told in whole seconds.
    package static let margin = Milliseconds(1000)
    package static let doubtPause = Milliseconds(5000)
    /// For so long the failure of a probe is taken for the API's and not for its token's.
    package static let forbearance = Milliseconds.seconds(900)

    /// `budget` nil: no limit. `remembered`: when the credential's earlier requests were answered. `gate`: what is known of the
    /// credential at the start.
    package init(budget: RateBudget?, remembered: [Timestamp] = [], gate: Gate = .gentle, now: Timestamp) {
        self.gate = gate
        window = budget.map { RateWindow(limit: $0.allowance, length: $0.period, remembered: remembered, now: now) }
        self.budget = budget
    }

    /// How many requests may leave now.
    package mutating func room(at now: Timestamp) -> Int {
        if case .paused(let until, _) = gate, until <= now { (gate, isRenewing) = (.gentle, false) }
        if let end = ceiling?.until, end <= now {
            // Nobody knows what others spent meanwhile. The answer to one request alone tells; one that was overtaken does not.
            guard inFlight == 0, mayAsk(at: now) else { return 0 }
            ceiling = nil
            if gate == .open { (gate, isRenewing) = (.gentle, true) }
        }
        switch gate {
        case .paused, .refused: return 0
        case .gentle: return inFlight > 0 ? 0 : min(1, budgetRoom(at: now))
        case .open: return budgetRoom(at: now)
        }
    }

    /// When `room` may have grown if no answer comes before; nil while only an answer can help.
    package func nextRoom(after now: Timestamp) -> Timestamp? {
        switch gate {
        case .refused: return nil
        case .paused(let until, _): return max(until, window?.nextRoom(after: now) ?? until)
        case .gentle where inFlight > 0: return nil
        case .gentle, .open:
            let byBudget = window.map { $0.nextRoom(after: now) } ?? now
            if let ceiling, ceiling.until <= now, inFlight > 0 { return nil }
            guard let ceiling, ceiling.left <= 0 else { return byBudget }
            return byBudget.map { max($0, ceiling.until) }
        }
    }

    package mutating func send(_ count: Int) {
        inFlight += count
        window?.send(count)
        ceiling?.left -= count
        ceiling?.told?.left -= count
        ceiling?.told?.own += count
    }

    /// Takes an answer in and decides how the lane goes on.
    package mutating func take(
        _ answer: Answer, sentAt: Timestamp, at now: Timestamp, using random: inout some RandomNumberGenerator
    ) {
        count(answer.rateLimit, sentAt, at: now)
        switch answer.kind {
        case .deleted, .found, .changed, .absent, .blocked: accept()
        case .refused, .wrongScope: answered()
        case .rateLimited: pause(for: answer.retryAfter, at: now)
        case .credentialRefused(let mayPass): refuse(answer.reason, mayPass: mayPass, at: now)
        case .unreachable: fail(answer.reason, trips: true, at: now, using: &random)
        // Says nothing about the API.
        case .cutShort: break
        case .temporary: fail(answer.reason, trips: isProbing, at: now, using: &random)
        }
    }

    /// The same for the answer to a lookup. That one account or zone is closed to the credential says nothing about others.
    package mutating func take(_ answer: LookupAnswer, at now: Timestamp, using random: inout some RandomNumberGenerator) {
        count(answer.rateLimit, nil, at: now)
        switch answer.outcome {
        case .page, .permitted, .entities, .dohToken: accept()
        case .forbidden, .refused, .wrongScope: answered()
        case .rateLimited: pause(for: answer.retryAfter, at: now)
        case .credentialRefused: refuse(answer.reason, mayPass: false, at: now)
        case .unreachable: fail(answer.reason, trips: true, at: now, using: &random)
        case .temporary: fail(answer.reason, trips: isProbing, at: now, using: &random)
        }
    }

    /// Whether a temporary failure at this moment says nothing of its token, most likely: it is a probe's, in an outage that is not
    /// old. In an older one it cannot be told any more from tokens that fail whatever the API does.
    package func isForbearing(at now: Timestamp) -> Bool {
        guard gate == .gentle, let failingSince else { return false }
        return now - failingSince < Lane.forbearance
    }

    /// The earliest moment at which `count` further requests can all have left; nil when the lane is refused.
    package func earliest(toSend count: Int, at now: Timestamp) -> Timestamp? {
        var window = window
        var start = now
        switch gate {
        case .refused: return nil
        case .paused(let until, _): start = max(now, until)
        case .gentle, .open: break
        }
        return max(start, window?.earliest(toSend: count, at: start) ?? start)
    }

    /// What the budget allows at this moment, pauses aside; nil without a limit.
    package func budgetLeft(at now: Timestamp) -> Int? {
        guard var window else { return nil }
        return min(window.room(at: now), max(0, ceiling?.left ?? .max))
    }

    // MARK: - Decisions

    private mutating func count(_ hint: RateLimitHint?, _ sentAt: Timestamp?, at now: Timestamp) {
        inFlight -= 1
        window?.answer(at: now)
        obey(hint, sentAt, at: now)
    }

    /// Whether one more request has a place in any case, so that it may ask what others have spent meanwhile. If not, the question is
    /// put off: asked every second for a whole window, it would take what is left to others.
    private mutating func mayAsk(at now: Timestamp) -> Bool {
        guard let budget, isFine(budget.period), let told = ceiling?.told, let used = window?.used(at: now) else { return true }
        guard others.perWindow > 0, now - told.at < budget.period else { return true }
        let left = told.left + max(0, told.own - used)
        // Where the API's window slides, theirs leave it as others come.
        guard left <= others.expected(in: min(now - told.at, told.resetsIn), of: budget.period) + others.swing else { return true }
        let later = min(told.at + budget.period, now + Milliseconds(budget.period.count / 20))
        ceiling?.until = window?.nextLeaving.map { min(later, max($0, now + Milliseconds(1))) } ?? later
        // Nothing leaves meanwhile.
        if let left = ceiling?.left { ceiling?.left = min(0, left) }
        return false
    }

    /// Whether the whole seconds of the headers are exact enough to tell how much others swing.
    private func isFine(_ window: Milliseconds) -> Bool { window.count >= 100 * Lane.margin.count }

    private mutating func budgetRoom(at now: Timestamp) -> Int {
        min(window?.room(at: now) ?? .max, max(0, ceiling?.left ?? .max))
    }

    /// The headers only tighten, and only when the API has counted more than this program can have sent: then somebody
    /// else spends from the same budget, and is expected to go on. What they are expected to spend comes out of the reserve
    /// first. Requests in flight may not be in the API's count yet. An answer that was overtaken by others tells of an older
    /// count, so that a ceiling in force never rises.
    private mutating func obey(_ hint: RateLimitHint?, _ sentAt: Timestamp?, at now: Timestamp) {
        guard let budget, let hint else { return }
        guard isTold(of: budget.period, hint) else { return obeyStranger(hint, budget, at: now) }
        // Told in whole seconds: a window that has just begun would promise any pace.
        let begun = max(Lane.margin, budget.period - hint.resetsIn)
        guard let own = ownCounted(since: now - begun, before: sentAt, in: budget.period, at: now) else { return }
        let quota = hint.quota ?? budget.requests
        let counted = quota - hint.remaining
        let spent = max(0, counted - own.upperBound)...max(0, counted - own.lowerBound)
        others.note(spent, in: begun, of: budget.period, quota: quota)
        guard spent.lowerBound > 0 || others.perWindow > 0 else { return }
        let swing = isFine(budget.period) ? others.swing : 0
        let expected = others.expected(in: hint.resetsIn, of: budget.period) + swing
        let left = hint.remaining - max(budget.reserve, expected) - inFlight
        if let ceiling, ceiling.left <= left { return }
        // The longer a window has been seen, the longer the expectation holds; and once a request of this program leaves the
        // window, the API's has moved on as well.
        let until = now + min(begun, hint.resetsIn + Lane.margin)
        let told = Told(at: now, left: hint.remaining - inFlight, own: window?.used(at: now) ?? 0, resetsIn: hint.resetsIn)
        ceiling = Ceiling(left: left, until: min(until, window?.nextLeaving ?? until), told: told)
    }

    /// How many of its own requests the API may have counted when it told of a window that began about then, in whole seconds.
    ///
    /// - Parameter sentAt: when the request was sent whose answer told; what was not answered before may not have been counted yet.
    /// - Returns: the least and the most; where the least is unknown, so little that others are believed to spend as much as before.
    private mutating func ownCounted(
        since begin: Timestamp, before sentAt: Timestamp?, in period: Milliseconds, at now: Timestamp
    ) -> ClosedRange<Int>? {
        guard isFine(period) else {
            guard let most = window?.used(since: begin - Lane.margin, at: now) else { return nil }
            return inFlight == 0 ? most...most : .min / 2...most
        }
        guard let most = window?.sent(since: begin - Lane.margin, at: now) else { return nil }
        guard let sentAt, let since = window?.used(since: begin + Lane.margin, at: now), let later = window?.used(since: sentAt, at: now)
        else {
            return .min / 2...most
        }
        return min(most, max(0, since - later))...most
    }

    /// Whether the API's window is as long as the budget's. Only then can own requests be told from those of others.
    private func isTold(of period: Milliseconds, _ hint: RateLimitHint) -> Bool {
        guard let window = hint.window else { return hint.resetsIn <= period + Lane.margin }
        return abs((window - period).count) < 1000
    }

    /// Of a window of another length just what is left in it counts, and that only once the budget alone would exceed it.
    private mutating func obeyStranger(_ hint: RateLimitHint, _ budget: RateBudget, at now: Timestamp) {
        let left = hint.remaining - budget.reserve - inFlight
        guard left < budget.allowance, left < ceiling?.left ?? .max else { return }
        ceiling = Ceiling(left: left, until: now + hint.resetsIn + Lane.margin, told: nil)
    }

    /// Whether one request alone is out to see if the API works. One that asks for the headers anew is no such probe.
    private var isProbing: Bool { gate == .gentle && !isRenewing }

    private mutating func accept() {
        hasBeenAccepted = true
        doubts = 0
        answered()
    }

    /// The API is up and looked at a request.
    private mutating func answered() {
        failuresInARow = 0
        outages = 0
        failingSince = nil
        switch gate {
        case .gentle, .paused(_, .outage): gate = .open
        case .open, .refused, .paused: break
        }
    }

    /// `span` nil: the API did not say how long; then for a whole window.
    private mutating func pause(for span: Milliseconds?, at now: Timestamp) {
        if case .refused = gate { return }
        pause(until: now + (span ?? window?.length ?? RateBudget.cloudflare.period) + Lane.margin, .rateLimited)
    }

    /// A pause never shortens another.
    private mutating func pause(until moment: Timestamp, _ cause: Cause) {
        var until = moment
        if case .paused(let earlier, _) = gate { until = max(until, earlier) }
        gate = .paused(until: until, cause)
    }

    private mutating func refuse(_ reason: String, mayPass: Bool, at now: Timestamp) {
        if case .refused = gate { return }
        guard mayPass, hasBeenAccepted else {
            gate = .refused(reason: reason)
            return
        }
        switch gate {
        // It was sent before the pause; the one request that follows the pause will tell.
        case .paused(_, .doubt), .paused(_, .rateLimited): return
        case .gentle, .open, .paused, .refused: break
        }
        guard doubts < Lane.doubtsAllowed else {
            gate = .refused(reason: reason)
            return
        }
        doubts += 1
        pause(until: now + Lane.doubtPause * Int64(doubts), .doubt)
    }

    private mutating func fail(
        _ reason: String, trips: Bool, at now: Timestamp, using random: inout some RandomNumberGenerator
    ) {
        failuresInARow += 1
        guard gate == .open || gate == .gentle, trips || failuresInARow >= Lane.failuresThatMeanOutage else { return }
        outages += 1
        failingSince = failingSince ?? now
        let wait = Backoff.outage.longWait(afterFailures: outages, using: &random)
        gate = .paused(until: now + wait, .outage(reason: reason))
    }
}
