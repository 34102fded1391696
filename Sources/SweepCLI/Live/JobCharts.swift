import Dispatch
import SweepModel
import SweepQueue
import SweepReport
import SweepServe
import Synchronization

/// The charts of the report for a job that may still run: its requests are counted once, as they come, and only the counts are kept.
final class JobCharts: ChartSource {
    private let path: String
    private let state = Mutex(State())
    /// Reads on where a job has more requests than anybody should wait for.
    private let thread = DispatchQueue(label: "tokensweep.charts", qos: .utility)
    /// Requests that are read at once, in a fraction of a tenth of a second.
    private static let step = 20_000
    private static let keptJobs = 8

    private struct State {
        var histories: [JobID: JobHistory] = [:]
        /// Those that the thread reads.
        var reading: Set<JobID> = []
    }

    init(path: String) { self.path = path }

    var style: String { ChartStyle.css }

    func chart(_ name: ChartName, of job: JobOverview) throws(QueueError) -> LiveChart? {
        guard let history = try readOn(job) else { return nil }
        if !history.isComplete { readInBackground(job) }
        return LiveChart(svg: Array(history.svg(name).utf8), isComplete: history.isComplete)
    }

    /// One step; nil for a job that nobody worked on.
    private func readOn(_ job: JobOverview) throws(QueueError) -> JobHistory? {
        let reader = try QueueReader(path: path)
        let milestones = try reader.milestones(of: job.id)
        let range = try reader.attemptsRange(of: job)
        let known = state.withLock { $0.histories[job.id] }
        let budget = known == nil ? JobSettings.budget(try reader.settings(of: job.id)) : known?.budget
        guard var history = JobHistory(job, milestones, budget: budget, after: range.after, continuing: known) else { return nil }
        let attempts = range.last.map { history.cursor >= $0 } == true ? [] : try reader.attempts(after: history.cursor, limit: Self.step)
        history.add(attempts, of: job.id, isLast: attempts.count < Self.step)
        keep(history, of: job.id)
        return history
    }

    /// Whoever came further wins. The jobs that nobody looked at for longest are not told apart: any of them makes room.
    private func keep(_ history: JobHistory, of job: JobID) {
        state.withLock { state in
            if let other = state.histories[job], other.clock == history.clock, other.cursor > history.cursor { return }
            if state.histories.count >= Self.keptJobs, let first = state.histories.keys.min(), first != job {
                state.histories[first] = nil
            }
            state.histories[job] = history
        }
    }

    private func readInBackground(_ job: JobOverview) {
        guard state.withLock({ $0.reading.insert(job.id).inserted }) else { return }
        thread.async { [self] in
            // A queue that cannot be read is told to whoever asks next.
            while let history = try? readOn(job), !history.isComplete {}
            _ = state.withLock { $0.reading.remove(job.id) }
        }
    }
}

/// A job's requests so far, counted for the charts.
struct JobHistory: Sendable {
    let clock: FoldedClock
    let budget: RateBudget?
    /// The last attempt of the file that was read.
    private(set) var cursor: Int64
    private(set) var isComplete = false
    private var timeline: TimelineBuilder
    private var latencies = LatencyHistogram()
    private var milestones: [Milestone]
    private var end: Timestamp

    /// Goes on from what is known, unless the job has been paused since: then time is folded otherwise, and all is read again.
    ///
    /// - Parameter start: the attempt after which the job's own come.
    init?(_ job: JobOverview, _ milestones: [Milestone], budget: RateBudget?, after start: Int64, continuing known: JobHistory?) {
        guard let (clock, end) = FoldedClock.of(milestones, lastAnswer: nil) else { return nil }
        if let known, known.clock.pauses == clock.pauses, known.clock.start == clock.start {
            self = known
            self.end = max(known.end, end)
        } else {
            self.clock = clock
            self.budget = budget
            self.end = end
            cursor = start
            timeline = TimelineBuilder(clock: clock, budget: budget, action: job.action)
            self.milestones = []
        }
        self.milestones = milestones
    }

    mutating func add(_ attempts: [AttemptMark], of job: JobID, isLast: Bool) {
        for attempt in attempts where attempt.job == job {
            timeline.add(attempt.request)
            latencies.add(attempt.request)
            end = max(end, attempt.request.finishedAt)
        }
        cursor = attempts.last?.number ?? cursor
        isComplete = isLast
    }

    func svg(_ name: ChartName) -> String {
        switch name {
        case .timeline: TimelineChart.svg(timeline.timeline(until: end, milestones: milestones), id: "timeline")
        case .latency: LatencyChart.svg(latencies, id: "latency")
        }
    }
}
