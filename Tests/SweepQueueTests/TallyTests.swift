import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// Whatever happens in whatever order, the tallies are what a recount gives, and no item is lost or claimed twice.
@Suite struct TallyTests {
    @Test(arguments: 1...12)
    func randomRuns(_ seed: UInt64) async throws {
        var chance = Chance(seed: seed)
        let folder = try QueueFolder()
        let scopes = 1 + chance.below(4)
        let items = 20 + chance.below(60)
        let rows = try (0..<items).map { number in
            chance.below(6) == 0 ? Sample.invalid(line: number) : try Sample.row(number, scope: 1 + chance.below(scopes))
        }
        var history = RandomRun(folder: folder, queue: try folder.owner(), job: JobID(0), scopes: Array(1...scopes))
        history.job = try await history.queue.makeJob(rows)
        try await history.takeUp()
        for _ in 0..<30 { try await history.step(&chance) }
        try await history.finish()
        let overview = try #require(try folder.reader().job(history.job))
        #expect(overview.tally.open == 0)
        #expect(overview.tally.total == items)
        #expect(overview.tally[.invalid] == rows.count { if case .invalid = $0 { true } else { false } })
    }
}

/// A run that does anything that may happen to one.
private struct RandomRun {
    let folder: QueueFolder
    var queue: Queue
    var job: JobID
    let scopes: [Int]
    var now = Sample.start
    var inFlight: [Claim] = []
    var waiting: Set<ItemID> = []

    mutating func takeUp() async throws {
        let start = try await queue.start(job, scopes: scopes, at: now)
        inFlight = []
        waiting = Set(start.waiting.map(\.item))
        #expect(start.tally == (try recount(job, folder.connection())).filledLike(start.tally))
        #expect(start.fresh.values.reduce(0, +) + waiting.count == start.tally[.pending])
    }

    mutating func step(_ chance: inout Chance) async throws {
        now = now + Milliseconds(Int64(chance.below(2_000)))
        switch chance.below(10) {
        case 0: try await crash()
        case 1: try await stopAndRetry()
        default: try await turn(&chance)
        }
        try expectSoundness(folder)
    }

    /// Answers some of the items in flight, and claims some.
    private mutating func turn(_ chance: inout Chance) async throws {
        inFlight.shuffle(using: &chance)
        let answered = inFlight.prefix(chance.below(inFlight.count + 1))
        let records = answered.map { $0.record(next(&chance), at: now) }
        var orders = [ClaimOrder.fresh(LaneID(0), limit: chance.below(8))]
        let again = waiting.filter { _ in chance.below(2) == 0 }
        orders.insert(.waiting(Array(again)), at: chance.below(2))
        let claims = try await queue.commit(Turn(records: records, claims: orders, now: now))
        inFlight.removeFirst(answered.count)
        #expect(Set(claims.map(\.call.item)).isDisjoint(with: inFlight.map(\.call.item)))
        #expect(again.isSubset(of: claims.map(\.call.item)))
        waiting.subtract(again)
        inFlight += claims
        waiting.formUnion(records.filter { if case .pending = $0.next { true } else { false } }.map(\.item))
    }

    private func next(_ chance: inout Chance) -> Record.Next {
        let outcomes: [ItemState] = [.deleted, .presumedDeleted, .blocked, .failed]
        let pick = chance.below(outcomes.count + 2)
        return outcomes.indices.contains(pick) ? .final(outcomes[pick], reason: nil) : .pending(notBefore: now)
    }

    private mutating func crash() async throws {
        // The owner goes without a word, whatever is in flight. On a busy machine its thread may keep it for a moment: its
        // lock goes now.
        try await queue.letGo()
        queue = try Queue(scratch: ())
        queue = try folder.owner()
        try await takeUp()
    }

    private mutating func stopAndRetry() async throws {
        try await queue.end(job, .unfinished, reason: "interrupted", at: now)
        _ = try await queue.retry(job, [.failed, .blocked])
        try await takeUp()
    }

    mutating func finish() async throws {
        while true {
            let records = inFlight.map { $0.deletedOrPresumed() }
            let orders = [ClaimOrder.fresh(LaneID(0), limit: 16), .waiting(Array(waiting))]
            inFlight = try await queue.commit(Turn(records: records, claims: orders, now: now))
            waiting = []
            if inFlight.isEmpty { break }
        }
        try await queue.end(job, .finished, reason: nil, at: now)
        try expectSoundness(folder)
    }
}

extension Claim {
    fileprivate func deletedOrPresumed() -> Record { record(.final(history.fateUnknown ? .presumedDeleted : .deleted, reason: nil)) }
}

extension Tally {
    /// The same counts, with a zero wherever the other has an entry.
    fileprivate func filledLike(_ other: Tally) -> Tally {
        var tally = other
        for state in ItemState.allCases where self[state] > 0 || other[state] > 0 { tally[state] = self[state] }
        return tally
    }
}

/// Random numbers that a seed repeats (SplitMix64).
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
