import SQLite
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// A plan is nothing before it is sealed, no job before it is confirmed, and gone when its owner dies between.
@Suite struct PlanLifeTests {
    @Test func nothingIsInTheFileBeforeItIsSealed() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        _ = try await queue.startPlan(Sample.draft())
        try await queue.add(try (1...5_000).map { try Sample.row($0) }, manifest: 0)
        let rows = "SELECT (SELECT count(*) FROM job) + (SELECT count(*) FROM item) + (SELECT count(*) FROM scope)"
        #expect(try folder.connection().integer(rows) == 0)
        let crashed = try folder.afterCrash()
        _ = try crashed.owner()
        #expect(try crashed.connection().integer(rows) == 0)
        #expect(try await queue.sealPlan().deletions == 5_000)
        #expect(try folder.connection().integer("SELECT count(*) FROM item") == 5_000)
    }

    /// While a plan is read its rows are not checked one by one: all that it can write has to be sound, several statements' worth.
    @Test func rowsOfEveryKindAreSound() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        var rows = try (1...900).map { try Sample.row($0, scope: $0 % 3 + 1) }
        rows += [try Sample.row(1, scope: 2), Sample.invalid(line: 2_000), Sample.invalid(line: 2_001, scope: try Sample.scope(1))]
        rows += try [7, 8, 1_000].map { .heldBack(try Sample.request($0, scope: $0 % 3 + 1), reason: "protected") }
        rows.append(
            .unresolved(
                ClientIDRequest(
                    position: RowPosition(manifest: "leaked.csv", line: 2_002), scope: try Sample.scope(1),
                    clientID: try #require(ClientID(String(repeating: "a", count: 32) + ".access")), clientIDText: "a"),
                heldBackFor: nil))
        let plan = try await queue.makePlan(rows)
        #expect(plan.deletions == 898 && plan.duplicates == 3 && plan.invalid == 3)
        try expectSoundness(folder)
    }

    @Test(arguments: [true, false]) func theDatabaseChecksAgainAfterAPlan(isSealed: Bool) async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        _ = try await queue.makeJob([try Sample.row(1)])
        _ = try await queue.startPlan(Sample.draft("second"))
        try await queue.add([try Sample.row(2)], manifest: 0)
        if isSealed { _ = try await queue.sealPlan() } else { await queue.abandonPlan() }
        for illegal in ["state = 'deleted'", "attempts = -1", "token = x'00'"] {
            await #expect(throws: SQLiteError.self) { try await queue.edit("UPDATE item SET \(illegal)") }
        }
        try expectSoundness(folder)
    }

    @Test func anAbandonedPlanLeavesNothing() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        _ = try await queue.startPlan(Sample.draft())
        try await queue.add([try Sample.row(1)], manifest: 0)
        await queue.abandonPlan()
        try expectNoJob(folder)
        #expect(try await queue.makePlan([try Sample.row(1)]).deletions == 1)
    }

    @Test func aSealedPlanIsNoJobYet() async throws {
        let folder = try QueueFolder()
        let plan = try await folder.owner().makePlan([try Sample.row(1)])
        let reader = try folder.reader()
        #expect(try reader.jobs().isEmpty)
        #expect(try reader.job(nil) == nil)
        #expect(try reader.job(plan.job) == nil)
        #expect(try reader.job("incident-42") == nil)
        #expect(try reader.unfinishedJob(named: "incident-42") == nil)
        #expect(try reader.unfinishedJobs(planID: plan.id).isEmpty)
    }

    @Test func aCrashBeforeTheYesLeavesNoJob() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        _ = try await queue.makeJob([try Sample.row(1)], named: "confirmed")
        _ = try await queue.makePlan([try Sample.row(1), try Sample.row(2)])
        let crashed = try folder.afterCrash()
        _ = try crashed.owner()
        #expect(try crashed.reader().jobs().map(\.name) == ["confirmed"])
        #expect(try crashed.connection().integer("SELECT count(*) FROM item") == 1)
        try expectSoundness(crashed)
    }

    @Test func aDiscardedPlanLeavesNothing() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let plan = try await queue.makePlan([try Sample.row(1), Sample.invalid()])
        try await queue.discard(plan.job)
        try expectNoJob(folder)
        #expect(try await failure { try await queue.confirm(plan.job) }.code == .constraint)
        // The name is free again.
        #expect(try await queue.makePlan([try Sample.row(1)]).id == plan.id)
    }

    @Test func aConfirmedJobCannotBeDiscarded() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let job = try await queue.makeJob([try Sample.row(1)])
        try await queue.discard(job)
        #expect(try folder.reader().job(job)?.tally.total == 1)
        #expect(try await failure { try await queue.confirm(job) }.code == .constraint)
    }

    @Test func aNameMeansTheNewestJob() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        _ = try await queue.makeJob([try Sample.row(1)], named: "a")
        let newest = try await queue.makeJob([try Sample.row(2)], named: "a")
        #expect(try folder.reader().job("a")?.id == newest)
        #expect(try folder.reader().unfinishedJob(named: "a")?.id == newest)
    }

    @Test func aPlanThatIsNotConfirmedCannotRun() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let plan = try await queue.makePlan([try Sample.row(1)])
        #expect(try await failure { _ = try await queue.start(plan.job) }.code == .constraint)
        #expect(try await failure { _ = try await queue.start(JobID(99)) }.code == .constraint)
        #expect(try await failure { _ = try await queue.claim(1) }.detail == "no job is being run")
    }

    /// The items of a job are one run of ids, whatever came and went before.
    @Test func jobsShareAFile() async throws {
        let folder = try QueueFolder()
        let queue = try folder.owner()
        let first = try await queue.makeJob(try (1...3).map { try Sample.row($0) }, named: "first")
        try await queue.discard(try await queue.makePlan(try (1...9).map { try Sample.row($0) }, named: "refused").job)
        let empty = try await queue.makeJob([], named: "empty")
        let last = try await queue.makeJob(try (2...6).map { try Sample.row($0, scope: $0) } + [Sample.invalid()], named: "last")
        let database = try folder.connection()
        for (job, items) in [(first, 3), (empty, 0), (last, 6)] {
            let range = "FROM job WHERE id = \(job.value)"
            #expect(try database.integer("SELECT last_item - first_item + 1 \(range)") == Int64(items))
            let strangers = """
                SELECT count(*) FROM item JOIN scope ON scope.id = item.scope WHERE (scope.job = \(job.value)) <>
                    (item.id BETWEEN (SELECT first_item \(range)) AND (SELECT last_item \(range)))
                """
            #expect(try database.integer(strangers) == 0)
            #expect(try folder.reader().job(job)?.tally.total == items)
        }
        try expectSoundness(folder)
    }

    private func expectNoJob(_ folder: QueueFolder) throws {
        let database = try folder.connection()
        for table in ["job", "manifest", "scope", "tally", "item", "attempt"] {
            #expect(try database.integer("SELECT count(*) FROM \(table)") == 0, "\(table)")
        }
    }
}

extension Queue {
    fileprivate func edit(_ sql: String) throws { try database.execute(sql) }
}
