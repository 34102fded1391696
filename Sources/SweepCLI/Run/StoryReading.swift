import SweepModel
import SweepQueue
import SweepReport

/// Reads from the queue what a report with a summary needs before its first row.
struct StoryReading {
    let now: Timestamp
    /// The outcomes that are listed; nil for all.
    let only: Set<ItemState>?

    func story(of job: JobOverview, from reader: borrowing QueueReader) throws -> ReportStory {
        let milestones = try reader.milestones(of: job.id)
        var story = ReportStory(writtenAt: now, milestones: milestones, remaining: try remaining(of: job, from: reader))
        guard let (clock, end) = FoldedClock.of(milestones, lastAnswer: try reader.lastAnswer(of: job.id)) else { return story }
        var timeline = TimelineBuilder(clock: clock, budget: JobSettings.budget(try reader.settings(of: job.id)), action: job.action)
        _ = try reader.forEachRequest(of: job.id) { request in
            timeline.add(request)
            story.latency.add(request)
        }
        story.timeline = timeline.timeline(until: end, milestones: milestones)
        return story
    }

    private func remaining(of job: JobOverview, from reader: borrowing QueueReader) throws -> [ReportRow] {
        let states = ReportStory.remainingStates(job.action).intersection(only ?? Set(ItemState.allCases))
        guard states.contains(where: { job.tally[$0] > 0 }) else { return [] }
        var rows: [ReportRow] = []
        do {
            try reader.forEachItem(of: job.id, in: states, withAttempts: false) { row in
                rows.append(row)
                if rows.count == ReportStory.mostRemaining { throw Enough() }
            }
        } catch is Enough {}
        return rows
    }

    /// Ends the reading of rows where no more are wanted.
    private struct Enough: Error {}
}
