package import SweepModel
package import SweepRunner
package import SweepTestSupport

/// What one seed draws: the tokens, the API with its budget and its faults, and what happens to the program meanwhile.
package struct World: Sendable {
    /// How a run of the program is cut short before the one that may finish.
    package enum Interruption: Sendable {
        case stop(StopKind, after: Milliseconds)
        case wish(JobWish, after: Milliseconds)
        /// SIGKILL at a commit, counted from the start of that run: before anything of it is written, or after all of it is.
        case kill(atCommit: Int, MemoryQueue.Failure)
        /// The disk takes no commit from there on: the run fails, and the next one finds room.
        case fullDisk(fromCommit: Int)
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

    package init(_ seed: UInt64) {
        self.seed = seed
        var random = SeededRandom(seed)
        let limit = Int.random(in: 5...60, using: &random)
        let period = Milliseconds.seconds(Int64.random(in: 2...20, using: &random))
        tokens = (0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 1...40, using: &random) }
        let reserve = random.chance(30) ? 20 : 0
        policy = RunPolicy(
            concurrency: Int.random(in: 1...20, using: &random),
            budget: RateBudget(requests: limit, period: period, reservePercent: reserve),
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
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return .stop(.gently, after: moment)
        case 1: return .stop(.now, after: moment)
        case 2: return .wish(random.chance(50) ? .pause : .giveWay, after: moment)
        case 3: return .fullDisk(fromCommit: commit)
        case 4: return .kill(atCommit: commit, .before)
        default: return .kill(atCommit: commit, .after)
        }
    }
}
