package import SweepModel

/// What a report that begins with a summary has to know before its first row: read in a pass of its own over the queue, in
/// constant memory.
package struct ReportStory: Sendable {
    /// Rows of `remaining` at most; more would not be read one by one, and the table has them all.
    package static let mostRemaining = 500

    package var writtenAt: Timestamp
    /// nil where nobody worked on the job yet.
    package var timeline: Timeline?
    package var milestones: [Milestone]
    package var latency: LatencyHistogram
    /// The first rows with a last word that is not what the job is for, in manifest order.
    package var remaining: [ReportRow]

    package init(
        writtenAt: Timestamp, timeline: Timeline? = nil, milestones: [Milestone] = [], latency: LatencyHistogram = LatencyHistogram(),
        remaining: [ReportRow] = []
    ) {
        self.writtenAt = writtenAt
        self.timeline = timeline
        self.milestones = milestones
        self.latency = latency
        self.remaining = remaining
    }

    /// The states of `remaining`: final, and not what a job with that action is for.
    package static func remainingStates(_ action: JobAction) -> Set<ItemState> {
        Set(ItemState.allCases.filter { $0.isFinal && !$0.fulfils(action) })
    }
}
