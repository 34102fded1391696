package import SweepModel

/// What a report for people needs to know besides the job.
package struct ReportLayout: Sendable {
    /// The columns of the terminal; narrower than 76 is taken as 76, for ids are not cut.
    package var width: Int
    /// The outcomes that `--only` left in, so that the report says it is not the whole; nil for all. The caller filters.
    package var only: Set<ItemState>?
    /// What a format that begins with a summary tells of the job's history; nil leaves that out.
    package var story: ReportStory?

    package init(width: Int = 120, only: Set<ItemState>? = nil, story: ReportStory? = nil) {
        self.width = max(76, width)
        self.only = only
        self.story = story
    }
}

/// Turns a job and its rows into the bytes of one format. It only appends; whether they can be written is not its business.
protocol ReportEncoder {
    mutating func begin(_ job: JobOverview, into bytes: inout [UInt8])
    mutating func row(_ row: ReportRow, into bytes: inout [UInt8])
    mutating func end(into bytes: inout [UInt8])
}

/// Writes a report row by row in constant memory, however many rows there are.
///
/// Call `begin` once, `row` for every row in manifest order, `end` once. A report whose `end` was not reached never takes
/// its place: a `ReportFile` that goes away before leaves what was there. The first error is final; every later call throws it again.
package final class ReportWriter {
    /// Bytes that are gathered before they are written.
    private static let chunk = 65_536

    private var encoder: any ReportEncoder
    private let sink: any ByteSink
    private var bytes: [UInt8] = []
    private var failure: ReportError?

    package init(_ format: ReportFormat, to sink: any ByteSink, layout: ReportLayout = ReportLayout()) {
        encoder = format.encoder(layout)
        self.sink = sink
        // Room for the row that crosses the line, so that the buffer seldom grows.
        bytes.reserveCapacity(ReportWriter.chunk + 16_384)
    }

    package func begin(_ job: JobOverview) throws(ReportError) {
        encoder.begin(job, into: &bytes)
        try drain(atLeast: ReportWriter.chunk)
    }

    package func row(_ row: ReportRow) throws(ReportError) {
        encoder.row(row, into: &bytes)
        try drain(atLeast: ReportWriter.chunk)
    }

    /// Writes what is left and lets the sink finish: a file takes its place now.
    package func end() throws(ReportError) {
        encoder.end(into: &bytes)
        try drain(atLeast: 0)
        do {
            try sink.finish()
        } catch {
            failure = error
            throw error
        }
    }

    private func drain(atLeast limit: Int) throws(ReportError) {
        guard bytes.count >= limit || failure != nil else { return }
        if let failure { throw failure }
        do {
            try sink.write(bytes.span)
        } catch {
            failure = error
            throw error
        }
        bytes.removeAll(keepingCapacity: true)
    }
}
