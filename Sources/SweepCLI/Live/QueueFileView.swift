import Glibc
import SweepModel
import SweepQueue

/// A queue file for those who only look, opened anew for every look, as `status` does: between two looks nothing of it is held.
struct QueueFileView: QueueView {
    let path: String

    func jobs() throws(QueueError) -> JobList { try reader().jobList() }

    func job(_ word: String) throws(QueueError) -> JobStatus? {
        let reader = try reader()
        guard let job = try reader.job(word) else { return nil }
        return try reader.status(of: job)
    }

    func lanes(of job: JobID, at now: Timestamp) throws(QueueError) -> [LaneStatus] {
        let reader = try reader()
        let budget = JobSettings.budget(try reader.settings(of: job))
        return try reader.lanes(of: job, budget: budget, isRunning: try reader.runningJob() == job, at: now)
    }

    func tokens(of job: JobID, _ query: TokenQuery) throws(QueueError) -> ItemPage { try reader().tokens(of: job, query) }

    func rows(of job: JobID, _ items: [ItemID]) throws(QueueError) -> [ReportRow] { try reader().rows(of: job, items) }

    func events(of job: JobID, after number: Int, limit: Int) throws(QueueError) -> [JobEventLine] {
        try reader().events(of: job, after: number, limit: limit)
    }

    func marks() throws(QueueError) -> [JobMark] { try reader().marks() }

    func lastAttempt() throws(QueueError) -> Int64 { try reader().lastAttempt() }

    func attempts(after number: Int64, limit: Int) throws(QueueError) -> [AttemptMark] {
        try reader().attempts(after: number, limit: limit)
    }

    func sizes() -> (file: Int?, log: Int?) { (Self.size(of: path), Self.size(of: path + "-wal")) }

    private func reader() throws(QueueError) -> QueueReader { try QueueReader(path: path) }

    private static func size(of path: String) -> Int? {
        var information = stat()
        return stat(path, &information) == 0 ? Int(information.st_size) : nil
    }
}
