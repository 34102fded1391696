package import SweepModel

/// How what the queue tells becomes JSON, text and pictures. Whoever knows the reports provides it, so that the page and the commands
/// say the same in the same words.
package protocol LiveEncoder: Sendable {
    /// What `jobs --json` prints.
    func jobs(_ list: JobList) -> [UInt8]
    /// What `status --json` prints.
    func job(_ status: JobStatus) -> [UInt8]
    /// A job in few words, for the list: an object on one line.
    func progress(_ status: JobStatus, at now: Timestamp) -> [UInt8]
    /// An array of objects.
    func lanes(_ lanes: [LaneStatus], at now: Timestamp) -> [UInt8]
    /// `tokens`, an array of what `run --json` prints of a token, each with its `item`; and `next`.
    func tokens(_ page: ItemPage) -> [UInt8]
    /// What `run --json` prints of a token: an object on one line.
    func token(_ row: ReportRow) -> [UInt8]
    /// `{"error":"not_found","message":"…"}`
    func problem(_ code: String, _ message: String) -> [UInt8]
    /// What `status` says of a queue that cannot be read.
    func message(of error: QueueError) -> String
}

/// The pictures that the page shows of a job.
package enum ChartName: String, Sendable, CaseIterable {
    case timeline, latency
}

/// Draws them. Called by the serving thread, which it must not hold up for long.
package protocol ChartSource: Sendable {
    /// The style sheet that they need, which also names the colours of the page.
    var style: String { get }
    /// An SVG element; nil where there is nothing to draw yet.
    func chart(_ name: ChartName, of job: JobOverview) throws(QueueError) -> LiveChart?
}

package struct LiveChart: Sendable {
    package var svg: [UInt8]
    /// False while requests are still being read; later it shows more.
    package var isComplete: Bool

    package init(svg: [UInt8], isComplete: Bool) {
        self.svg = svg
        self.isComplete = isComplete
    }
}
