import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// What a lookup makes of a plan.
@Suite struct ReviewTests {
    private func client(_ number: Int) throws -> ClientID {
        let digits = String(number, radix: 16)
        return try #require(ClientID(String(repeating: "0", count: 32 - digits.count) + digits + ".access"))
    }

    private func row(_ number: Int, scope: Int?, line: Int, heldBackFor reason: String? = nil) throws -> ManifestRow {
        let client = try client(number)
        return .unresolved(
            ClientIDRequest(
                position: RowPosition(manifest: "leaked.csv", line: line), scope: try scope.map { try Sample.scope($0) }, clientID: client,
                clientIDText: client.description), heldBackFor: reason)
    }

    private func live(_ number: Int, scope: Int = 1, client: Int? = nil, name: String? = nil, seen: Timestamp? = nil) throws -> LiveToken {
        LiveToken(
            scope: try Sample.scope(scope), id: try Sample.token(number), clientID: try self.client(client ?? number).description,
            name: name,
            lastSeenAt: seen, duration: "8760h", isLastSeenKnown: true)
    }

    private func finding(_ scope: Int, _ tokens: [LiveToken]?, isProven: Bool = true) throws -> LookupFinding {
        LookupFinding(scope: try Sample.scope(scope), tokens: tokens, provesAbsence: isProven && tokens != nil, referrers: [:])
    }

    private func review(
        _ queue: Queue, _ rows: [ManifestRow], _ findings: [LookupFinding], _ patterns: String...
    ) async throws -> PlanReview {
        let plan = try await queue.makePlan(rows)
        let protections = ProtectionList(patterns.compactMap { Protection($0) })
        return try await queue.review(plan, by: findings, protecting: protections, at: Sample.start)
    }

    @Test func `a client id becomes its token, and the plan's id is that of the token`() async throws {
        let queue = try Queue(scratch: ())
        let found = try await review(
            queue, [try row(7, scope: 1, line: 2), try row(8, scope: nil, line: 3)],
            [try finding(1, [try live(7, name: "ci")]), try finding(2, [try live(8, scope: 2)])])
        #expect(found.problemCount == 0)
        #expect(found.plan.deletions == 2 && found.plan.invalid == 0)
        let tokens = try await queue.tokens(of: found.plan, limit: 10)
        #expect(tokens.map(\.request.tokenID) == [try Sample.token(7), try Sample.token(8)])
        #expect(tokens.map(\.request.scope) == [try Sample.scope(1), try Sample.scope(2)])
        #expect(tokens.map(\.liveName) == ["ci", nil])
        let same = try await Queue(scratch: ()).makePlan([try Sample.row(7), try Sample.row(8, scope: 2)])
        #expect(found.plan.id == same.id)
    }

    @Test func `no match, several matches and lists that are not complete are told apart`() async throws {
        let queue = try Queue(scratch: ())
        let rows = [
            try row(1, scope: 1, line: 2), try row(2, scope: 1, line: 3), try row(3, scope: 2, line: 4), try row(4, scope: 3, line: 5),
            try row(2, scope: nil, line: 6), try row(5, scope: 4, line: 7), try row(6, scope: 4, line: 8),
        ]
        let found = try await review(
            queue, rows,
            [
                try finding(1, [try live(20, client: 2), try live(21, client: 2)]), try finding(2, nil),
                try finding(3, [], isProven: false), try finding(4, [try live(50, scope: 4, client: 5)], isProven: false),
            ])
        #expect(
            found.problems.map(\.reason) == [
                "no token has this client id", "several tokens have this client id",
                "the tokens could not all be listed to find this client id",
                "the tokens could not all be listed to find this client id", "several tokens have this client id",
                "not listed, but the credential may not see all tokens there",
            ])
        #expect(found.problems.map(\.position.line) == [2, 3, 4, 5, 6, 8])
        #expect(found.plan.deletions == 1 && found.plan.invalid == 6)
    }

    @Test func `a client id of a token that is in the plan is a duplicate, before and after it`() async throws {
        let queue = try Queue(scratch: ())
        let found = try await review(
            queue,
            [
                try row(1, scope: 1, line: 2), try Sample.row(1), try Sample.row(2), try row(2, scope: 1, line: 5),
                try row(2, scope: nil, line: 6),
            ],
            [try finding(1, [try live(1), try live(2)])])
        #expect(found.plan.deletions == 2 && found.plan.duplicates == 3 && found.plan.invalid == 0)
        try await queue.confirm(found.plan.job)
        #expect(try await queue.start(found.plan.job).fresh == [LaneID(0): 2])
        #expect(try await queue.claim(10).count == 2)
    }

    @Test func `one row that is held back is enough, also when it names the token by its client id`() async throws {
        let queue = try Queue(scratch: ())
        let found = try await review(
            queue, [try Sample.row(1), try row(1, scope: 1, line: 3, heldBackFor: "protected by name:x"), try Sample.row(1, scope: 2)],
            [try finding(1, [try live(1)]), try finding(2, [try live(1, scope: 2)])])
        #expect(found.plan.deletions == 0 && found.plan.skipped == 2)
    }

    @Test(arguments: [("name:prod-*", 1), ("client-id:00000000000000000000000000000001.access", 1), ("name:x-*", 0)])
    func `tokens are protected by what the API calls them`(pattern: String, skipped: Int) async throws {
        let queue = try Queue(scratch: ())
        let found = try await review(
            queue, [try Sample.row(1), try Sample.row(2)],
            [try finding(1, [try live(1, name: "prod-1"), try live(2, name: "ci-2")])], pattern)
        #expect(found.plan.skipped == skipped && found.unjudged.isEmpty)
    }

    @Test func `a token that neither the manifest nor the API tells of cannot be judged`() async throws {
        let queue = try Queue(scratch: ())
        let found = try await review(
            queue, [try Sample.row(1), try Sample.row(2)], [try finding(1, [try live(1, name: "a")])], "name:prod-*")
        #expect(found.unjudged == [.name: 1])
        #expect(found.plan.deletions == 1)
    }

    @Test func `tokens in use, seen, missing and renamed are found`() async throws {
        let queue = try Queue(scratch: ())
        var renamed = try Sample.request(3)
        renamed.name = "old"
        var first = try finding(1, [try live(1), try live(2, seen: Sample.start), try live(3, name: "new")])
        first.referrers = [try Sample.token(1): .init(texts: ["group (g\r\n)", "DoH"], blocksDeletion: true)]
        let found = try await review(
            queue, [try Sample.row(1), try Sample.row(2), .request(renamed), try Sample.row(4), try Sample.row(5, scope: 2)],
            [first, try finding(2, nil)])
        func tokens(_ selection: PlanSelection) async throws -> [TokenID] {
            let tokens = try await queue.tokens(of: found.plan, selection, limit: 10)
            let count = try await queue.count(of: found.plan, selection)
            #expect(count == tokens.count)
            return tokens.map(\.request.tokenID)
        }
        #expect(try await tokens(.inUse) == [try Sample.token(1)])
        #expect(try await tokens(.seen(since: Sample.start)) == [try Sample.token(2)])
        #expect(try await tokens(.renamed) == [try Sample.token(3)])
        #expect(try await tokens(.unlisted) == [try Sample.token(4)])
        #expect(try await tokens(.unknown) == [try Sample.token(5)])
        let all = try await queue.tokens(of: found.plan, limit: 10)
        #expect(all.map(\.referrers) == [["group (g )", "DoH"], [], [], [], []])
        let page = try await queue.tokens(of: found.plan, after: all[1].item, limit: 2)
        #expect(page.map(\.item) == [all[2].item, all[3].item])
    }

    // MARK: - What goes last

    @Test func `tokens that were seen, and those of which nobody knows, are given out only when they are released`() async throws {
        let queue = try Queue(scratch: ())
        var odd = try live(3)
        odd.isLastSeenKnown = false
        let old = Timestamp(milliseconds: Sample.start.milliseconds - 1)
        let found = try await review(
            queue, try (1...6).map { try Sample.row($0) } + [try Sample.row(7, scope: 2)],
            [try finding(1, [try live(1, seen: Sample.start), try live(2, seen: old), odd, try live(4), try live(5, seen: Sample.start)])])
        #expect(try await queue.deferTokens(of: found.plan, seenSince: Sample.start) == 4)
        try await queue.confirm(found.plan.job)
        let start = try await queue.start(found.plan.job, scopes: [1, 2])
        #expect(start.deferred == 4 && start.fresh == [LaneID(0): 3])
        let claims = try await queue.claim(10)
        #expect(Set(claims.map(\.call.tokenID)) == Set(try [2, 4, 6].map { try Sample.token($0) }))
        try await queue.record(claims.map { $0.deleted() })
        try await queue.end(found.plan.job, .unfinished, reason: nil, at: Sample.start)
        #expect(try await queue.deferredCount(of: found.plan.job) == 4)
        #expect(try await queue.releaseDeferred(of: found.plan.job, by: .unasked, at: Sample.start) == 4)
        #expect(try await queue.start(found.plan.job, scopes: [1, 2]).fresh == [LaneID(0): 4])
        #expect(Set(try await queue.claim(10).map(\.call.tokenID)) == Set(try [1, 3, 5, 7].map { try Sample.token($0) }))
    }

    @Test func `the tables refuse to send a token that waits`() async throws {
        let queue = try Queue(scratch: ())
        let plan = try await queue.makePlan([try Sample.row(1)])
        #expect(try await queue.deferTokens(of: plan, seenSince: Sample.start) == 1)
        let error = try await failure { try await queue.sendAll() }
        #expect(error.code == .constraint)
    }

    @Test func `a job that goes on lets wait what a new plan lets wait`() async throws {
        let queue = try Queue(scratch: ())
        let job = try await queue.makeJob([try Sample.row(1), try Sample.row(2)])
        let again = try await queue.makePlan([try Sample.row(1), try Sample.row(2)])
        #expect(try await queue.deferTokens(of: again, seenSince: Sample.start) == 2)
        try await queue.carryDeferral(from: again, to: job)
        #expect(try await queue.deferredCount(of: job) == 2)
    }
}

extension Queue {
    fileprivate func sendAll() throws(QueueError) {
        try mapped { () throws(SQLiteError) in
            try database.execute("UPDATE item SET state = 'in_flight', attempts = 1, claimed_at = 1")
        }
    }
}
