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
        _ paths: [String], of job: JobOverview, from reader: borrowing QueueReader
    ) -> (written: [String], failures: [Failure]) {
        var written: [String] = []
        var failures: [Failure] = []
        for path in paths {
            do {
                try write(job, from: reader, to: path)
                written.append(path)
            } catch {
                failures.append(Failure(error))
            }
        }
        return (written, failures)
    }

    static func write(_ job: JobOverview, from reader: borrowing QueueReader, to path: String) throws {
        let format = try ReportFormat(fileName: path)
        try write(job, from: reader, format, to: try ReportFile(path: path), only: nil, width: 160)
    }

    static func write(
        _ job: JobOverview, from reader: borrowing QueueReader, _ format: ReportFormat, to sink: any ByteSink,
        only: Set<ItemState>?, width: Int
    ) throws {
        let writer = ReportWriter(format, to: sink, layout: ReportLayout(width: width, only: only))
        try writer.begin(job)
        let withAttempts = format == .jsonl
        try reader.forEachItem(of: job.id, in: only ?? Set(ItemState.allCases), withAttempts: withAttempts) { row in
            try writer.row(row)
        }
        try writer.end()
    }
}
