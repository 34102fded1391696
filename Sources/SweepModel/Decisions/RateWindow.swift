/// The promise of the budget: in any window of length `length`, at most `limit` requests.
///
/// A request fills a place from the moment it is sent until `length` after its *answer* came. The server counted it
/// somewhere between the two, so the promise holds whatever the latency, and under fixed and sliding server windows
/// alike. Times are in milliseconds and were cut, so a place is kept one millisecond longer than `length`.
package struct RateWindow: Sendable {
    package let limit: Int
    package let length: Milliseconds
    /// Requests sent and not yet answered.
    private var unanswered = 0
    /// When the requests that still count were answered, oldest first from `oldest` on.
    private var answers: [Timestamp] = []
    private var oldest = 0

    /// `remembered` are the times of earlier answers, in any order; times after `now` (the clock was set back) count as now.
    package init(limit: Int, length: Milliseconds, remembered: [Timestamp] = [], now: Timestamp) {
        self.limit = limit
        self.length = length
        answers = remembered.map { min($0, now) }.sorted()
    }

    /// How many requests may be sent now.
    package mutating func room(at now: Timestamp) -> Int {
        max(0, limit - used(at: now))
    }

    /// How many places are taken now.
    package mutating func used(at now: Timestamp) -> Int {
        forget(at: now)
        return unanswered + answered
    }

    /// When room appears if no answer comes before; nil while that depends on answers alone.
    package func nextRoom(after now: Timestamp) -> Timestamp? {
        // After a restart with a smaller limit, several places must become free before there is room for one.
        let surplus = unanswered + answered - limit
        guard surplus >= 0 else { return now }
        guard surplus < answered else { return nil }
        return leavingTime(of: answers[oldest + surplus])
    }

    /// How many of the requests that still count were answered since a moment, or not yet.
    package mutating func used(since start: Timestamp, at now: Timestamp) -> Int {
        forget(at: now)
        return unanswered + answers[oldest...].reversed().prefix { $0 >= start }.count
    }

    /// The same with those that have left the window since, at most two seconds ago: the server may have counted them when it told.
    mutating func sent(since start: Timestamp, at now: Timestamp) -> Int {
        forget(at: now)
        return unanswered + answers.reversed().prefix { $0 >= start }.count
    }

    /// When the next answered request leaves the window; nil when there is none.
    package var nextLeaving: Timestamp? { answered > 0 ? leavingTime(of: answers[oldest]) : nil }

    package mutating func send(_ count: Int = 1) { unanswered += count }

    package mutating func answer(at now: Timestamp) {
        unanswered -= 1
        // Answers arrive in order but for a clock that was cut: keep the list sorted whatever comes.
        answers.append(max(now, answers.last ?? now))
    }

    /// The earliest moment at which `count` further requests can all have been sent, answers taking no time.
    package mutating func earliest(toSend count: Int, at now: Timestamp) -> Timestamp {
        let free = room(at: now)
        guard count > free else { return now }
        let (rounds, place) = (count - free - 1).quotientAndRemainder(dividingBy: limit)
        // After a restart with a smaller limit, places beyond it must become free first; those not answered yet count as now.
        let freed = place + max(0, unanswered + answered - limit)
        let oldestStay = freed < answered ? answers[oldest + freed] : now
        return leavingTime(of: oldestStay) + (length + Milliseconds(1)) * Int64(rounds)
    }

    private var answered: Int { answers.count - oldest }

    private func leavingTime(of answer: Timestamp) -> Timestamp { answer + length + Milliseconds(1) }

    private mutating func forget(at now: Timestamp) {
        while oldest < answers.count, leavingTime(of: answers[oldest]) <= now { oldest += 1 }
        if oldest > 1024, oldest * 2 > answers.count {
            let old = answers[..<oldest].prefix { leavingTime(of: $0) + .seconds(2) <= now }.count
            answers.removeFirst(old)
            oldest -= old
        }
    }
}
