import SweepModel
import SweepRunner
import SweepTestSupport
import Testing

/// Jobs in a world of random faults, stops and crashes. A seed that fails is a regression test of its own.
@Suite struct RandomRunTests {
    /// What goes wrong in one world.
    private struct World {
        let api: SimulatedAPI.Settings
        let policy: RunPolicy
        let tokens: [Int]

        init(_ seed: UInt64, _ random: inout SeededRandom) {
            let limit = Int.random(in: 5...60, using: &random)
            let seconds = Int64.random(in: 2...20, using: &random)
            let window = random.chance(50) ? ServerBudget.Window.fixed : .sliding
            let trouble = random.chance(70) ? Int.random(in: 0...25, using: &random) : 0
            let outageStart = VirtualTime.beginning + .seconds(Int64.random(in: 1...60, using: &random))
            let outageEnd = outageStart + .seconds(random.chance(30) ? 120 : 0)
            let outage: Fault = random.chance(50) ? .unreachable : .answer(.unavailable)
            let slowest = Int64.random(in: 10...3000, using: &random)
            api = .init(
                latency: slowest / 10...slowest, budget: ServerBudget(window, limit: limit, period: .seconds(seconds)),
                hints: random.chance(50),
                fault: { arrival in
                    if arrival.at >= outageStart && arrival.at < outageEnd { return outage }
                    var draw = SeededRandom(seed &* 7919 &+ UInt64(arrival.number))
                    guard draw.chance(trouble) else { return nil }
                    let faults: [Fault] = [
                        .lostAnswer, .lostRequest, .answer(.unavailable), .answer(.noAnswer), .answer(.blocked), .answer(.refusedForGood),
                    ]
                    return faults.randomElement(using: &draw)
                })
            policy = .of(
                concurrency: Int.random(in: 1...20, using: &random), limit, per: seconds,
                reserve: random.chance(30) ? 20 : 0, attempts: Int.random(in: 1...6, using: &random))
            tokens = (0..<Int.random(in: 1...3, using: &random)).map { _ in Int.random(in: 1...40, using: &random) }
        }
    }

    @Test(arguments: [0, 100, 200, 300]) func whateverHappensEveryTokenIsAccountedFor(hundred: UInt64) throws {
        for seed in hundred..<hundred + 100 { try check(seed) }
    }

    private func check(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        let world = World(seed, &random)
        let job = Rehearsal(
            tokens: world.tokens, seed: seed, api: world.api, commitTakes: random.chance(50) ? 4 : 0,
            isLiving: { ($0 &* 37 &+ Int(seed)) % 10 != 0 })
        // Short runs that are stopped or killed, then one that may finish.
        for _ in 0..<Int.random(in: 0...3, using: &random) { try interruptedRun(job, world.policy, &random) }
        job.queue.failCommits { _ in nil }
        var end = try job.run(world.policy)
        if case .unreachable = end {
            try job.pass(.seconds(180))
            end = try job.run(world.policy)
        }
        #expect(end == .finished, "seed \(seed)")
        #expect(job.queue.tally.open == 0, "seed \(seed)")
        #expect(job.answers(.rateLimited) == 0, "seed \(seed)")
        for lane in world.tokens.indices {
            let most = job.counted(lane).most(within: world.policy.budget?.period ?? Milliseconds(0))
            #expect(most <= world.policy.budget?.allowance ?? 0, "seed \(seed)")
        }
        #expect(job.api.mostInFlight <= world.policy.concurrency, "seed \(seed)")
        expectNothingAfterTheEnd(job, seed)
        job.expectTruth()
    }

    private func interruptedRun(_ job: Rehearsal, _ policy: RunPolicy, _ random: inout SeededRandom) throws {
        let last = job.queue.commits + Int.random(in: 1...40, using: &random)
        let isKilled = random.chance(50)
        let failure: MemoryQueue.Failure = random.chance(50) ? .before : .after
        job.queue.failCommits { isKilled && $0 == last ? failure : nil }
        let stop: StopKind = random.chance(50) ? .gently : .now
        do {
            _ = try job.run(policy, stop: (stop, Milliseconds(Int64.random(in: 0...20_000, using: &random))))
        } catch is QueueError {
            #expect(isKilled)
        }
        // Starting anew takes longer than what was sent needs to arrive.
        try job.pass(.seconds(4))
    }

    /// An item's last request comes before its outcome: no request follows one that was told as final.
    private func expectNothingAfterTheEnd(_ job: Rehearsal, _ seed: UInt64) {
        for (item, entries) in Dictionary(grouping: job.api.ledger, by: \.call.item) {
            let finals = entries.dropLast().filter { [.deleted, .absent, .blocked, .refused, .wrongScope].contains($0.answer?.kind) }
            // An answer that a killed runner never wrote down is no outcome.
            #expect(finals.isEmpty || job.queue[item].history.fateUnknown, "seed \(seed), item \(item)")
            #expect(entries.count <= job.queue[item].attempts, "seed \(seed), item \(item)")
        }
    }

    @Test func theSameSeedGivesTheSameRun() throws {
        func ledger() throws -> [String] {
            var random = SeededRandom(7)
            let world = World(7, &random)
            let job = Rehearsal(tokens: [40, 30], seed: 7, api: world.api)
            _ = try job.run(world.policy)
            return job.api.ledger.map {
                "\($0.call.item) \($0.sentAt) \(String(describing: $0.countedAt)) \(String(describing: $0.answer))"
            }
        }
        let first = try ledger()
        #expect(first.count >= 70)
        #expect(try ledger() == first)
    }
}
