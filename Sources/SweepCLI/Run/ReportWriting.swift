import SweepModel
import SweepQueue
import SweepReport

/// Writes reports of a job from the queue file.
enum ReportWriting {
    /// Finds out before anything is sent whether the reports can be written.
    static func check(_ paths: [String]) throws {
        for path in paths {
            _ = try ReportFormat(fileName: path)
            try ReportFile.check(path: path)
        }
        guard Set(paths).count == paths.count else {
            throw Failure.refused("a report is named twice", remedy: "give every report a name of its own")
        }
    }

    /// Writes what can be written: one report that fails keeps no other from being written.
    static func writeAll(
        _ paths: [String], of job: JobOverview, from reader: borrowing QueueReader, at now: Timestamp
    ) -> (written: [String], failures: [Failure]) {
        var written: [String] = []
        var failures: [Failure] = []
        for path in paths {
            do {
                let format = try ReportFormat(fileName: path)
                try write(job, from: reader, format, to: try ReportFile(path: path), width: 160, at: now)
                written.append(path)
            } catch {
                failures.append(Failure(error))
            }
        }
        return (written, failures)
    }

    /// Everything in a report, its verdict included, is from one view of the file: the job may be running.
    static func write(
        _ job: JobOverview, from reader: borrowing QueueReader, _ format: ReportFormat, to sink: any ByteSink,
        only: Set<ItemState>? = nil, width: Int, at now: Timestamp
    ) throws {
        try reader.inOneView { reader in
            let job = try reader.job(job.id) ?? job
            var layout = ReportLayout(width: width, only: only)
            if format == .html { layout.story = try StoryReading(now: now, only: only).story(of: job, from: reader) }
            let writer = ReportWriter(format, to: sink, layout: layout)
            try writer.begin(job)
            let withAttempts = format == .jsonl
            let states = only ?? Set(ItemState.allCases)
            var found = Tally()
            try reader.forEachItem(of: job.id, in: states, withAttempts: withAttempts) { row in
                found[row.state] += 1
                try writer.row(row)
            }
            // These are rows and nothing else: of a damaged file they are all there is to be had.
            if format != .csv, format != .jsonl { try reader.expect(found, in: states, of: job) }
            try writer.end()
        }
    }
}
