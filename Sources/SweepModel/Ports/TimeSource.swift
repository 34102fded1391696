/// The clock as the runner sees it: calendar time that never runs backwards within a process.
package protocol TimeSource: Sendable {
    var now: Timestamp { get }

    /// Returns at `moment`, or earlier when the task is cancelled. Uses no CPU while it waits.
    func sleep(until moment: Timestamp) async
}
