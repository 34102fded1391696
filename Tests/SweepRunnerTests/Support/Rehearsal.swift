import SweepModel
import SweepRunner
import SweepTestSupport
import Testing

/// A job in virtual time: tokens, the API that knows them, the queue that remembers them, and runners that come and go.
struct Rehearsal {
    let time = VirtualTime()
    let api: SimulatedAPI
    let queue: MemoryQueue
    let lanes: LaneMap
    let seed: UInt64
    let watcher: Watcher

    /// - Parameters:
    ///   - tokens: how many tokens each lane's account has.
    ///   - isLiving: whether the token with a number, from 0, exists at first.
    init(
        tokens: [Int], seed: UInt64 = 1, api settings: SimulatedAPI.Settings = .init(), commitTakes: Int64 = 3,
        action: JobAction = .delete, isLiving: (Int) -> Bool = { _ in true }, isDisabled: (Int) -> Bool = { _ in false }
    ) {
        self.seed = seed
        let requests = Samples.plan(tokens)
        queue = MemoryQueue(requests, action: action, time: time, latency: Milliseconds(commitTakes))
        let living = requests.enumerated().filter { isLiving($0.offset) }.map(\.element.tokenID)
        let disabled = requests.enumerated().filter { isDisabled($0.offset) }.map(\.element.tokenID)
        api = SimulatedAPI(settings, living: living, disabled: disabled, time: time, seed: seed)
        lanes = Samples.lanes(tokens.count)
        watcher = Watcher(queue)
    }

    init(
        _ tokens: Int, seed: UInt64 = 1, api settings: SimulatedAPI.Settings = .init(), commitTakes: Int64 = 3,
        action: JobAction = .delete, isLiving: (Int) -> Bool = { _ in true }, isDisabled: (Int) -> Bool = { _ in false }
    ) {
        self.init(
            tokens: [tokens], seed: seed, api: settings, commitTakes: commitTakes, action: action, isLiving: isLiving,
            isDisabled: isDisabled)
    }

    /// Lets one runner work until its run ends.
    ///
    /// - Parameter stop: how the run is stopped, and when.
    /// - Parameter gates: what is known of lanes at the start.
    func run(
        _ policy: RunPolicy, stop: (kind: StopKind, after: Milliseconds)? = nil, gates: [LaneID: Lane.Gate] = [:]
    ) throws -> RunEnd {
        let runner = Runner(
            queue: queue, api: api, time: time, random: SeededRandom(seed &* 31), policy: policy, observe: watcher.observe)
        if let stop { time.schedule(after: stop.after) { runner.stop(stop.kind) } }
        return try time.run { [lanes] in try await runner.run(JobID(1), lanes: lanes, gates: gates) }
    }

    /// Lets one runner work that another terminal wants something of.
    func run(_ policy: RunPolicy, wishes: [(wish: JobWish, after: Milliseconds)]) throws -> RunEnd {
        let runner = Runner(
            queue: queue, api: api, time: time, random: SeededRandom(seed &* 31), policy: policy, observe: watcher.observe)
        for entry in wishes { time.schedule(after: entry.after) { runner.heed(entry.wish) } }
        return try time.run { [lanes] in try await runner.run(JobID(1), lanes: lanes) }
    }

    /// Lets time pass while no runner is there.
    func pass(_ span: Milliseconds) throws {
        let end = time.now + span
        try time.run { [time] in await time.sleep(until: end) }
    }

    func counted(_ lane: Int = 0) -> [Timestamp] { api.counted(LaneID(lane)) }

    func answers(_ kind: AnswerClass) -> Int { api.ledger.count { $0.answer?.kind == kind } }

    /// Checks what must hold for every run: one outcome an item, which agrees with what really happened.
    func expectTruth(sourceLocation: SourceLocation = #_sourceLocation) {
        let items = queue.items
        let deleted = Dictionary(grouping: api.ledger.filter(\.hasDeleted), by: \.call.item)
        let known = Dictionary(uniqueKeysWithValues: items.map { ($0.id, $0.tokenID) })
        for item in items {
            #expect(item.outcomes == (item.state.isFinal ? 1 : 0), "\(item.id)", sourceLocation: sourceLocation)
            let isGone = !api.living.contains(item.tokenID)
            if item.state.isGone { #expect(isGone, "\(item.id) is \(item.state) and lives", sourceLocation: sourceLocation) }
            switch item.state {
            case .deleted: #expect(deleted[item.id]?.count == 1, "\(item.id)", sourceLocation: sourceLocation)
            case .alreadyAbsent: #expect(deleted[item.id] == nil, "\(item.id)", sourceLocation: sourceLocation)
            case .failed, .blocked:
                #expect(deleted[item.id] == nil || item.history.fateUnknown, "\(item.id) is \(item.state)", sourceLocation: sourceLocation)
            case .disabled: #expect(api.disabled.contains(item.tokenID), "\(item.id) is not disabled", sourceLocation: sourceLocation)
            case .enabled: #expect(!api.disabled.contains(item.tokenID), "\(item.id) is disabled", sourceLocation: sourceLocation)
            case .presumedDeleted: #expect(item.history.fateUnknown, "\(item.id)", sourceLocation: sourceLocation)
            case .pending, .inFlight, .skipped, .invalid: break
            }
        }
        #expect(api.ledger.allSatisfy { known[$0.call.item] == $0.call.tokenID }, sourceLocation: sourceLocation)
        #expect(watcher.complaints == [], sourceLocation: sourceLocation)
        #expect(Tally(Dictionary(grouping: items, by: \.state).mapValues(\.count)).nonzero == queue.tally.nonzero)
    }
}

extension Tally {
    /// The states that have items.
    var nonzero: [ItemState: Int] {
        Dictionary(uniqueKeysWithValues: ItemState.allCases.map { ($0, self[$0]) }).filter { $0.value != 0 }
    }
}

extension RunPolicy {
    static func of(
        concurrency: Int = 8, _ requests: Int = 1200, per seconds: Int64 = 300, reserve: Int = 0, attempts: Int = 5, canary: Int = 0,
        halt: HaltRule? = nil, action: JobAction = .delete, whenBlocked: WhenBlocked = .report
    ) -> RunPolicy {
        let budget = RateBudget(requests: requests, period: .seconds(seconds), reservePercent: reserve)
        return RunPolicy(
            concurrency: concurrency, budget: budget, attempts: attempts, canary: canary, haltRule: halt,
            action: action, whenBlocked: whenBlocked)
    }
}
