import SweepModel
import SweepRunner
import SweepTestSupport
import Synchronization

/// One whole job in a drawn world: runs that are stopped, killed and taken up again until every token has its outcome.
package struct Voyage {
    /// What a voyage came to. The job is sound when nothing was violated.
    package struct Findings: Sendable {
        package var tokens = 0
        package var requests = 0
        package var runs = 0
        package var kills = 0
        /// What happened when, request by request.
        package var course: [String] = []
        /// Sentences; none when all is well.
        package var violations: [String] = []
    }

    /// Runs after which a job must have come to its end, whatever its world did.
    private static let patience = 12

    private let world: World
    private let time = VirtualTime()
    private let queue: any WorldQueue
    private let api: SimulatedAPI
    private let lanes: LaneMap
    private var findings = Findings()
    /// Requests that were in flight when a run died.
    private var lost = 0
    /// How wrong the calendar was in each run so far, and how often the machine had been started anew before it.
    private var calendars: [(shift: Milliseconds, boot: Int)] = []
    private var boot = 0

    package static func sail(_ world: World) -> Findings {
        do {
            var voyage = try Voyage(world)
            defer { voyage.time.end() }
            try voyage.sail()
            return voyage.findings
        } catch {
            return Findings(violations: ["\(error)"])
        }
    }

    private init(_ world: World) throws {
        self.world = world
        let plan = Samples.plan(world.tokens)
        let latency = Milliseconds(world.commitTakes)
        queue =
            world.isOnDisk
            ? try FileWorldQueue(plan, time: time, latency: latency, seed: world.seed, isLying: world.sabotage == .lyingDisk)
            : MemoryWorldQueue(MemoryQueue(plan, time: time, latency: latency))
        // Every tenth token is not there at first.
        let living = plan.enumerated().filter { ($0.offset &* 37 &+ Int(world.seed % 1000)) % 10 != 0 }.map(\.element.tokenID)
        api = SimulatedAPI(world.api, living: living, time: time, seed: world.seed)
        lanes = Samples.lanes(world.tokens.count)
    }

    private mutating func sail() throws {
        if let rival = world.rival { spend(rival) }
        for interruption in world.interruptions where queue.tally.open > 0 { try run(interruption) }
        while queue.tally.open > 0, findings.runs < Voyage.patience {
            try run(nil)
            // Whatever stopped it passes, or is put right.
            if queue.tally.open > 0 { pass(.seconds(330)) }
        }
        findings.tokens = world.tokens.reduce(0, +)
        findings.requests = api.ledger.count
        findings.course = api.ledger.map { "\($0.call.item) \($0.sentAt.milliseconds) \($0.answer?.reason ?? "-")" }
        findings.violations += Truth(queue: queue, api: api).violations() + pace() + repetitions() + (try queue.damages())
    }

    // MARK: - What happens

    private mutating func run(_ interruption: World.Interruption?) throws {
        let first = api.ledger.count
        let complaints = Complaints(queue)
        var trouble: World.Trouble?
        if case .trouble(let drawn) = interruption { trouble = drawn }
        queue.prepare(trouble)
        var isDead = false
        do {
            let end = try work(interruption, complaints)
            check(end, interruption)
        } catch is QueueError where trouble != nil {
            isDead = true
            findings.kills += 1
        } catch {
            findings.violations.append("run \(findings.runs) failed: \(error)")
        }
        try queue.close(isDead: isDead)
        if isDead { lost += queue.tally[.inFlight] }
        if isDead, case .powerCut = trouble { boot += 1 }
        findings.violations += complaints.all + refusedRequests(since: first)
        if api.mostInFlight > world.policy.concurrency { findings.violations.append("\(api.mostInFlight) requests in flight at once") }
        // Starting anew takes longer than what was sent needs to arrive.
        pass(.seconds(4))
    }

    private mutating func work(_ interruption: World.Interruption?, _ complaints: Complaints) throws -> RunEnd {
        let clock = ShiftedTime(time, by: world.clocks[min(findings.runs, world.clocks.count - 1)])
        findings.runs += 1
        calendars.append((clock.shift, boot))
        let reading = BootReading(boot: "\(boot)", startedAt: VirtualTime.beginning + clock.shift, now: clock.now)
        let runner = Runner(
            queue: try queue.open(at: reading), api: api, time: clock, random: SeededRandom(world.seed &+ UInt64(findings.runs)),
            policy: world.policy, observe: complaints.observe)
        switch interruption {
        case nil, .trouble: break
        case .stop(let kind, let after): time.schedule(after: after) { runner.stop(kind) }
        case .wish(let wish, let after): time.schedule(after: after) { runner.heed(wish) }
        }
        return try time.run { [lanes] in try await runner.run(JobID(1), lanes: lanes) }
    }

    private mutating func check(_ end: RunEnd, _ interruption: World.Interruption?) {
        let isOpen = queue.tally.open > 0
        let isExpected: Bool =
            switch (end, interruption) {
            case (.finished, _): !isOpen
            case (.interrupted, .stop), (.paused, .wish(.pause, _)), (.gaveWay, .wish(.giveWay, _)), (.unreachable, _): isOpen
            case (.halted, _): isOpen && world.refusal != nil
            default: false
            }
        if !isExpected { findings.violations.append("run \(findings.runs) ended \(end)") }
        if queue.tally[.inFlight] > 0 { findings.violations.append("run \(findings.runs) ended with items in flight") }
    }

    private mutating func pass(_ span: Milliseconds) {
        let end = time.now + span
        do {
            try time.run { [time] in await time.sleep(until: end) }
        } catch {
            findings.violations.append("\(error)")
        }
    }

    private func spend(_ rival: World.Rival) {
        time.schedule(after: rival.every) { [self] in
            guard queue.tally.open > 0 else { return }
            api.spend(rival.requests, of: LaneID(0))
            spend(rival)
        }
    }

    // MARK: - What must hold

    /// In every window at most the budget less the reserve, restarts and clocks that were set included, and no 429 while alone.
    private func pace() -> [String] {
        guard let budget = world.policy.budget, !hidesRequests else { return [] }
        var violations: [String] = []
        for lane in world.tokens.indices {
            let most = api.counted(LaneID(lane)).most(within: world.period)
            if most > budget.allowance { violations.append("\(most) requests of lane \(lane) in one window of \(budget.allowance)") }
        }
        let refused = api.ledger.count { $0.answer?.kind == .rateLimited }
        if world.rival == nil, refused > 0 { violations.append("\(refused) times 429, alone") }
        return violations
    }

    /// Where a calendar was set forward while the machine was off, what was sent before looks older than it is, and nobody can tell.
    private var hidesRequests: Bool {
        calendars.indices.contains { later in
            calendars[..<later].contains { $0.boot < calendars[later].boot && $0.shift < calendars[later].shift }
        }
    }

    /// A DELETE whose answer told the outcome is sent again only when a run died before it was written down.
    private func repetitions() -> [String] {
        let outcomes: Set<AnswerClass> = [.deleted, .absent, .blocked, .refused, .wrongScope]
        var again = 0
        for entries in Dictionary(grouping: api.ledger, by: \.call.item).values {
            again += entries.dropLast().count { $0.answer.map { outcomes.contains($0.kind) } ?? false }
        }
        return again > lost ? ["\(again) DELETEs were repeated, and only \(lost) were in flight at kills"] : []
    }

    /// A refused credential sees no more than what was in flight.
    private func refusedRequests(since first: Int) -> [String] {
        guard world.refusal != nil else { return [] }
        let refused = api.ledger[first...].count { $0.answer?.kind == .credentialRefused(mayPass: false) }
        return refused > world.policy.concurrency ? ["\(refused) requests with a refused credential in one run"] : []
    }
}
