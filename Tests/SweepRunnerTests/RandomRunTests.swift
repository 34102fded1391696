import SweepModel
import SweepRunner
import SweepSimulation
import SweepTestSupport
import Testing

/// Jobs in worlds of random faults, stops, crashes and rivals. A seed that fails is a regression test of its own; `scripts/simulate`
/// runs more of them.
@Suite struct RandomRunTests {
    @Test(arguments: [0, 100, 200, 300, 400] as [UInt64]) func whateverHappensEveryTokenIsAccountedFor(hundred: UInt64) {
        var kills = 0
        for seed in hundred..<hundred + 100 {
            let findings = Voyage.sail(World(seed))
            #expect(findings.violations == [], "seed \(seed)")
            #expect(findings.requests > 0, "seed \(seed)")
            kills += findings.kills
        }
        #expect(kills > 0)
    }

    /// Also where the real queue works on a thread of its own.
    @Test(arguments: [3, 7, 11, 15, 19, 23] as [UInt64]) func theSameSeedGivesTheSameVoyage(seed: UInt64) {
        #expect(World(seed).isOnDisk)
        let first = Voyage.sail(World(seed))
        let second = Voyage.sail(World(seed))
        #expect(first.requests > 0)
        #expect(first.course == second.course)
    }

    /// What the worlds are judged by can be broken: a limiter whose window is too short is found out, and so is an outcome that was
    /// told before it was safe.
    @Test(arguments: [World.Sabotage.shortWindow, .lyingDisk]) func sabotageIsFoundOut(_ sabotage: World.Sabotage) {
        let violations = (0..<60 as Range<UInt64>).flatMap { Voyage.sail(World($0, sabotage: sabotage)).violations }
        switch sabotage {
        case .shortWindow: #expect(violations.contains { $0.contains("in one window") })
        case .lyingDisk: #expect(violations.contains { $0.contains("before its outcome was safe") })
        }
    }

    @Test func theSameSeedGivesTheSameRun() throws {
        func ledger() throws -> [String] {
            let job = Rehearsal(tokens: [40, 30], seed: 7, api: World(7).api)
            _ = try job.run(World(7).policy)
            return job.api.ledger.map {
                "\($0.call.item) \($0.sentAt) \(String(describing: $0.countedAt)) \(String(describing: $0.answer))"
            }
        }
        let first = try ledger()
        #expect(first.count >= 70)
        #expect(try ledger() == first)
    }
}
