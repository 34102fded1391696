import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// Rows become items: each identity once, in manifest order.
@Suite struct PlanningTests {
    @Test func usableAndUnusableRows() async throws {
        let queue = try Queue(scratch: ())
        let plan = try await queue.makePlan([
            try Sample.row(1), Sample.invalid(line: 3), try Sample.row(2, scope: 2),
            Sample.invalid(line: 5, scope: try Sample.scope(1)), try Sample.row(3),
        ])
        #expect(plan.deletions == 3)
        #expect(plan.invalid == 2)
        #expect(plan.duplicates == 0)
        #expect(plan.scopes.map(\.scope) == [try Sample.scope(1), try Sample.scope(2)])
        #expect(plan.scopes.map { $0.tally[.pending] } == [2, 1])
    }

    @Test func duplicatesWithinAManifest() async throws {
        let queue = try Queue(scratch: ())
        let plan = try await queue.makePlan([
            try Sample.row(1, line: 2), try Sample.row(1, line: 3), try Sample.row(2, line: 4), try Sample.row(1, line: 5),
        ])
        #expect(plan.deletions == 2)
        #expect(plan.duplicates == 2)
        // The first row that names a token is the one that stays.
        #expect(try await queue.sample(of: plan, limit: 9).map(\.position.line) == [2, 4])
    }

    @Test func duplicatesOverManifests() async throws {
        let queue = try Queue(scratch: ())
        _ = try await queue.startPlan(Sample.draft(manifests: ["a.csv", "b.csv"]))
        try await queue.add([try Sample.row(1), try Sample.row(2)], manifest: 0)
        try await queue.add([try Sample.row(2), try Sample.row(3)], manifest: 1)
        let plan = try await queue.sealPlan()
        #expect(plan.deletions == 3)
        #expect(plan.duplicates == 1)
        #expect(try await queue.sample(of: plan, limit: 9).map(\.position.manifest) == ["a.csv", "a.csv", "b.csv"])
    }

    @Test func aTokenInTwoScopesIsTwoItems() async throws {
        let queue = try Queue(scratch: ())
        let zone = DeletionRequest(
            position: RowPosition(manifest: "leaked.csv", line: 4), scope: try Sample.scope(1, .zone), tokenID: try Sample.token(1))
        let plan = try await queue.makePlan([try Sample.row(1), try Sample.row(1, scope: 2), .request(zone)])
        #expect(plan.deletions == 3)
        #expect(plan.duplicates == 0)
        #expect(plan.scopes.count == 3)
    }

    @Test func sampleIsInManifestOrderAndLimited() async throws {
        let queue = try Queue(scratch: ())
        let plan = try await queue.makePlan(
            [Sample.invalid()] + (1...5).map { try Sample.row($0, scope: 1 + $0 % 2) })
        #expect(try await queue.sample(of: plan, limit: 3).map(\.tokenID) == (1...3).map { try Sample.token($0) })
        #expect(try await queue.sample(of: plan, limit: 0).isEmpty)
    }

    @Test func sampleKeepsWhatTheRowSaid() async throws {
        let queue = try Queue(scratch: ())
        var request = try Sample.request(1)
        request.name = "ci"
        request.clientID = "88bf.access"
        let plan = try await queue.makePlan([.request(request)])
        #expect(try await queue.sample(of: plan, limit: 1) == [request])
    }

    @Test func theIDIsThatOfTheSet() async throws {
        let rows = try (1...40).map { try Sample.row($0, scope: 1 + $0 % 3) }
        let first = try await id(of: rows)
        #expect(first.count == 20)
        #expect(first.allSatisfy { $0.isHexDigit })
        #expect(try await id(of: rows.reversed()) == first)
        #expect(try await id(of: rows + rows) == first)
        // Neither what is unusable nor where a row stands changes what would be deleted.
        #expect(try await id(of: [Sample.invalid(scope: try Sample.scope(9))] + rows) == first)
    }

    @Test func theIDTellsSetsApart() async throws {
        let ids = [
            try await id(of: []), try await id(of: [try Sample.row(1)]), try await id(of: [try Sample.row(2)]),
            try await id(of: [try Sample.row(1), try Sample.row(2)]), try await id(of: [try Sample.row(1, scope: 2)]),
            try await id(of: [try Sample.row(1), try Sample.row(2, scope: 2)]),
        ]
        #expect(Set(ids).count == ids.count)
    }

    /// A plan that people confirm by its id must not change from one release to the next.
    @Test func theIDStaysTheSameBetweenReleases() async throws {
        let token = try #require(TokenID("f174e90a-fafe-4643-bbbc-4a0ed4fc8415"))
        let account = Scope(.account, try #require(ScopeID("023e105f4ecef8ad9ca31a8372d0c353")))
        let request = DeletionRequest(position: RowPosition(manifest: "-", line: 1), scope: account, tokenID: token)
        #expect(try await id(of: [.request(request)]) == "4cc0c5b13ab34edaafeb")
    }

    @Test func anEmptyPlan() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await queue.makeJob([])
        let start = try await queue.start(job)
        #expect(start.tally.total == 0)
        #expect(start.fresh.values.allSatisfy { $0 == 0 })
        #expect(start.waiting.isEmpty)
        #expect(try await queue.claim(5).isEmpty)
        try await queue.end(job, .finished, reason: nil, at: Sample.start)
        #expect(try folder.reader().job(job)?.state == .finished)
    }

    @Test func rowsAreRefusedWhereNoPlanIsRead() async throws {
        let queue = try Queue(scratch: ())
        #expect(try await failure { try await queue.add([try Sample.row(1)], manifest: 0) }.detail == "no plan is being read")
        #expect(try await failure { _ = try await queue.sealPlan() }.detail == "no plan is being read")
    }

    @Test func aSecondPlanIsRefusedWhileOneIsRead() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        _ = try await queue.startPlan(Sample.draft("first"))
        #expect(try await failure { _ = try await queue.startPlan(Sample.draft("second")) }.code == .other)
        try await queue.add([try Sample.row(1)], manifest: 0)
        #expect(try await queue.sealPlan().deletions == 1)
    }

    private func id(of rows: [ManifestRow]) async throws -> String {
        try await Queue(scratch: ()).makePlan(rows).id
    }
}
