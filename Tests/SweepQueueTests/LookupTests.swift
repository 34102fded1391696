import Glibc
import SweepModel
import SweepQueue
import Testing

private let now = Timestamp(milliseconds: 1_800_000_000_000)

/// A queue file of its own for a test, removed with everything beside it.
private final class QueueFixture {
    let path: String
    private let folder: String

    init() throws {
        var name = Array("/tmp/tokensweep-lookup-XXXXXX".utf8CString)
        let made = mkdtemp(&name)
        folder = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try #require(made != nil)
        path = "\(folder)/queue.db"
    }

    deinit {
        for suffix in ["", "-wal", "-shm", "-owner"] { _ = remove(path + suffix) }
        _ = rmdir(folder)
    }

    func open(at reading: BootReading? = nil) throws -> Queue { try Queue(owning: path, as: "test", at: reading) }
}

private func scope(_ digit: Character) throws -> Scope { Scope(.account, try #require(ScopeID(String(repeating: digit, count: 32)))) }

private func token(_ digit: Character) throws -> TokenID {
    try #require(TokenID("00000000-0000-4000-8000-" + String(repeating: digit, count: 12)))
}

@Suite("Lookups in the queue")
struct LookupTests {
    @Test func lookupsAreRememberedAcrossOwners() async throws {
        let file = try QueueFixture()
        do {
            let queue = try file.open()
            let tickets = try await queue.remember(
                LookupNews(
                    answered: [],
                    sent: [.init(fingerprint: "a", givenUpAt: now + .seconds(30)), .init(fingerprint: "b", givenUpAt: now + .seconds(30))]))
            #expect(tickets.count == 2)
            let answered = try #require(tickets.first)
            _ = try await queue.remember(LookupNews(answered: [.init(ticket: answered, at: now + .seconds(1))], sent: []))
            try await queue.letGo()
        }
        let queue = try file.open()
        let recent = try await queue.recentAnswers(of: ["b", "a", "c"], since: now - .seconds(300), at: now)
        // One was answered; the other was on the wire when its owner went, and counts to the last moment it may have arrived.
        #expect(recent == [LaneID(0): [now + .seconds(30)], LaneID(1): [now + .seconds(1)]])
        #expect(try await queue.recentAnswers(of: ["a"], since: now + .seconds(2), at: now) == [:])
    }

    @Test func whatIsOlderThanEveryWindowIsForgotten() async throws {
        let file = try QueueFixture()
        let queue = try file.open()
        _ = try await queue.remember(LookupNews(answered: [], sent: [.init(fingerprint: "a", givenUpAt: now)]))
        #expect(try await queue.recentAnswers(of: ["a"], since: .distantPast, at: now + .seconds(86_400)) == [LaneID(0): [now]])
        #expect(try await queue.recentAnswers(of: ["a"], since: .distantPast, at: now + .seconds(86_401)) == [:])
    }

    /// More than a day forward, after which they would be forgotten as well.
    @Test func aClockThatWasSetForwardHidesNone() async throws {
        let file = try QueueFixture()
        let boot = now - .seconds(3600)
        var queue = try file.open(at: BootReading(boot: "b", startedAt: boot, now: now))
        let news = LookupNews(
            answered: [],
            sent: [.init(fingerprint: "a", givenUpAt: now), .init(fingerprint: "a", givenUpAt: now + .seconds(30))])
        _ = try await queue.remember(news)
        try await queue.letGo()
        let jump = Milliseconds.seconds(86_400 * 400)
        let later = now + jump + .seconds(10)
        queue = try file.open(at: BootReading(boot: "b", startedAt: boot + jump, now: later))
        #expect(
            try await queue.recentAnswers(of: ["a"], since: later - .seconds(60), at: later) == [LaneID(0): [later - .seconds(10), later]])
        try await queue.letGo()
        // Another start of the machine: nothing but the calendar is known.
        queue = try file.open(at: BootReading(boot: "c", startedAt: boot + jump, now: later))
        #expect(try await queue.recentAnswers(of: ["a"], since: later - .seconds(60), at: later) == [:])
    }

    @Test func aRunCountsTheLookupsBeforeIt() async throws {
        let file = try QueueFixture()
        let queue = try file.open()
        _ = try await queue.remember(LookupNews(answered: [], sent: [.init(fingerprint: "a", givenUpAt: now)]))
        let plan = try await plan(in: queue)
        let lanes = LaneMap(fingerprint: "a", scopes: plan.scopes.map(\.scope))
        let start = try await queue.begin(plan.job, lanes: lanes, remembering: .seconds(300), at: now + .seconds(1))
        #expect(start.recentAnswers == [LaneID(0): [now]])
    }

    @Test func onlyACompleteListVerifies() async throws {
        let file = try QueueFixture()
        let queue = try file.open()
        let job = try await plan(in: queue).job
        let (a, b) = (try scope("a"), try scope("b"))
        try await queue.verify(job, against: [LiveList(scope: a, tokens: [try token("1"), try token("9")], provesAbsence: true)], at: now)
        #expect(try verified(job, file.path) == [nil, now, nil])
        let lists = [
            LiveList(scope: a, tokens: [try token("2")], provesAbsence: true), LiveList(scope: b, tokens: [], provesAbsence: false),
        ]
        try await queue.verify(job, against: lists, at: now + .seconds(1))
        #expect(try verified(job, file.path) == [now + .seconds(1), nil, nil])
        // What may leave tokens out takes back, and grants nothing.
        let partial = [LiveList(scope: a, tokens: [], provesAbsence: false), LiveList(scope: b, tokens: [], provesAbsence: true)]
        try await queue.verify(job, against: partial, at: now + .seconds(2))
        #expect(try verified(job, file.path) == [now + .seconds(1), nil, now + .seconds(2)])
    }

    /// Tokens 1 and 2 of account a, and 1 of account b.
    private func plan(in queue: Queue) async throws -> Plan {
        let draft = JobDraft(name: "j", settings: "{}", baseURL: "https://example.com", manifests: ["m"], createdAt: now)
        _ = try await queue.startPlan(draft)
        let rows = [("a", "1"), ("a", "2"), ("b", "1")] as [(Character, Character)]
        let requests = try rows.enumerated().map { line, row in
            ManifestRow.request(
                DeletionRequest(
                    position: RowPosition(manifest: "m", line: line + 1), scope: try scope(row.0), tokenID: try token(row.1)))
        }
        try await queue.add(requests, manifest: 0)
        let plan = try await queue.sealPlan()
        try await queue.confirm(plan.job)
        return plan
    }

    private func verified(_ job: JobID, _ path: String) throws -> [Timestamp?] {
        var times: [Timestamp?] = []
        try QueueReader(path: path).forEachItem(of: job, in: Set(ItemState.allCases), withAttempts: false) { times.append($0.verifiedAt) }
        return times
    }
}
