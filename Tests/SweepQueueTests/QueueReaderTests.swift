import Glibc
import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// A reader sees what is committed, beside a living owner, and changes nothing.
@Suite struct QueueReaderTests {
    let folder: QueueFolder
    let queue: Queue

    init() throws {
        folder = try QueueFolder()
        queue = try folder.owner()
    }

    // MARK: - Beside the owner

    @Test func seesWhatIsCommitted() async throws {
        let reader = try folder.reader()
        #expect(try reader.jobs().isEmpty)
        let job = try await queue.makeJob(try (1...3).map { try Sample.row($0) })
        #expect(try reader.job(job)?.tally == Tally([.pending: 3]))
        try await queue.start(job)
        let claims = try await queue.claim(2)
        #expect(try reader.job(job)?.tally == Tally([.pending: 1, .inFlight: 2]))
        try await queue.record([claims[0].deleted()])
        #expect(try reader.job(job)?.tally == Tally([.pending: 1, .inFlight: 1, .deleted: 1]))
    }

    @Test func changesNothingAndFoldsNoLog() async throws {
        let job = try await queue.makeJob(try (1...200).map { try Sample.row($0) })
        let before = (try folder.read("queue.db"), try folder.read("queue.db-wal"))
        #expect(!before.1.isEmpty)
        func read() throws {
            let reader = try folder.reader()
            #expect(try reader.job(job)?.tally.total == 200)
            #expect(try items(job).count == 200)
        }
        try read()
        #expect(try folder.read("queue.db") == before.0)
        #expect(try folder.read("queue.db-wal") == before.1)
    }

    /// The last connection of all to close is a reader's: even then the log is not its to fold.
    @Test func theLastReaderLeavesTheLog() async throws {
        _ = try await queue.makeJob(try (1...200).map { try Sample.row($0) })
        let copy = try folder.afterCrash()
        let before = try copy.read("queue.db-wal")
        func read() throws -> Int { try copy.reader().jobs().count }
        #expect(try read() == 1)
        #expect(try copy.read("queue.db-wal") == before)
        // The next owner folds it when it closes.
        _ = try copy.owner()
        #expect(!copy.exists("queue.db-wal"))
        #expect(try read() == 1)
    }

    @Test func cannotWrite() async throws {
        let database = try QueueFile.openForReading(folder.queue)
        var refusal: SQLiteError?
        do {
            try database.execute("DELETE FROM job")
        } catch {
            refusal = error
        }
        #expect(refusal?.kind == .readOnly)
    }

    @Test func oneConsistentView() async throws {
        let job = try await queue.makeJob(try (1...50).map { try Sample.row($0) })
        try await queue.start(job)
        var states: [ItemState] = []
        // Somebody writes while the report is being written.
        let reader = try folder.reader()
        let writer = try folder.connection()
        try reader.forEachItem(of: job, in: Set(ItemState.allCases), withAttempts: false) { row in
            if states.isEmpty { try writer.execute("UPDATE item SET state = 'skipped', finished_at = 1") }
            states.append(row.state)
        }
        #expect(states == Array(repeating: .pending, count: 50))
        #expect(try items(job).map(\.state) == Array(repeating: .skipped, count: 50))
    }

    /// The log stays when somebody still reads an old state of the file; everything is in it.
    @Test func theEndOfARunWaitsForNoReader() async throws {
        let job = try await queue.makeJob([try Sample.row(1)])
        let reader = try folder.connection()
        try reader.execute("BEGIN")
        #expect(try reader.integer("SELECT count(*) FROM job WHERE state = 'halted'") == 0)
        try await queue.start(job)
        try await queue.end(job, .halted, reason: nil, at: Sample.start)
        #expect(try folder.size("queue.db-wal") > 0)
        #expect(try folder.reader().job(job)?.state == .halted)
        #expect(try reader.integer("SELECT count(*) FROM job WHERE state = 'halted'") == 0)
    }

    @Test func aReaderThatStopsHalfWayHoldsNothing() async throws {
        struct Enough: Error {}
        let job = try await queue.makeJob(try (1...50).map { try Sample.row($0) })
        let reader = try folder.reader()
        var rows = 0
        #expect(throws: Enough.self) {
            try reader.forEachItem(of: job, in: [.pending], withAttempts: false) { _ in
                rows += 1
                throw Enough()
            }
        }
        #expect(rows == 1)
        // The log can be folded to its end: nobody looks at an old state of the file.
        try await queue.start(job)
        try await queue.end(job, .halted, reason: nil, at: Sample.start)
        #expect(try folder.size("queue.db-wal") == 0)
        #expect(try reader.job(job)?.state == .halted)
    }

    /// A name finds the newest job that has it, so that the others must be known as such; a plan has no name yet.
    @Test func aNameThatWasGivenAgain() async throws {
        for name in ["a", "b", "a"] { _ = try await queue.makeJob([try Sample.row(1)], named: name) }
        _ = try await queue.makePlan([try Sample.row(1)], named: "b")
        let jobs = try folder.reader().jobs()
        #expect(jobs.map(\.name) == ["a", "b", "a"])
        #expect(jobs.map(\.isShadowed) == [false, false, true])
    }

    // MARK: - Items

    @Test func everyField() async throws {
        var request = try Sample.request(1, line: 2)
        request.name = "ci"
        request.clientID = "88bf.access"
        request.note = "ticket 9"
        let job = try await queue.makeJob([.request(request), Sample.invalid(line: 3, scope: try Sample.scope(2)), try Sample.row(4)])
        try await queue.start(job)
        let lost = AnswerDetails(transportError: "timeout")
        let found = AnswerDetails(
            httpStatus: 404, errorCode: 12_130, errorMessage: "not found", documentationURL: "https://example.com/12130",
            sourcePointer: "/id", errorChain: "6111: deeper", rayID: "8f2c-FRA")
        let first = try #require(try await queue.claim(1).first)
        try await queue.record([first.record(.pending(notBefore: Sample.start), fateUnknown: true, details: lost)])
        let later = Sample.start + .seconds(2)
        let order = ClaimOrder.waiting([first.call.item])
        let second = try #require(try await queue.commit(Turn(records: [], claims: [order], now: later)).first)
        let facts = TokenFacts(name: "other", clientID: "other", duration: "8760h", expiresAt: later)
        let gone = second.record(.final(.presumedDeleted, reason: "gone"), at: later, details: found, token: facts)
        try await queue.record([gone])

        let log = [
            Attempt(number: 1, startedAt: Sample.start, finishedAt: Sample.start + Milliseconds(50), details: lost),
            Attempt(number: 2, startedAt: later, finishedAt: later + Milliseconds(50), details: found),
        ]
        let expected = ReportRow(
            position: RowPosition(manifest: "leaked.csv", line: 2), tokenText: try Sample.token(1).description,
            scope: try Sample.scope(1), state: .presumedDeleted, reason: "gone", name: "ci", clientID: "88bf.access",
            duration: "8760h", expiresAt: later, note: "ticket 9", finishedAt: later + Milliseconds(50), attemptCount: 2,
            firstAttemptAt: Sample.start, lastDetails: found, attempts: log)
        let unusable = ReportRow(
            position: RowPosition(manifest: "leaked.csv", line: 3), tokenText: "88bf.access", scope: try Sample.scope(2),
            state: .invalid, reason: "service_token_id: not a UUID (this is a client id)", name: "ci", clientID: "88bf.access",
            note: "n", finishedAt: Sample.start)
        let untried = ReportRow(
            position: RowPosition(manifest: "leaked.csv", line: 5), tokenText: try Sample.token(4).description,
            scope: try Sample.scope(1), state: .pending)
        #expect(try items(job, withAttempts: true) == [expected, unusable, untried])
        var short = expected
        short.attempts = []
        #expect(try items(job) == [short, unusable, untried])
    }

    @Test func manyAttempts() async throws {
        let job = try await queue.makeJob([try Sample.row(1)])
        try await queue.start(job)
        var claim = try #require(try await queue.claim(1).first)
        for number in 1...5 {
            let now = Sample.start + .seconds(Int64(number))
            let details = AnswerDetails(httpStatus: 500 + number)
            try await queue.record([claim.record(.pending(notBefore: now), at: now, details: details)])
            claim = try #require(try await queue.commit(Turn(records: [], claims: [.waiting([claim.call.item])], now: now)).first)
        }
        let short = try #require(try items(job).first)
        // Six requests were sent; the answer of the last is still to come.
        #expect(short.attemptCount == 6)
        #expect(short.firstAttemptAt == Sample.start + .seconds(1))
        #expect(short.lastDetails == AnswerDetails(httpStatus: 505))
        #expect(short.attempts.isEmpty)
        let long = try #require(try items(job, withAttempts: true).first)
        #expect(long.attempts.map(\.number) == [1, 2, 3, 4, 5])
        #expect(long.attempts.map(\.details.httpStatus) == [501, 502, 503, 504, 505])
        #expect(long.lastDetails == short.lastDetails)
        #expect(long.firstAttemptAt == short.firstAttemptAt)
    }

    @Test func itemsComeInManifestOrder() async throws {
        _ = try await queue.makeJob(try (1...9).map { try Sample.row($0, scope: $0) }, named: "before")
        _ = try await queue.startPlan(Sample.draft(manifests: ["b.csv", "a.csv"]))
        try await queue.add(try (1...40).map { try Sample.row($0, scope: 1 + $0 % 4) }, manifest: 0)
        try await queue.add([Sample.invalid(line: 2)] + (41...80).map { try Sample.row($0, scope: 1 + $0 % 3) }, manifest: 1)
        let job = try await queue.sealPlan().job
        try await queue.confirm(job)
        _ = try await queue.makeJob(try (1...9).map { try Sample.row($0, scope: $0) }, named: "after")
        let rows = try items(job)
        #expect(rows.map(\.position.manifest) == Array(repeating: "b.csv", count: 40) + Array(repeating: "a.csv", count: 41))
        #expect(rows.map(\.position.line) == Array(2...41) + [2] + Array(42...81))
        #expect(try folder.reader().job(job)?.manifests == ["b.csv", "a.csv"])
    }

    @Test func onlyTheStatesAskedFor() async throws {
        let job = try await queue.makeJob(try (1...6).map { try Sample.row($0) } + [Sample.invalid(line: 9)])
        try await queue.start(job)
        let claims = try await queue.claim(4)
        try await queue.record([claims[0].deleted(), claims[2].record(.final(.failed, reason: nil))])
        for (states, lines) in [
            (Set<ItemState>([.deleted]), [2]), ([.failed, .deleted], [2, 4]), ([.inFlight], [3, 5]), ([.pending], [6, 7]),
            ([.invalid], [9]), ([.skipped], []), ([], []),
        ] {
            var found: [Int] = []
            try folder.reader().forEachItem(of: job, in: states, withAttempts: false) { found.append($0.position.line) }
            #expect(found == lines)
        }
    }

    // MARK: - Jobs

    @Test func anOverview() async throws {
        let rows = [try Sample.row(1), try Sample.row(1), try Sample.row(2, scope: 2), Sample.invalid()]
        let job = try await queue.makeJob(rows)
        let plan = try await Queue(scratch: ()).makePlan(rows)
        var overview = JobOverview(
            id: job, name: "incident-42", state: .unfinished, planID: plan.id, createdAt: Sample.start,
            baseURL: "https://api.example/v4", tally: Tally([.pending: 2, .invalid: 1]),
            scopes: [
                ScopeTally(scope: try Sample.scope(1), tally: Tally([.pending: 1])),
                ScopeTally(scope: try Sample.scope(2), tally: Tally([.pending: 1])),
            ], duplicates: 1, manifests: ["leaked.csv"])
        overview.evidenceHead = EvidenceHash(try folder.reader().checkEvidence(of: job, head: nil).head)
        #expect(try folder.reader().job(job) == overview)
        #expect(try folder.reader().jobs() == [overview])
        #expect(try folder.reader().settings(of: job) == "{\"concurrency\":16}")
    }

    @Test func aJobByNameOrID() async throws {
        let first = try await queue.makeJob([try Sample.row(1)], named: "first")
        // A job may be named like another one's id: the name wins.
        let second = try await queue.makeJob([try Sample.row(1)], named: "\(first)")
        let third = try await queue.makeJob([], named: "third")
        let reader = try folder.reader()
        #expect(try reader.job("first")?.id == first)
        #expect(try reader.job("\(first)")?.id == second)
        #expect(try reader.job("\(second)")?.id == second)
        #expect(try reader.job(nil)?.id == third)
        #expect(try reader.job("none") == nil)
        #expect(try reader.job("") == nil)
        #expect(try reader.job("FIRST") == nil)
        #expect(try reader.job(JobID(99)) == nil)
        #expect(try reader.jobs().map(\.id) == [third, second, first])
        #expect(try reader.unfinishedJob(named: "third")?.id == third)
        #expect(try reader.unfinishedJob(named: "fourth") == nil)
        #expect(try reader.settings(of: JobID(99)) == "")
    }

    @Test func unfinishedJobsOfAPlan() async throws {
        let rows = [try Sample.row(1), try Sample.row(2)]
        let first = try await queue.makeJob(rows, named: "first")
        let second = try await queue.makeJob(rows.reversed(), named: "second")
        _ = try await queue.makeJob([rows[0]], named: "smaller")
        let reader = try folder.reader()
        let planID = try #require(try reader.job(first)?.planID)
        #expect(try reader.unfinishedJobs(planID: planID).map(\.id) == [second, first])
        try await queue.end(second, .halted, reason: "canary", at: Sample.start)
        #expect(try reader.unfinishedJobs(planID: planID).map(\.id) == [second, first])
        try await queue.start(first)
        try await queue.record(try await queue.claim(2).map { $0.deleted() })
        try await queue.end(first, .finished, reason: nil, at: Sample.start)
        #expect(try reader.unfinishedJobs(planID: planID).map(\.id) == [second])
        #expect(try reader.unfinishedJobs(planID: "none").isEmpty)
    }

    private func items(_ job: JobID, withAttempts: Bool = false) throws -> [ReportRow] {
        var rows: [ReportRow] = []
        try folder.reader().forEachItem(of: job, in: Set(ItemState.allCases), withAttempts: withAttempts) { rows.append($0) }
        return rows
    }
}
