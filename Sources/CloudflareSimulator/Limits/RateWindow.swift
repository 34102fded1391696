/// Counts requests in one window, fixed or sliding. Times are milliseconds of any one clock that never goes back.
package struct RateWindow: Sendable {
    package let rate: Rate
    private var counter: Counter

    private enum Counter {
        /// The window that began with its first request; nothing began yet when nil.
        case fixed(start: Int?, count: Int)
        /// The times of the requests still in the window, oldest at `head`.
        case sliding(times: [Int], head: Int)
    }

    package init(_ rate: Rate, _ kind: WindowKind) {
        self.rate = rate
        counter = kind == .fixed ? .fixed(start: nil, count: 0) : .sliding(times: [], head: 0)
    }

    /// Counts a request at `now`; false, and nothing counted, when the window is full.
    package mutating func admit(at now: Int) -> Bool {
        expire(at: now)
        guard remaining > 0 else { return false }
        switch counter {
        case .fixed(let start, let count):
            counter = .fixed(start: start ?? now, count: count + 1)
        case .sliding(var times, let head):
            // Taken out of the enum first, so that the append finds the array uniquely owned.
            counter = .fixed(start: nil, count: 0)
            times.append(now)
            counter = .sliding(times: times, head: head)
        }
        return true
    }

    /// How many more requests the window takes, as of the last `admit`.
    package var remaining: Int {
        switch counter {
        case .fixed(_, let count): rate.requests - count
        case .sliding(let times, let head): rate.requests - (times.count - head)
        }
    }

    /// Milliseconds from `now` until the window gives room back; 0 when nothing is counted.
    package func reset(at now: Int) -> Int {
        switch counter {
        case .fixed(let start, _): start.map { max(0, $0 + rate.milliseconds - now) } ?? 0
        case .sliding(let times, let head): head < times.count ? max(0, times[head] + rate.milliseconds - now) : 0
        }
    }

    private mutating func expire(at now: Int) {
        switch counter {
        case .fixed(let start?, _):
            if now >= start + rate.milliseconds { counter = .fixed(start: nil, count: 0) }
        case .fixed: break
        case .sliding(var times, var head):
            counter = .fixed(start: nil, count: 0)
            while head < times.count, times[head] + rate.milliseconds <= now { head += 1 }
            // Half of the array is history: time to forget it.
            if head > 64, head * 2 > times.count {
                times.removeFirst(head)
                head = 0
            }
            counter = .sliding(times: times, head: head)
        }
    }
}
