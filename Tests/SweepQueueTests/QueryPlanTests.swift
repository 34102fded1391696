import SQLite
import SweepModel
import Testing

@testable import SweepQueue

/// A million items are found by their indexes: no query of a run looks at all of them, or sorts them.
@Suite struct QueryPlanTests {
    let folder: QueueFolder
    let queue: Queue

    init() async throws {
        folder = try QueueFolder()
        queue = try folder.owner()
        try await queue.start(try await queue.makeJob(try (1...50).map { try Sample.row($0) }))
    }

    @Test func fresh() throws {
        for sql in [RunStatements.selectFreshSQL, RunStatements.claimFreshSQL, RunStatements.findFreshSQL] {
            try expect(sql(false), uses: "item USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")
        }
        try expect(RunStatements.findIdentitySQL, uses: "COVERING INDEX item_identity (scope=? AND token=?)")
    }

    /// A job with several accounts or zones.
    @Test func freshOfSeveral() async throws {
        try await queue.end(JobID(1), .halted, reason: nil, at: Timestamp(milliseconds: 2))
        try await queue.start(try await queue.makeJob([try Sample.row(51), try Sample.row(52, scope: 2)]))
        for sql in [RunStatements.selectFreshSQL, RunStatements.claimFreshSQL, RunStatements.findFreshSQL] {
            try expect(sql(true), uses: "item_order (scope=? AND rowid>? AND rowid<?)")
        }
        try expect(Queue.putBackItems, uses: "item_order (scope=? AND rowid>? AND rowid<?)")
    }

    @Test func waiting() throws {
        try expect(RunStatements.claimWaitingSQL, uses: "item USING INTEGER PRIMARY KEY (rowid=?)")
        try expect(Queue.selectWaiting, uses: "item_started (scope=?)")
        try expect(Queue.countFresh, uses: "item_started (scope=?)")
    }

    @Test func recovery() throws {
        try expect(Queue.returnItems, uses: "item USING INDEX item_started", mayScan: true)
        try expect(Queue.shortenWaits, uses: "item USING INDEX item_started", mayScan: true)
        try expect(Queue.insertLostAttempts, uses: "item USING INDEX item_started", mayScan: true)
    }

    @Test func answers() throws {
        try expect(Queue.selectAnswers, uses: "SCAN attempt", mayScan: true)
    }

    @Test func items() throws {
        try expect(ItemReading.selectItems, uses: "item USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")
        try expect(ItemReading.selectAttempts, uses: "attempt_item (item=?")
        try expect(Queue.countSettled, uses: "item USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")
        try expect(Queue.selectSample, uses: "item USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")
    }

    @Test func history() throws {
        try expect(QueueReader.selectRequests, uses: "attempt USING INTEGER PRIMARY KEY (rowid>?)")
        try expect(QueueReader.selectLastAnswer, uses: "attempt USING INTEGER PRIMARY KEY (rowid>?)")
        try expect(QueueReader.selectMilestones, uses: "attempt USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")
    }

    @Test func live() throws {
        try expect(QueueReader.selectAttemptMarks, uses: "attempt USING INTEGER PRIMARY KEY (rowid>?)")
        try expect(QueueReader.selectMarks, uses: "chain USING INTEGER PRIMARY KEY (rowid=?)", mayScan: true)
    }

    @Test func digest() throws {
        try expect(PlanDigest.selectTokens, uses: "COVERING INDEX item_identity (scope=?")
    }

    @Test func retry() throws {
        try expect(Queue.putBackItems, uses: "item USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")
        try expect(Queue.keepOutcomes, uses: "item USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")
    }

    private func expect(_ sql: String, uses index: String, mayScan: Bool = false, sourceLocation: SourceLocation = #_sourceLocation) throws
    {
        let database = try folder.connection()
        let explain = try database.prepare("EXPLAIN QUERY PLAN \(sql)")
        var plan: [String] = []
        while try explain.step() { plan.append(explain.text(3) ?? "") }
        #expect(plan.contains { $0.contains(index) }, "\(plan)", sourceLocation: sourceLocation)
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)", sourceLocation: sourceLocation)
        #expect(mayScan || !plan.contains { $0.hasPrefix("SCAN") && $0 != "SCAN CONSTANT ROW" }, "\(plan)", sourceLocation: sourceLocation)
    }
}
