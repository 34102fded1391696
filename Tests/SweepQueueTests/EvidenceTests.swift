import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// The chain of evidence attests what happened, and nothing of it can be changed without a finding.
@Suite struct EvidenceTests {
    let folder: QueueFolder

    init() throws { folder = try QueueFolder() }

    /// A job with every kind of line: held back rows, tries, an owner that died, outcomes, a retry, a cancellation, a proof.
    private func richJob() async throws -> JobID {
        var queue: Queue? = try folder.owner()
        let job = try await prepare(try #require(queue))
        queue = nil
        queue = try folder.owner("the next owner")
        try await goOn(try #require(queue), job)
        return job
    }

    private func prepare(_ queue: Queue) async throws -> JobID {
        let protected = ManifestRow.heldBack(try Sample.request(90), reason: "protected by name:prod-*")
        let rows = try (1...8).map { try Sample.row($0) } + [protected, Sample.invalid(line: 99)] + [try Sample.row(50, scope: 2)]
        var draft = Sample.draft()
        draft.reason = "ticket 42"
        _ = try await queue.startPlan(draft)
        try await queue.add(rows, manifest: 0)
        let job = try await queue.sealPlan().job
        try await queue.confirm(job)
        try await queue.start(job, scopes: [1, 2])
        let claims = try await queue.claim(6)
        try await queue.record([
            claims[0].deleted(), claims[1].record(.final(.failed, reason: "refused")),
            claims[2].record(.pending(notBefore: Sample.start), details: AnswerDetails(transportError: "timeout")),
            claims[3].record(.final(.blocked, reason: "in use")),
        ])
        // The other two are in flight when the owner goes.
        return job
    }

    private func goOn(_ queue: Queue, _ job: JobID) async throws {
        let start = try await queue.start(job, scopes: [1, 2], at: Sample.start + Sample.minute)
        let waiting = start.waiting.map(\.item)
        let claims = try await queue.commit(Turn(records: [], claims: [.waiting(waiting)], now: Sample.start + Sample.minute))
        try await queue.record(claims.map { $0.record(.final(.presumedDeleted, reason: "gone")) })
        try await queue.end(job, .unfinished, reason: "paused", at: Sample.start + Sample.minute)
        _ = try await queue.retry(job, [.failed])
        try await queue.start(job, scopes: [1, 2], at: Sample.start + Sample.minute)
        let again = try await queue.commit(
            Turn(records: [], claims: [.waiting([ItemID(claims[0].call.item.value - 1)])], now: Sample.start + Sample.minute))
        try await queue.record(again.map { $0.record(.final(.failed, reason: "refused again")) })
        _ = try await queue.cancel(job, at: Sample.start + Sample.minute)
        let list = LiveList(scope: try Sample.scope(), tokens: [try Sample.token(4)], provesAbsence: true)
        try await queue.verify(job, against: [list], at: Sample.start + Sample.minute)
    }

    private func check(_ folder: QueueFolder, _ job: JobID, head: EvidenceHash? = nil) throws -> EvidenceVerdict {
        try folder.reader().checkEvidence(of: job, head: head)
    }

    private func lines(_ folder: QueueFolder, _ job: JobID) throws -> [String] {
        var lines: [String] = []
        try folder.reader().forEachEvidenceLine(of: job) { lines.append(String(decoding: $0, as: UTF8.self)) }
        return lines
    }

    private func events(_ lines: [String]) -> [String] {
        lines.map { line in
            let rest = line.split(separator: "\"event\":\"", maxSplits: 1).last ?? ""
            return String(rest.prefix { $0 != "\"" })
        }
    }

    @Test func `every event is a line, and whoever did it is named`() async throws {
        let job = try await richJob()
        let lines = try lines(folder, job)
        let tries = ["attempt", "outcome"]
        #expect(
            events(lines) == ["planned", "confirmed", "started"] + tries + tries + ["attempt"] + tries
                + ["attempt", "attempt", "recovered", "started"] + tries + tries + tries
                + ["paused", "retried", "started"] + tries + ["cancelled", "finished", "verified"])
        #expect(lines[0].contains(#""by":"the test","name":"incident-42","action":"delete","plan_id":""#))
        #expect(lines[0].contains(#""deletions":9,"skipped":1,"invalid":1"#) && lines[0].contains(#""reason":"ticket 42""#))
        #expect(lines[1].contains(#""how":"--yes""#) && lines[1].contains(#""reason":"ticket 42""#))
        #expect(lines.last?.contains(#""by":"the next owner""#) == true)
        let verdict = try check(folder, job)
        #expect(verdict.findings == [])
        #expect(verdict.length == lines.count)
        #expect(lines.last?.hasSuffix(#""hash":"\#(verdict.head)"}"#) == true)
        #expect(try folder.reader().job(job)?.evidenceHead?.description == verdict.head)
    }

    @Test func `each line's hash covers the line, and names the one before`() async throws {
        let job = try await richJob()
        let hasher = try LineHasher()
        var previous = String(repeating: "0", count: 64)
        for line in try lines(folder, job) {
            let body = line.dropLast(",'hash':''}".count + 64) + "}"
            #expect(body.hasSuffix(",\"previous\":\"\(previous)\"}"))
            previous = try #require(EvidenceHash(bytes: try hasher.hash(Array(body.utf8)))).description
            #expect(line.hasSuffix(",\"hash\":\"\(previous)\"}"))
        }
    }

    @Test func `an edited outcome is named with its line and its token`() async throws {
        let job = try await richJob()
        try folder.connection().execute("UPDATE item SET state = 'deleted', reason = NULL WHERE state = 'blocked'")
        let verdict = try check(folder, job)
        #expect(verdict.findings.first?.line == 9)
        #expect(verdict.findings.first?.text.contains("attempt 1 of token \(try Sample.token(4)) and its outcome, deleted") == true)
    }

    @Test func `a tail that was cut off together with its head is told by the hash in the ticket`() async throws {
        let job = try await richJob()
        let head = try #require(try folder.reader().job(job)?.evidenceHead)
        let earlier = try #require(try lines(folder, job).dropLast().last.flatMap { EvidenceHash($0.suffix(66).prefix(64)) })
        #expect(try check(folder, job, head: head).lineOfGivenHead == check(folder, job).length)
        #expect(try check(folder, job, head: earlier).lineOfGivenHead == check(folder, job).length - 1)
        #expect(try check(folder, job, head: earlier).isIntact)
        try folder.connection().execute(
            """
            DELETE FROM evidence WHERE number = (SELECT max(number) FROM evidence);
            UPDATE chain SET length = length - 1, head = (SELECT hash FROM evidence ORDER BY number DESC LIMIT 1);
            UPDATE item SET verified_at = NULL; UPDATE job SET verified_at = NULL;
            """)
        #expect(try check(folder, job).isIntact)
        #expect(try check(folder, job, head: head).findingCount == 1)
    }

    @Test func `the chains of two jobs are apart`() async throws {
        let first = try await richJob()
        let queue = try folder.owner()
        let second = try await queue.makeJob([try Sample.row(1)], named: "second")
        try await queue.start(second)
        try await queue.record(try await queue.claim(1).map { $0.deleted() })
        try await queue.end(second, .finished, reason: nil, at: Sample.start)
        #expect(try check(folder, first).findings == [])
        #expect(try check(folder, second).findings == [])
        #expect(events(try lines(folder, second)) == ["planned", "confirmed", "started", "attempt", "outcome", "finished"])
    }

    @Test func `a plan that is refused leaves no evidence`() async throws {
        let queue = try folder.owner()
        try await queue.discard(try await queue.makePlan([try Sample.row(1)]).job)
        #expect(try folder.connection().integer("SELECT (SELECT count(*) FROM evidence) + (SELECT count(*) FROM chain)") == 0)
    }

    // MARK: - Any edit

    private static let columns: [(table: String, column: String, type: Character)] = [
        ("evidence", "line", "t"), ("evidence", "previous", "b"), ("evidence", "hash", "b"), ("evidence", "number", "i"),
        ("chain", "length", "i"), ("chain", "head", "b"), ("credential", "fingerprint", "t"), ("tally", "count", "i"),
        ("attempt", "item", "i"), ("attempt", "number", "i"), ("attempt", "credential", "i"), ("attempt", "started_at", "i"),
        ("attempt", "finished_at", "i"), ("attempt", "http_status", "i"), ("attempt", "error_code", "i"),
        ("attempt", "error_message", "t"), ("attempt", "ray_id", "t"), ("attempt", "transport_error", "t"), ("attempt", "seal", "i"),
        ("attempt", "outcome", "t"), ("item", "state", "s"), ("item", "token", "b"), ("item", "scope", "i"), ("item", "attempts", "i"),
        ("item", "finished_at", "i"), ("item", "reason", "t"), ("item", "verified_at", "i"), ("scope", "scope_id", "t"),
        ("job", "name", "t"), ("job", "plan_id", "t"), ("job", "base_url", "t"), ("job", "reason", "t"), ("job", "finished_at", "i"),
        ("job", "verified_at", "i"),
    ]

    /// SQL that changes one value of one row.
    private func edit(_ random: inout SeededRandom) throws -> String {
        let (table, column, type) = try #require(Self.columns.randomElement(using: &random))
        let states = ItemState.allCases.filter { $0 != .inFlight && $0 != .pending }.map { "('\($0.rawValue)')" }.joined(separator: ", ")
        let value =
            switch type {
            case "t": "coalesce(\(column) || 'x', 'x')"
            case "b": "randomblob(coalesce(length(\(column)), 16))"
            case "s": "(SELECT column1 FROM (VALUES \(states)) WHERE column1 <> \(column) ORDER BY random() LIMIT 1)"
            default: "coalesce(\(column) + 1, 7)"
            }
        let key = table == "evidence" ? "number" : table == "chain" ? "job" : "rowid"
        guard table != "tally" else { return "UPDATE tally SET count = count + 1 WHERE state = 'deleted' AND count > 0" }
        let row = Int.random(in: 0..<1000, using: &random)
        return """
            UPDATE \(table) SET \(column) = \(value) WHERE \(key) =
                (SELECT \(key) FROM \(table) ORDER BY \(key) LIMIT 1 OFFSET \(row) % (SELECT count(*) FROM \(table)))
            """
    }

    /// SQL that removes a line, or lets two change places.
    private func upheaval(_ random: inout SeededRandom) -> String {
        let table = Bool.random(using: &random) ? "attempt" : "evidence"
        let key = table == "attempt" ? "id" : "number"
        let row = Int.random(in: 0..<1000, using: &random)
        let chosen = "(SELECT \(key) FROM \(table) ORDER BY \(key) LIMIT 1 OFFSET \(row) % ((SELECT count(*) FROM \(table)) - 1))"
        if Bool.random(using: &random) { return "DELETE FROM \(table) WHERE \(key) = \(chosen)" }
        return """
            CREATE TEMP TABLE pair AS SELECT \(key) AS place FROM \(table) WHERE \(key) >= \(chosen) ORDER BY \(key) LIMIT 2;
            UPDATE \(table) SET \(key) = -1 WHERE \(key) = (SELECT min(place) FROM pair);
            UPDATE \(table) SET \(key) = (SELECT min(place) FROM pair) WHERE \(key) = (SELECT max(place) FROM pair);
            UPDATE \(table) SET \(key) = (SELECT max(place) FROM pair) WHERE \(key) = -1;
            """
    }

    @Test(arguments: 1...6) func `any edit, removal or swap is found`(seed: UInt64) async throws {
        let job = try await richJob()
        var random = SeededRandom(seed)
        var edits = 0
        for round in 0..<40 {
            let copy = try folder.afterCrash()
            let sql = round < 30 ? try edit(&random) : upheaval(&random)
            let database = try copy.connection()
            try database.execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            do { try database.execute(sql) } catch { continue }  // Two rows cannot have one key.
            guard database.changes > 0 else { continue }
            edits += 1
            #expect(try !check(copy, job).isIntact, "\(sql)")
        }
        #expect(edits > 25)
    }
}
