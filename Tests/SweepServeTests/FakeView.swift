import SweepModel
import Synchronization

@testable import SweepServe

/// A queue in memory, and words that tell what was encoded.
struct FakeView: QueueView {
    var list = JobList(jobs: [], running: nil)
    var log: [AttemptMark] = []
    var lines: [JobEventLine] = []
    var failure: QueueError?

    static func job(_ id: Int64, _ name: String, _ tally: [ItemState: Int], state: JobState = .unfinished) -> JobOverview {
        JobOverview(
            id: JobID(id), name: name, state: state, planID: "p", createdAt: Timestamp(milliseconds: 1500), baseURL: "https://example.com",
            tally: Tally(tally), scopes: [], duplicates: 0, manifests: [])
    }

    func attempt(_ number: Int64, job: Int64 = 1, status: Int?) -> AttemptMark {
        AttemptMark(
            number: number, job: JobID(job), item: ItemID(number),
            request: RequestMark(
                startedAt: Timestamp(milliseconds: number), finishedAt: Timestamp(milliseconds: number), credential: 1,
                httpStatus: status, outcome: nil))
    }

    private func check() throws(QueueError) {
        if let failure { throw failure }
    }

    func jobs() throws(QueueError) -> JobList {
        try check()
        return list
    }

    func job(_ word: String) throws(QueueError) -> JobStatus? {
        try check()
        return list.jobs.first { $0.name == word || $0.id.description == word }.map {
            JobStatus(job: $0, owner: $0.id == list.running ? "somebody" : nil, wish: nil)
        }
    }

    func lanes(of job: JobID, at now: Timestamp) throws(QueueError) -> [LaneStatus] { [] }
    func tokens(of job: JobID, _ query: TokenQuery) throws(QueueError) -> ItemPage { ItemPage(rows: [], next: nil) }

    func rows(of job: JobID, _ items: [ItemID]) throws(QueueError) -> [ReportRow] {
        items.map { ReportRow(position: RowPosition(manifest: "m", line: Int($0.value)), tokenText: "\($0)", scope: nil, state: .deleted) }
    }

    func events(of job: JobID, after number: Int, limit: Int) throws(QueueError) -> [JobEventLine] {
        Array(lines.filter { $0.number > number }.prefix(limit))
    }

    func marks() throws(QueueError) -> [JobMark] {
        try check()
        return list.jobs.map { job in
            JobMark(
                id: job.id, state: job.state, wish: nil, verifiedAt: nil, evidenceLength: lines.last?.number ?? 0,
                isRunning: job.id == list.running)
        }
    }

    func lastAttempt() throws(QueueError) -> Int64 {
        try check()
        return log.last?.number ?? 0
    }

    func attempts(after number: Int64, limit: Int) throws(QueueError) -> [AttemptMark] {
        Array(log.filter { $0.number > number }.prefix(limit))
    }

    func sizes() -> (file: Int?, log: Int?) { (nil, nil) }
}

/// A view that the test changes between two looks.
final class Changing: Sendable {
    let state = Mutex(FakeView())

    func change(_ body: (inout FakeView) -> Void) { state.withLock { body(&$0) } }
}

struct ChangingView: QueueView {
    let changing: Changing
    private var now: FakeView { changing.state.withLock { $0 } }

    func jobs() throws(QueueError) -> JobList { try now.jobs() }
    func job(_ word: String) throws(QueueError) -> JobStatus? { try now.job(word) }
    func lanes(of job: JobID, at moment: Timestamp) throws(QueueError) -> [LaneStatus] { try now.lanes(of: job, at: moment) }
    func tokens(of job: JobID, _ query: TokenQuery) throws(QueueError) -> ItemPage { try now.tokens(of: job, query) }
    func rows(of job: JobID, _ items: [ItemID]) throws(QueueError) -> [ReportRow] { try now.rows(of: job, items) }
    func events(of job: JobID, after number: Int, limit: Int) throws(QueueError) -> [JobEventLine] {
        try now.events(of: job, after: number, limit: limit)
    }
    func marks() throws(QueueError) -> [JobMark] { try now.marks() }
    func lastAttempt() throws(QueueError) -> Int64 { try now.lastAttempt() }
    func attempts(after number: Int64, limit: Int) throws(QueueError) -> [AttemptMark] {
        try now.attempts(after: number, limit: limit)
    }
    func sizes() -> (file: Int?, log: Int?) { now.sizes() }
}

struct FakeEncoder: LiveEncoder {
    func jobs(_ list: JobList) -> [UInt8] { Array("jobs \(list.jobs.map(\.name))".utf8) }
    func job(_ status: JobStatus) -> [UInt8] { Array("job \(status.job.name)".utf8) }
    func progress(_ status: JobStatus, at now: Timestamp) -> [UInt8] {
        Array("{\(status.job.name) \(status.job.tally.final)/\(status.job.tally.total)\(status.owner == nil ? "" : " running")}".utf8)
    }
    func lanes(_ lanes: [LaneStatus], at now: Timestamp) -> [UInt8] { Array("[]".utf8) }
    func tokens(_ page: ItemPage) -> [UInt8] { Array("tokens".utf8) }
    func token(_ row: ReportRow) -> [UInt8] { Array("{\"t\":\(row.tokenText)}".utf8) }
    func problem(_ code: String, _ message: String) -> [UInt8] { Array("{\(code)}".utf8) }
    func message(of error: QueueError) -> String { error.detail }
}
