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
