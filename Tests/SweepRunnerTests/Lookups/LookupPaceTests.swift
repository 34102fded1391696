import SweepModel
import Synchronization
import Testing

@testable import SweepRunner

@Suite("Lookups within the budget")
struct LookupPaceTests {
    /// The largest number of requests in any window of that length.
    private func densest(_ moments: [Timestamp], _ length: Milliseconds) -> Int {
        moments.indices.map { start in moments[start...].prefix { $0 - moments[start] < length }.count }.max() ?? 0
    }

    @Test func noWindowHoldsMoreThanTheBudget() async throws {
        let time = JumpingTime()
        let api = ScriptedLookups(time) { call, _ in Lookups.answer(call, total: 3) }
        let scopes = try (0..<100).map { try Lookups.scope($0) }
        let budget = RateBudget(requests: 20, period: .seconds(10), reservePercent: 10)
        let results = try await Lookups.list(scopes, api, time, budget: budget)
        #expect(results.allSatisfy { (try? $0.get().tokens.count) == 3 })
        #expect(api.log.count == 200)
        #expect(densest(api.log.map(\.at), .seconds(10)) == 18)
    }

    @Test func aMemoryCountsAndIsToldBeforeARequestLeaves() async throws {
        let time = JumpingTime()
        let memory = ScriptedMemory(recent: Array(repeating: time.now, count: 17))
        let api = ScriptedLookups(time) { call, _ in Lookups.answer(call, total: 1) }
        let start = time.now
        let budget = RateBudget(requests: 20, period: .seconds(10), reservePercent: 10)
        _ = try await Lookups.list([Lookups.scope(1)], api, time, memory: memory, budget: budget)
        #expect(api.log.map(\.at) == [start, start + Milliseconds(10_001)])
        #expect(memory.sent.map(\.givenUpAt) == api.log.map { $0.at + .seconds(30) })
        #expect(memory.answered.count == 2)
    }

    @Test func whatWasSentJustBeforeCountsForTheAddress() async throws {
        let time = JumpingTime()
        let start = time.now
        let memory = ScriptedMemory(recent: Array(repeating: start, count: 195))
        let api = ScriptedLookups(time) { call, _ in Lookups.answer(call, total: 1) }
        _ = try await Lookups.list((0..<100).map { try Lookups.scope($0) }, api, time, memory: memory)
        #expect(api.log.count { $0.at - start < .seconds(1) } == 5)
    }

    @Test func a429IsWaitedOutWhole() async throws {
        let time = JumpingTime()
        let start = time.now
        let api = ScriptedLookups(time) { call, number in
            number == 1 ? LookupAnswer(.rateLimited, retryAfter: .seconds(300)) : Lookups.answer(call, total: 1)
        }
        let results = try await Lookups.list([Lookups.scope(1), Lookups.scope(2)], api, time)
        #expect(results.allSatisfy { $0.failure == nil })
        #expect(api.log.dropFirst().allSatisfy { $0.at - start >= .seconds(301) })
    }

    @Test func triesAreLimited() async throws {
        let time = JumpingTime()
        let api = ScriptedLookups(time) { _, _ in LookupAnswer(.temporary, reason: "the API failed") }
        let results = try await Lookups.list([Lookups.scope(1)], api, time, attempts: 5)
        #expect(results.first?.failure?.kind == .exhausted)
        #expect(results.first?.failure?.reason == "5 tries failed, the last one: the API failed")
        #expect(api.log.count == 5)
    }

    @Test func anUnreachableAPIIsGivenUpSoon() async throws {
        let time = JumpingTime()
        let api = ScriptedLookups(time) { _, _ in LookupAnswer(.unreachable, reason: "no connection") }
        let results = try await Lookups.list((1...50).map { try Lookups.scope($0) }, api, time)
        #expect(results.allSatisfy { $0.failure?.kind == .unreachable })
        #expect(api.log.count == Dispatcher.probesBeforeGivingUp)
    }

    @Test func aRefusedCredentialSendsNothingMore() async throws {
        let time = JumpingTime()
        let api = ScriptedLookups(time) { _, _ in LookupAnswer(.credentialRefused, reason: "not valid") }
        let results = try await Lookups.list((1...50).map { try Lookups.scope($0) }, api, time)
        #expect(results.allSatisfy { $0.failure?.kind == .credentialRefused })
        #expect(api.log.count == 1)
    }

    @Test func oneClosedAccountLeavesTheOthersOpen() async throws {
        let time = JumpingTime()
        let closed = try Lookups.scope(2)
        let api = ScriptedLookups(time) { call, _ in
            call.scope == closed ? LookupAnswer(.forbidden, reason: "no") : Lookups.answer(call, total: 2)
        }
        let results = try await Lookups.list([Lookups.scope(1), closed, Lookups.scope(3)], api, time)
        #expect(results.map { $0.failure?.kind } == [nil, .forbidden, nil])
    }

    @Test func anEmptyListWithoutPermissionIsMarked() async throws {
        let time = JumpingTime()
        let api = ScriptedLookups(time) { call, _ in
            call.question == .mayRead ? LookupAnswer(.forbidden) : Lookups.answer(call, total: 0)
        }
        #expect(try await Lookups.list([Lookups.scope(1)], api, time).first?.get().permission == .denied)
        let silent = ScriptedLookups(time) { call, _ in
            call.question == .mayRead ? LookupAnswer(.refused, reason: "what?") : Lookups.answer(call, total: 0)
        }
        #expect(try await Lookups.list([Lookups.scope(1)], silent, time).first?.get().permission == .unproven(reason: "what?"))
    }

    @Test func atMostAFewAreInFlight() async throws {
        let time = JumpingTime()
        let flying = Flying()
        let api = CountingLookups(flying)
        let policy = LookupPolicy(concurrency: 3, budget: nil, attempts: 8, timeout: .seconds(30))
        let runner = LookupRunner(api: api, memory: nil, time: time, random: SystemRandomNumberGenerator(), policy: policy)
        let scopes = try (0..<60).map { try Lookups.scope($0) }
        _ = try await runner.list(scopes, lanes: LaneMap(fingerprint: "f", scopes: scopes))
        #expect(flying.most == 3)
    }
}

/// Keeps what it is told.
final class ScriptedMemory: LookupMemory {
    private let news = Mutex<[LookupNews]>([])
    private let recent: [Timestamp]

    init(recent: [Timestamp]) { self.recent = recent }

    var sent: [LookupNews.Sent] { news.withLock { $0.flatMap(\.sent) } }
    var answered: [LookupNews.Answered] { news.withLock { $0.flatMap(\.answered) } }

    func recentAnswers(
        of fingerprints: [String], since start: Timestamp, at now: Timestamp
    ) async throws(QueueError) -> [LaneID: [Timestamp]] { [LaneID(0): recent] }

    func remember(_ news: LookupNews) async throws(QueueError) -> [LookupTicket] {
        self.news.withLock { all in
            all.append(news)
            return news.sent.indices.map { LookupTicket(Int64(all.count * 100 + $0)) }
        }
    }
}

/// Counts what is in flight at once.
private final class Flying: Sendable {
    private let counts = Mutex((now: 0, most: 0))

    var most: Int { counts.withLock { $0.most } }

    func change(_ step: Int) {
        counts.withLock { counts in
            counts.now += step
            counts.most = max(counts.most, counts.now)
        }
    }
}

private final class CountingLookups: LookupAPI {
    private let flying: Flying

    init(_ flying: Flying) { self.flying = flying }

    func look(_ call: LookupCall) async -> LookupAnswer {
        flying.change(1)
        for _ in 0..<5 { await Task.yield() }
        flying.change(-1)
        return Lookups.answer(call, total: 1)
    }
}
