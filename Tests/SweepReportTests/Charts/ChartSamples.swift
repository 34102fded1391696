import SweepModel
import SweepReport

/// A job that was paused for a night: 2,000 tokens under a budget of 1,200 in five minutes.
enum ChartSample {
    static let start = Sample.start

    /// `count` requests, one every `gap` milliseconds.
    static func requests(
        _ count: Int, from first: Timestamp, gap: Int64, latency: Int64 = 100, credential: Int64 = 1, status: Int? = 200,
        outcome: ItemState? = .deleted
    ) -> [RequestMark] {
        (0..<count).map { index in
            let sent = first + Milliseconds(gap * Int64(index))
            return RequestMark(
                startedAt: sent, finishedAt: sent + Milliseconds(latency + Int64(index * 37 % 91)), credential: credential,
                httpStatus: status,
                outcome: outcome)
        }
    }

    static func night() -> (timeline: Timeline, latency: LatencyHistogram) {
        let morning = start + .seconds(36_000)
        let milestones = [
            Milestone(.started, at: start), Milestone(.paused, at: start + .seconds(130), reason: "paused"),
            Milestone(.started, at: morning), Milestone(.halted, at: morning + .seconds(190)),
            Milestone(.started, at: morning + .seconds(220)), Milestone(.finished, at: morning + .seconds(345)),
        ]
        var all = requests(1_080, from: start, gap: 100)
        all += requests(12, from: start + .seconds(40), gap: 300, status: 409, outcome: .blocked)
        all += requests(60, from: start + .seconds(60), gap: 200, latency: 900, status: nil, outcome: nil)
        all += requests(10, from: start + .seconds(100), gap: 300, status: 429, outcome: nil)
        all += requests(920, from: morning, gap: 180) + requests(300, from: morning + .seconds(225), gap: 400)
        return build(all.sorted { $0.finishedAt < $1.finishedAt }, milestones)
    }

    static func build(
        _ requests: [RequestMark], _ milestones: [Milestone], budget: RateBudget? = .cloudflare, action: JobAction = .delete
    ) -> (timeline: Timeline, latency: LatencyHistogram) {
        let (clock, end) = FoldedClock.of(milestones, lastAnswer: requests.last?.finishedAt) ?? (FoldedClock(start: start), start)
        var builder = TimelineBuilder(clock: clock, budget: budget, action: action)
        var latency = LatencyHistogram()
        for request in requests {
            builder.add(request)
            latency.add(request)
        }
        return (builder.timeline(until: end, milestones: milestones), latency)
    }
}
