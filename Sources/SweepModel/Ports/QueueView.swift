/// A queue as somebody sees it who only looks. Every call reads the file anew and holds nothing of it afterwards, so that the
/// owner is never in anybody's way; all may be called from any thread, and wait for the disk.
package protocol QueueView: Sendable {
    /// All jobs, newest first.
    func jobs() throws(QueueError) -> JobList
    /// The job of a name or, failing that, of an id; nil when there is none.
    func job(_ word: String) throws(QueueError) -> JobStatus?
    /// A job's credentials and what they may still send.
    func lanes(of job: JobID, at now: Timestamp) throws(QueueError) -> [LaneStatus]
    func tokens(of job: JobID, _ query: TokenQuery) throws(QueueError) -> ItemPage
    /// Items of a job as they stand now, in the order asked for.
    func rows(of job: JobID, _ items: [ItemID]) throws(QueueError) -> [ReportRow]
    /// What happened to a job as a whole, as `audit` prints it: the lines after a number, the first `limit` of them.
    func events(of job: JobID, after number: Int, limit: Int) throws(QueueError) -> [JobEventLine]
    /// A cheap mark of every job, newest first: a job of which something changed has another one.
    func marks() throws(QueueError) -> [JobMark]
    /// The number of the last attempt of the file; 0 before the first.
    func lastAttempt() throws(QueueError) -> Int64
    /// The attempts after one, in the order in which they were answered, the first `limit` of them.
    func attempts(after number: Int64, limit: Int) throws(QueueError) -> [AttemptMark]
    /// The size of the file and of its write-ahead log, in bytes; nil for what is not there.
    func sizes() -> (file: Int?, log: Int?)
}

/// All jobs of a queue, newest first, and which of them runs.
package struct JobList: Sendable {
    package var jobs: [JobOverview]
    package var running: JobID?

    package init(jobs: [JobOverview], running: JobID?) {
        self.jobs = jobs
        self.running = running
    }
}

/// A job and who works on it.
package struct JobStatus: Sendable {
    package var job: JobOverview
    /// The process that runs the job now; nil when none does.
    package var owner: String?
    /// What that process was asked for and has not done yet.
    package var wish: JobWish?

    package init(job: JobOverview, owner: String?, wish: JobWish?) {
        self.job = job
        self.owner = owner
        self.wish = wish
    }
}

/// A credential of a job: whom it serves, what it has left to do, and its budget.
package struct LaneStatus: Sendable {
    /// Its accounts and zones, sorted.
    package var scopes: [Scope]
    package var tally: Tally
    /// nil where the job has no limit.
    package var budget: RateBudget?
    /// Requests that count against the budget now, those on the wire included.
    package var used: Int
    /// When the last open token can be sent under the budget, answers and retries aside; nil without open tokens or a limit.
    package var earliestEnd: Timestamp?

    package init(scopes: [Scope], tally: Tally, budget: RateBudget?, used: Int, earliestEnd: Timestamp?) {
        self.scopes = scopes
        self.tally = tally
        self.budget = budget
        self.used = used
        self.earliestEnd = earliestEnd
    }
}

/// Which tokens of a job are wanted.
package struct TokenQuery: Sendable, Hashable {
    package var states: Set<ItemState>
    /// Only those behind this one, in manifest order.
    package var after: ItemID?
    package var limit: Int

    package init(states: Set<ItemState> = Set(ItemState.allCases), after: ItemID? = nil, limit: Int = 100) {
        self.states = states
        self.after = after
        self.limit = limit
    }
}

/// Some tokens in manifest order. A page may hold fewer than were wanted, even none, and yet have a next one: a look at the file is
/// bounded, whatever is asked.
package struct ItemPage: Sendable {
    package var rows: [(item: ItemID, row: ReportRow)]
    /// Where the next page begins: behind this one; nil at the end.
    package var next: ItemID?

    package init(rows: [(item: ItemID, row: ReportRow)], next: ItemID?) {
        self.rows = rows
        self.next = next
    }
}

/// A line of a job's evidence that is about the job as a whole.
package struct JobEventLine: Sendable, Hashable {
    /// Its place in the chain, from 1.
    package var number: Int
    /// A JSON object in ASCII, without its place in the chain.
    package var json: String

    package init(number: Int, json: String) {
        self.number = number
        self.json = json
    }
}

/// Differs from an earlier one of the same job when something worth telling happened to it.
package struct JobMark: Sendable, Hashable {
    package var id: JobID
    package var state: JobState
    package var wish: JobWish?
    package var verifiedAt: Timestamp?
    /// The length of its chain of evidence, which grows with every attempt.
    package var evidenceLength: Int
    package var isRunning: Bool

    package init(id: JobID, state: JobState, wish: JobWish?, verifiedAt: Timestamp?, evidenceLength: Int, isRunning: Bool) {
        self.id = id
        self.state = state
        self.wish = wish
        self.verifiedAt = verifiedAt
        self.evidenceLength = evidenceLength
        self.isRunning = isRunning
    }
}

/// A request that was sent for an item and ended.
package struct AttemptMark: Sendable, Hashable {
    /// Its number in the file.
    package var number: Int64
    package var job: JobID
    package var item: ItemID
    package var request: RequestMark

    package init(number: Int64, job: JobID, item: ItemID, request: RequestMark) {
        self.number = number
        self.job = job
        self.item = item
        self.request = request
    }
}
