import SweepModel
import SweepRunner
import SweepTestSupport
import Testing

/// What a canary and a rule for halting allow to leave, in worlds of random faults and stops.
@Suite("Guards in a run") struct GuardPropertyTests {
    private static let faults: [Fault] = [
        .answer(.blocked), .answer(.refusedForGood), .answer(.unavailable), .lostAnswer, .lostRequest, .answer(.tooMany(.seconds(3))),
    ]

    /// No token but the canaries is asked about before each of them is gone and was found at first.
    @Test(arguments: [0, 100, 200]) func behindACanaryNothingLeaves(hundred: UInt64) throws {
        for seed in hundred..<hundred + 100 {
            var random = SeededRandom(seed)
            let trouble = random.chance(50) ? Int.random(in: 0...40, using: &random) : 0
            let size = Int.random(in: 1...12, using: &random)
            let slowest = Int64.random(in: 10...2000, using: &random)
            let job = Rehearsal(
                tokens: (0..<Int.random(in: 1...3, using: &random)).map { _ in Int.random(in: 5...30, using: &random) }, seed: seed,
                api: .init(
                    latency: slowest / 10...slowest,
                    fault: { arrival in
                        var draw = SeededRandom(seed &* 7919 &+ UInt64(arrival.number))
                        return draw.chance(trouble) ? Self.faults.randomElement(using: &draw) : nil
                    }),
                isLiving: { ($0 &* 37 &+ Int(seed)) % 25 != 0 })
            let policy = RunPolicy.of(
                concurrency: Int.random(in: 1...10, using: &random), attempts: Int.random(in: 1...5, using: &random), canary: size)
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let stop: StopKind = random.chance(50) ? .gently : .now
                guard case .interrupted = try job.run(policy, stop: (stop, Milliseconds(.random(in: 0...4000, using: &random)))) else {
                    break
                }
                try job.pass(.seconds(4))
            }
            if !isFailed(job, size) { _ = try job.run(policy) }
            expectCanary(job, size, seed)
            job.expectTruth()
        }
    }

    /// The first tokens that were asked about, in the order of their first requests.
    private func canaries(_ job: Rehearsal, _ size: Int) -> [ItemID] {
        var seen: Set<ItemID> = []
        return Array(job.api.ledger.map(\.call.item).filter { seen.insert($0).inserted }.prefix(size))
    }

    private func isFailed(_ job: Rehearsal, _ size: Int) -> Bool {
        canaries(job, size).contains { ![.deleted, .presumedDeleted, .pending].contains(job.queue[$0].state) }
    }

    private func expectCanary(_ job: Rehearsal, _ size: Int, _ seed: UInt64) {
        let first = Set(canaries(job, size))
        let others = job.api.ledger.filter { !first.contains($0.call.item) }
        guard let begun = others.map(\.sentAt).min() else { return }
        let states = first.map { job.queue[$0].state }
        #expect(states.allSatisfy { $0 == .deleted || $0 == .presumedDeleted }, "seed \(seed): \(states)")
        let lastOfThem = job.api.ledger.filter { first.contains($0.call.item) }.compactMap(\.answeredAt).max()
        #expect(lastOfThem.map { $0 <= begun } ?? false, "seed \(seed)")
    }

    /// From the first token that fails on all fail: what is asked about beyond those that break the rule was in flight.
    @Test(arguments: [0, 100, 200]) func aBrokenRuleStopsWhatIsNotInFlight(hundred: UInt64) throws {
        for seed in hundred..<hundred + 100 {
            var random = SeededRandom(seed)
            let window = Int.random(in: 1...40, using: &random)
            let percent = Int.random(in: 0...90, using: &random)
            let healthy = Int.random(in: 0...60, using: &random)
            let concurrency = Int.random(in: 1...16, using: &random)
            let job = Rehearsal(
                400, seed: seed, api: .init(latency: 20...200, fault: { $0.call.item.value > healthy ? .answer(.refusedForGood) : nil }))
            let end = try job.run(.of(concurrency: concurrency, halt: HaltRule(percent: percent, window: window)))
            guard case .halted = end else {
                Issue.record("seed \(seed): \(end)")
                continue
            }
            let needed = max(window - healthy, percent * window / 100 + 1)
            let asked = Set(job.api.ledger.map(\.call.item).filter { $0.value > healthy })
            #expect(asked.count <= needed + 2 * concurrency, "seed \(seed): \(asked.count) of \(needed)")
            #expect(job.queue.tally[.inFlight] == 0, "seed \(seed)")
            job.expectTruth()
        }
    }

    /// A credential that is known to be refused sends nothing, whatever else happens, and stops no other.
    @Test func aLaneThatIsRefusedAtTheStartSendsNothing() throws {
        for seed in UInt64(0)..<60 {
            var random = SeededRandom(seed)
            let tokens = (0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 1...30, using: &random) }
            let refused = tokens.indices.filter { _ in random.chance(40) }
            let job = Rehearsal(tokens: tokens, seed: seed)
            let gates = Dictionary(uniqueKeysWithValues: refused.map { (LaneID($0), Lane.Gate.refused(reason: "revoked")) })
            let end = try job.run(.of(), gates: gates)
            if case .halted = end { #expect(!refused.isEmpty) } else { #expect(refused.isEmpty && end == .finished) }
            #expect(job.api.ledger.allSatisfy { !refused.contains($0.call.lane.index) })
            let open = refused.reduce(0) { $0 + tokens[$1] }
            #expect(job.queue.tally[.pending] == open && job.queue.tally[.deleted] == tokens.reduce(0, +) - open, "seed \(seed)")
        }
    }
}
