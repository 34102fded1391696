package import SweepModel

/// Counts a job's requests into a timeline while they are read, in constant memory: when time goes past the last bar, all bars
/// become wider.
package struct TimelineBuilder: Sendable {
    /// More would be narrower than can be seen.
    private static let mostBars = 160
    /// Widths that people can read, in milliseconds; each is a multiple of the one before.
    private static let widths: [Int64] = [
        10, 50, 100, 200, 1000, 2000, 10_000, 30_000, 60_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000,
        43_200_000, 86_400_000, 604_800_000,
    ]

    private let clock: FoldedClock
    private let budget: RateBudget?
    private let action: JobAction
    private var usage: WindowUsage
    private var bars: [Timeline.Bar] = []
    private var width = TimelineBuilder.widths[0]

    package init(clock: FoldedClock, budget: RateBudget?, action: JobAction) {
        self.clock = clock
        self.budget = budget
        self.action = action
        usage = WindowUsage(period: budget?.period)
    }

    /// Requests come in the order in which they were answered, or nearly so.
    package mutating func add(_ request: RequestMark) {
        let bar = reach(request.finishedAt)
        bars[bar].count(request, action)
        bars[bar].used = max(bars[bar].used, usage.add(request.finishedAt, of: request.credential))
    }

    /// What was counted, with bars up to a moment.
    package func timeline(until end: Timestamp, milestones: [Milestone] = []) -> Timeline {
        var whole = self
        _ = whole.reach(end)
        return Timeline(
            clock: clock, barWidth: Milliseconds(whole.width), bars: whole.bars, budget: budget,
            credentials: max(1, usage.credentials), milestones: milestones, action: action)
    }

    /// The bar of a moment, with all bars before it.
    private mutating func reach(_ moment: Timestamp) -> Int {
        let offset = max(0, clock.offset(of: moment).count)
        while offset / width >= Int64(TimelineBuilder.mostBars), widen() {}
        let bar = min(Int(offset / width), TimelineBuilder.mostBars - 1)
        while bars.count <= bar {
            var next = Timeline.Bar()
            // What is still in the window when it begins.
            next.used = usage.fullest(at: clock.moment(at: Milliseconds(width * Int64(bars.count))))
            bars.append(next)
        }
        return bar
    }

    /// - Returns: whether there is a wider bar.
    private mutating func widen() -> Bool {
        guard let next = TimelineBuilder.widths.first(where: { $0 > width }) else { return false }
        let factor = Int(next / width)
        bars = stride(from: 0, to: bars.count, by: factor).map { bars[$0..<min($0 + factor, bars.count)].reduce(Timeline.Bar(), +) }
        width = next
        return true
    }
}

extension Timeline.Bar {
    fileprivate mutating func count(_ request: RequestMark, _ action: JobAction) {
        switch (request.outcome, request.httpStatus) {
        case (let outcome?, _) where outcome.fulfils(action): fulfilled += 1
        case (.some, _): left += 1
        case (nil, 429): limited += 1
        case (nil, let status?) where (200..<300).contains(status): steps += 1
        case (nil, _): again += 1
        }
    }
}
