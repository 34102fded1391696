import SweepModel

/// What listeners are told, made of one look at the queue after the other:
///
///     job      a job in few words, when anything about it changed
///     token    a token that was tried, as it stands now; its id is where to go on after a break
///     omitted  how many more there were
///     log      a line of a job's evidence
///     lanes    the budgets of the running job
///     trouble  why the queue cannot be read; empty when it can be again
struct EventFeed {
    private let view: any QueueView
    private let encoder: any LiveEncoder
    /// The attempt up to which everything was told; nil before the first look.
    private var cursor: Int64?
    private var marks: [JobID: JobMark] = [:]
    /// What was told of each job last, so that nothing is told twice.
    private var told: [JobID: [UInt8]] = [:]
    private var toldLanes: [UInt8] = []
    private var lanesAt = Timestamp.distantPast
    private var aliveAt = Timestamp.distantPast
    private var trouble: String?

    /// Jobs that somebody new is told of, newest first.
    private static let greetedJobs = 100
    /// Jobs that are looked at in one go, and tokens that are told one by one.
    private static let looks = 20
    private static let tokens = 40
    private static let tokenBytes = 1 << 16
    private static let lanes = 50
    private static let readAttempts = 20_000
    private static let missedAttempts = 500
    private static let logLines = 50

    init(view: any QueueView, encoder: any LiveEncoder) {
        self.view = view
        self.encoder = encoder
    }

    // MARK: - Somebody new

    /// How things stand, and what a listener missed since the attempt that they know of.
    mutating func greeting(of known: Int64?, at now: Timestamp) -> [UInt8] {
        var bytes = EventText.retry(2000)
        do {
            let list = try view.jobs()
            for job in list.jobs.prefix(Self.greetedJobs).reversed() {
                bytes += EventText.event("job", encoder.progress(try status(job, list.running), at: now))
            }
            if let known, let cursor, known < cursor {
                let missed = try view.attempts(after: known, limit: Self.missedAttempts).filter { $0.number <= cursor }
                bytes += try tokens(missed)
            }
            if !toldLanes.isEmpty { bytes += EventText.event("lanes", toldLanes) }
            if let cursor { bytes += EventText.event("ready", id: cursor, Array("{}".utf8)) }
        } catch {
            bytes += EventText.event("trouble", encoder.problem("queue_unreadable", encoder.message(of: error)))
        }
        return bytes
    }

    private func status(_ job: JobOverview, _ running: JobID?) throws(QueueError) -> JobStatus {
        guard job.id == running, let status = try view.job(job.id.description) else { return JobStatus(job: job, owner: nil, wish: nil) }
        return status
    }

    // MARK: - What is new

    /// Empty when nothing is.
    mutating func news(at now: Timestamp) -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            bytes = try look(at: now)
            if trouble != nil { bytes = EventText.event("trouble", Array("{}".utf8)) + greeting(of: nil, at: now) }
            trouble = nil
        } catch {
            let message = encoder.message(of: error)
            if trouble != message { bytes = EventText.event("trouble", encoder.problem("queue_unreadable", message)) }
            trouble = message
        }
        if !bytes.isEmpty || now >= aliveAt + .seconds(10) { aliveAt = now } else { return [] }
        return bytes.isEmpty ? EventText.heartbeat : bytes
    }

    private mutating func look(at now: Timestamp) throws(QueueError) -> [UInt8] {
        guard let cursor else {
            self.cursor = try view.lastAttempt()
            for mark in try view.marks() { marks[mark.id] = mark }
            return []
        }
        var bytes: [UInt8] = []
        for mark in try changedMarks() { bytes += try news(of: mark, at: now) }
        let attempts = try view.attempts(after: cursor, limit: Self.readAttempts)
        bytes += try tokens(attempts)
        self.cursor = attempts.last?.number ?? cursor
        // Another file stands in the place of the one that was read.
        if attempts.isEmpty, try view.lastAttempt() < cursor { self = EventFeed(view: view, encoder: encoder) }
        return bytes + (try lanes(at: now))
    }

    /// A running job may change without a new mark: its tokens go in flight.
    private func changedMarks() throws(QueueError) -> [JobMark] {
        Array(try view.marks().filter { $0.isRunning || $0 != marks[$0.id] }.prefix(Self.looks))
    }

    private mutating func news(of mark: JobMark, at now: Timestamp) throws(QueueError) -> [UInt8] {
        var bytes: [UInt8] = []
        if let status = try view.job(mark.id.description) {
            let text = encoder.progress(status, at: now)
            if told[mark.id] != text { bytes += EventText.event("job", text) }
            told[mark.id] = text
        }
        let known = marks[mark.id]?.evidenceLength ?? 0
        if mark.evidenceLength > known {
            for line in try view.events(of: mark.id, after: known, limit: Self.logLines) where line.number <= mark.evidenceLength {
                bytes += EventText.event("log", Self.tagged(mark.id, Array(line.json.utf8)))
            }
        }
        marks[mark.id] = mark
        return bytes
    }

    private func tokens(_ attempts: [AttemptMark]) throws(QueueError) -> [UInt8] {
        var bytes: [UInt8] = []
        for (job, attempts) in Dictionary(grouping: attempts, by: \.job).sorted(by: { $0.key < $1.key }) {
            let last = attempts.suffix(Self.tokens)
            let events = zip(last, try view.rows(of: job, last.map(\.item))).map { attempt, row in
                EventText.event("token", id: attempt.number, Self.tagged(job, encoder.token(row)))
            }
            // Names and notes may be long: the newest that fit.
            let shown = Self.suffix(of: events, within: Self.tokenBytes)
            if attempts.count > shown.count {
                bytes += EventText.event("omitted", Self.tagged(job, Array("{\"count\":\(attempts.count - shown.count)}".utf8)))
            }
            bytes += shown.joined()
        }
        return bytes
    }

    private static func suffix(of events: [[UInt8]], within limit: Int) -> ArraySlice<[UInt8]> {
        var (first, size) = (events.endIndex, 0)
        while first > 0, size + events[first - 1].count <= limit {
            first -= 1
            size += events[first].count
        }
        return events[first...]
    }

    /// At most once a second: the answers of a whole window are counted for it.
    private mutating func lanes(at now: Timestamp) throws(QueueError) -> [UInt8] {
        guard now >= lanesAt + .seconds(1), let running = marks.values.first(where: \.isRunning) else { return [] }
        lanesAt = now
        let lanes = encoder.lanes(Array(try view.lanes(of: running.id, at: now).prefix(Self.lanes)), at: now)
        let text = Array("{\"job\":\(running.id),\"lanes\":".utf8) + lanes + Array("}".utf8)
        defer { toldLanes = text }
        return text == toldLanes ? [] : EventText.event("lanes", text)
    }

    /// The job's id as the first member of an object that is not empty.
    private static func tagged(_ job: JobID, _ object: [UInt8]) -> [UInt8] { Array("{\"job\":\(job),".utf8) + object.dropFirst() }
}
