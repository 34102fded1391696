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
        var timeline = TimelineBuilder(clock: clock, budget: try budget(of: job, from: reader), action: job.action)
        _ = try reader.forEachRequest(of: job.id) { request in
            timeline.add(request)
            story.latency.add(request)
        }
        story.timeline = timeline.timeline(until: end, milestones: milestones)
        return story
    }

    /// What `--rate` and `--reserve` were when the job was made; nil without limits, and where that cannot be read: no report may
    /// fail for a line in its chart.
    private func budget(of job: JobOverview, from reader: borrowing QueueReader) throws -> RateBudget? {
        let stored = try reader.settings(of: job.id)
        guard var layer = try? JobSettings.layer(stored, job: job.name) else { return nil }
        layer.otherKeys = Tokensweep.program.fileKeys
        let command = Command(name: "report", abstract: "", groups: [OptionGroup("Pace", [Options.rate, Options.reserve])])
        let line = ParsedLine(command: command, context: "report")
        guard let arguments = try? Arguments(line, environment: [:], file: layer) else { return nil }
        return arguments[Options.rate].budget(reserve: arguments[Options.reserve])
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
