package import SweepModel
package import SweepRunner
package import SweepTestSupport

/// What one seed draws: the tokens, the API with its budget and its faults, and what happens to the program meanwhile.
package struct World: Sendable {
    /// How a run of the program is cut short before the one that may finish.
    package enum Interruption: Sendable {
        case stop(StopKind, after: Milliseconds)
        case wish(JobWish, after: Milliseconds)
        case trouble(Trouble)
    }

    /// What goes wrong at about a commit, counted from the start of that run.
    package enum Trouble: Sendable {
        /// SIGKILL: before anything of the commit is written; in a file, at some operation.
        case killBefore(Int)
        /// After all of it is.
        case killAfter(Int)
        /// The power fails: what was not synced is lost, or some of it.
        case powerCut(Int)
        /// The disk takes nothing more from there on: the run fails, and the next one finds room.
        case fullDisk(Int)
        /// One operation of the disk fails.
        case badWrite(Int)

        /// Whether the process does nothing more.
        var isDeadly: Bool {
            switch self {
            case .killBefore, .killAfter, .powerCut: true
            case .fullDisk, .badWrite: false
            }
        }
    }

    /// Somebody else who spends from the budget of the first credential.
    package struct Rival: Sendable {
        package var requests: Int
        package var every: Milliseconds
    }

    /// A credential that the API refuses for a while.
    package struct Refusal: Sendable {
        package var lane: LaneID
        package var from: Timestamp
        package var until: Timestamp
    }

    package let seed: UInt64
    package let api: SimulatedAPI.Settings
    package let policy: RunPolicy
    /// Tokens of each lane.
    package let tokens: [Int]
    package let commitTakes: Int64
    package let interruptions: [Interruption]
    package let rival: Rival?
    package let refusal: Refusal?
    /// Whether the queue is the real one, on a simulated disk.
    package let isOnDisk: Bool
    /// How wrong the wall clock is in each run; the last one for all further runs.
    package let clocks: [Milliseconds]

    /// The length of the API's window.
    let period: Milliseconds
    let sabotage: Sabotage?

    /// What must not pass unnoticed: proof that the checks can fail.
    package enum Sabotage: Sendable {
        /// The program takes half of the API's window for all of it.
        case shortWindow
        /// The disk says of everything that it is synced, and syncs nothing.
        case lyingDisk
    }

    package init(_ seed: UInt64, sabotage: Sabotage? = nil) {
        self.sabotage = sabotage
        self.seed = seed
        var random = SeededRandom(seed)
        let limit = Int.random(in: 5...60, using: &random)
        period = Milliseconds.seconds(Int64.random(in: 2...20, using: &random))
        tokens = (0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 1...40, using: &random) }
        let reserve = random.chance(30) ? 20 : 0
        policy = RunPolicy(
            concurrency: Int.random(in: 1...20, using: &random),
            budget: RateBudget(
                requests: limit, period: Milliseconds(period.count / (sabotage == .shortWindow ? 2 : 1)), reservePercent: reserve),
            attempts: Int.random(in: 1...6, using: &random))
        commitTakes = random.chance(50) ? Int64.random(in: 1...400, using: &random) : 0
        let rivals = random.chance(20)
        rival = rivals ? Rival(requests: max(1, limit / 10), every: Milliseconds(period.count / 3)) : nil
        let start = VirtualTime.beginning
        let refusedFrom = start + .seconds(Int64.random(in: 0...30, using: &random))
        refusal =
            random.chance(20)
            ? Refusal(lane: LaneID(Int.random(in: 0..<tokens.count, using: &random)), from: refusedFrom, until: refusedFrom + .seconds(300))
            : nil
        let outageFrom = start + .seconds(Int64.random(in: 1...60, using: &random))
        let outage = outageFrom..<(outageFrom + .seconds(random.chance(30) ? 120 : 0))
        api = World.api(
            seed, ServerBudget(random.chance(50) ? .fixed : .sliding, limit: limit, period: period), hints: rivals || random.chance(50),
            trouble: random.chance(70) ? Int.random(in: 0...25, using: &random) : 0, outage: outage, refusal: refusal, &random)
        interruptions = (0..<Int.random(in: 0...4, using: &random)).map { _ in World.interruption(&random) }
        isOnDisk = seed % 4 == 3
        clocks = random.chance(25) ? (0..<5).map { _ in World.clock(&random) } : [Milliseconds(0)]
    }

    private static func clock(_ random: inout SeededRandom) -> Milliseconds {
        let seconds: [Int64] = [0, 1, -1, 10, -10, 300, -300, 3600, -3600, 86_400 * 400, -86_400 * 400]
        return .seconds(seconds.randomElement(using: &random) ?? 0)
    }

    private static func api(
        _ seed: UInt64, _ budget: ServerBudget, hints: Bool, trouble: Int, outage: Range<Timestamp>, refusal: Refusal?,
        _ random: inout SeededRandom
    ) -> SimulatedAPI.Settings {
        let outageFault: Fault = random.chance(50) ? .unreachable : .answer(.unavailable)
        let slowest = Int64.random(in: 10...3000, using: &random)
        return .init(
            latency: slowest / 10...slowest, budget: budget, hints: hints,
            fault: { arrival in
                if let refusal, arrival.call.lane == refusal.lane, (refusal.from..<refusal.until).contains(arrival.at) {
                    return .answer(.badCredential)
                }
                if outage.contains(arrival.at) { return outageFault }
                var draw = SeededRandom(seed &* 7919 &+ UInt64(arrival.number))
                guard draw.chance(trouble) else { return nil }
                let faults: [Fault] = [
                    .lostAnswer, .lostRequest, .answer(.unavailable), .answer(.noAnswer), .answer(.blocked), .answer(.refusedForGood),
                ]
                return faults.randomElement(using: &draw)
            })
    }

    private static func interruption(_ random: inout SeededRandom) -> Interruption {
        let moment = Milliseconds(Int64.random(in: 0...20_000, using: &random))
        let commit = Int.random(in: 1...40, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return .stop(.gently, after: moment)
        case 1: return .stop(.now, after: moment)
        case 2: return .wish(random.chance(50) ? .pause : .giveWay, after: moment)
        case 3: return .trouble(.fullDisk(commit))
        case 4: return .trouble(.killBefore(commit))
        case 5: return .trouble(.powerCut(commit))
        case 6: return .trouble(.badWrite(commit))
        default: return .trouble(.killAfter(commit))
        }
    }
}
