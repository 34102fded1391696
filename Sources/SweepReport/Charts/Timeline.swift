package import SweepModel

/// What the chart of a job over time shows: its requests in bars of equal width, and how much of the budget they took.
package struct Timeline: Sendable, Hashable {
    /// The requests that were answered, or given up, within one bar's time.
    package struct Bar: Sendable, Hashable {
        /// They did to their token what the job is for.
        package var fulfilled = 0
        /// They brought the last word on their token, which is another one.
        package var left = 0
        /// A step on the way to an outcome.
        package var steps = 0
        /// Failed, and followed by another try.
        package var again = 0
        /// Refused as over the budget.
        package var limited = 0
        /// The most requests of one credential in any window of the budget that ended in this time.
        package var used = 0

        package init() {}

        package var requests: Int { fulfilled + left + steps + again + limited }

        /// Two neighbours as one.
        static func + (left: Bar, right: Bar) -> Bar {
            var sum = left
            sum.fulfilled += right.fulfilled
            sum.left += right.left
            sum.steps += right.steps
            sum.again += right.again
            sum.limited += right.limited
            sum.used = max(left.used, right.used)
            return sum
        }
    }

    package var clock: FoldedClock
    /// How long a bar is, in the time that is shown.
    package var barWidth: Milliseconds
    /// The first begins at the clock's start.
    package var bars: [Bar]
    /// Of each credential; nil without limits.
    package var budget: RateBudget?
    /// Whose requests are drawn.
    package var credentials: Int
    package var milestones: [Milestone]
    package var action: JobAction

    package init(
        clock: FoldedClock, barWidth: Milliseconds, bars: [Bar], budget: RateBudget? = nil, credentials: Int = 1,
        milestones: [Milestone] = [], action: JobAction = .delete
    ) {
        self.clock = clock
        self.barWidth = barWidth
        self.bars = bars
        self.budget = budget
        self.credentials = credentials
        self.milestones = milestones
        self.action = action
    }

    /// The time that is shown.
    package var span: Milliseconds { barWidth * Int64(max(1, bars.count)) }
    package var end: Timestamp { clock.moment(at: span) }
    package var total: Bar { bars.reduce(Bar(), +) }

    /// Runs of bars without a request, pauses aside: the budget, or the API, made the job wait.
    var waits: [Range<Int>] {
        bars.indices.split { bar in
            let (from, to) = moments(of: bar)
            return bars[bar].requests > 0 || clock.pauses.contains { $0.from < to && from < $0.to }
        }.map { $0.startIndex..<$0.endIndex }
    }

    /// When a bar begins and ends.
    package func moments(of bar: Int) -> (from: Timestamp, to: Timestamp) {
        (clock.moment(at: barWidth * Int64(bar)), clock.moment(at: barWidth * Int64(bar + 1)))
    }
}
