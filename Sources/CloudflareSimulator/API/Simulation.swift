/// The simulated API: takes a request and the time, gives the answer. Knows neither sockets nor clocks nor threads.
package struct Simulation: Sendable {
    let world: World
    var scopes: [ScopeReference: ScopeState] = [:]
    private var callers: Callers
    private var budgets: [String: Budget] = [:]
    private var addresses: [UInt32: RateWindow] = [:]
    /// How often each (method, token or path) came as far as the faults.
    private var attempts: [String: Int] = [:]
    private var count = 0
    /// How many real 429s there were: the "mixed" shape takes turns.
    private var refusals = 0
    /// Milliseconds since the epoch at time 0.
    private let epoch: Int

    /// `epoch` is the time 0 of `handle`, in milliseconds since the epoch.
    package init(_ world: World, epoch: Int) {
        self.world = world
        self.epoch = epoch
        callers = Callers(world)
        for scope in world.scopes { scopes[scope.reference] = ScopeState(scope) }
    }

    /// What `handle` gives back. The effect has happened; the answer is to be sent after `delay` milliseconds.
    package struct Reply: Sendable {
        package var answer: Answer
        package var delay: Int
        /// Complete but for the time of the answer.
        package var entry: LedgerEntry
    }

    /// Serves one request at `now`, in milliseconds since the start.
    package mutating func handle(_ request: Request, at now: Int) -> Reply {
        count += 1
        let route = Route(path: request.path)
        var exchange = Exchange(number: count, request: request, route: route, now: now)
        exchange.entry.arrivedAt = epoch + now
        var answer = serveOrFail(&exchange)
        answer.headers += quota(of: exchange).headers
        answer.headers.append(Header("cf-ray", ray(count)))
        exchange.entry.status = answer.isSent ? answer.status : nil
        exchange.entry.code = answer.isSent ? answer.code : nil
        return Reply(answer: answer, delay: delay(count), entry: exchange.entry)
    }

    private mutating func serveOrFail(_ exchange: inout Exchange) -> Answer {
        guard let outage = world.outages.first(where: { $0.covers(number: exchange.number, now: exchange.now) }) else {
            return serve(&exchange)
        }
        exchange.entry.fault = outage.fault.kind
        // Behind an outage that does the work, the API goes on as ever: limits, credentials and all.
        let normal = outage.fault.isDone ? serve(&exchange) : Answer.success(.null)
        exchange.entry.fault = outage.fault.kind
        return FaultAnswer.make(outage.fault, normal: normal, request: exchange.request, rate: ratePolicy)
    }

    private mutating func serve(_ exchange: inout Exchange) -> Answer {
        if let refusal = limitAddress(&exchange) { return refusal }
        let credential: Credential
        switch callers.identify(exchange.request) {
        case .refused(let answer, let label):
            exchange.entry.credential = label
            return answer == .revoked && isVerify(exchange.route) ? .invalidToken : answer
        case .known(let known): credential = known
        }
        exchange.entry.credential = credential.label
        exchange.user = credential.user
        if let refusal = limitUser(credential.user, &exchange) { return refusal }
        guard let route = exchange.route else { return .noRoute(exchange.request.path) }
        if let refusal = permission(credential, route, exchange.request) { return refusal }
        guard route.methods.contains(exchange.request.method) else { return .noMethod(exchange.request.method) }
        return attempt(route, credential, &exchange)
    }

    /// The verify endpoints know a revoked token no more than one that never was.
    private func isVerify(_ route: Route?) -> Bool {
        switch route {
        case .userVerify, .accountVerify: true
        case .access, nil: false
        }
    }

    /// The part that faults can spoil.
    private mutating func attempt(_ route: Route, _ credential: Credential, _ exchange: inout Exchange) -> Answer {
        let decision = decide(route, credential, exchange)
        guard let rule = fault(route, credential, exchange.request) else {
            return perform(decision, route, &exchange)
        }
        exchange.entry.fault = rule.kind
        let normal = rule.isDone ? perform(decision, route, &exchange) : decision.answer
        return FaultAnswer.make(rule, normal: normal, request: exchange.request, rate: ratePolicy)
    }

    private mutating func perform(_ decision: Decision, _ route: Route, _ exchange: inout Exchange) -> Answer {
        if let scope = route.scope { scopes[scope]?.apply(decision.change) }
        exchange.entry.effect = decision.change.effect
        return decision.answer
    }

    /// What the API answers, and what it changes when it does.
    struct Decision {
        var answer: Answer
        var change: Change = .none
    }
}

/// One request on its way.
struct Exchange {
    let number: Int
    let request: Request
    let route: Route?
    /// Milliseconds since the start.
    let now: Int
    /// Whose budget it used.
    var user: String?
    var entry: LedgerEntry

    init(number: Int, request: Request, route: Route?, now: Int) {
        self.number = number
        self.request = request
        self.route = route
        self.now = now
        entry = LedgerEntry(
            n: number, arrivedAt: 0, method: request.method, path: request.target, scope: route?.scope, tokenID: route?.resource?.token,
            userAgent: request.userAgent
        )
    }
}

// MARK: - Limits

extension Simulation {
    private var ratePolicy: Rate { world.settings.rate ?? Settings().rate ?? Rate(requests: 1200, milliseconds: 300_000) }

    private mutating func limitAddress(_ exchange: inout Exchange) -> Answer? {
        guard let limit = world.settings.addressRate else { return nil }
        let fresh = RateWindow(Rate(requests: limit, milliseconds: 1000), .sliding)
        guard !addresses[exchange.request.peer, default: fresh].admit(at: exchange.now) else { return nil }
        return refuse(&exchange, retryAfter: 1)
    }

    private mutating func limitUser(_ user: String, _ exchange: inout Exchange) -> Answer? {
        guard let rate = world.settings.rate else { return nil }
        let fresh = Budget(rate: rate, kind: world.settings.window, block: world.settings.blockMilliseconds)
        guard case .refused(let seconds) = budgets[user, default: fresh].admit(at: exchange.now) else { return nil }
        return refuse(&exchange, retryAfter: seconds)
    }

    private mutating func refuse(_ exchange: inout Exchange, retryAfter seconds: Int) -> Answer {
        exchange.entry.isRateLimited = true
        refusals += 1
        let turns: [RateLimitShape] = [.envelope, .flat, .historic]
        let shape = world.settings.rateLimitShape
        var answer = Answer.tooMany(429, shape == .mixed ? turns[refusals % turns.count] : shape, ratePolicy)
        answer.headers.append(Header("retry-after", String(seconds)))
        return answer
    }

    /// What the headers say: the caller's budget, or a fresh one for a caller that is not known.
    private func quota(of exchange: Exchange) -> Quota {
        if let user = exchange.user, let budget = budgets[user] { return budget.quota(at: exchange.now) }
        return Quota(rate: ratePolicy, remaining: ratePolicy.requests, milliseconds: 0)
    }
}

// MARK: - Chance

extension Simulation {
    private func ray(_ number: Int) -> String {
        hexadecimal(Draw(seed: world.settings.seed).mixing("ray").mixing(UInt64(number)).bits, digits: 16) + "-SIM"
    }

    private func delay(_ number: Int) -> Int {
        let (latency, jitter) = (world.settings.latency, world.settings.jitter)
        guard jitter > 0 else { return latency }
        let unit = Draw(seed: world.settings.seed).mixing("jitter").mixing(UInt64(number)).unit
        return latency + Int(unit * Double(jitter + 1))
    }

    /// The first rule that applies: the token's own, then the world's.
    private mutating func fault(_ route: Route, _ credential: Credential, _ request: Request) -> FaultRule? {
        let token = route.resource?.token
        let own = route.scope.flatMap { scope in token.flatMap { scopes[scope]?.faults(of: $0) } } ?? []
        if own.isEmpty, world.faults.isEmpty { return nil }
        let key = "\(request.method) \(request.path)"
        let attempt = attempts[key, default: 0] + 1
        attempts[key] = attempt
        let subject = FaultRule.Subject(
            method: request.method, path: request.path, token: token, credential: credential.label, attempt: attempt,
            draw: Draw(seed: world.settings.seed).mixing(key).mixing(UInt64(attempt))
        )
        return (own + world.faults).enumerated().first { $0.element.applies(to: subject, index: $0.offset) }?.element
    }
}
