/// A process's calendar beside the clock that counts from the start of the machine: nobody can set that one, so that two readings
/// of one boot tell by how much the calendar was set between two processes.
package struct BootReading: Sendable, Hashable {
    /// Which start of the machine it is; another id for every one.
    package var boot: String
    /// When the machine was started, as the process's calendar has it.
    package var startedAt: Timestamp
    /// When this was read.
    package var now: Timestamp

    package init(boot: String, startedAt: Timestamp, now: Timestamp) {
        self.boot = boot
        self.startedAt = startedAt
        self.now = now
    }

    package var uptime: Milliseconds { now - startedAt }
}
