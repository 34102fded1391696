package import SweepModel

/// A process's calendar: the virtual clock, and how wrong the machine's wall clock was when the process began.
package struct ShiftedTime: TimeSource {
    package let time: VirtualTime
    /// Ahead of the true time where positive.
    package let shift: Milliseconds

    package init(_ time: VirtualTime, by shift: Milliseconds) {
        self.time = time
        self.shift = shift
    }

    package var now: Timestamp { time.now + shift }

    package func sleep(until moment: Timestamp) async { await time.sleep(until: moment - shift) }
}
