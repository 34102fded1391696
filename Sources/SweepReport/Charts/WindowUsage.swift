import SweepModel

/// How many answers each credential got in the window that ends at a moment.
struct WindowUsage: Sendable {
    private let period: Milliseconds?
    private var recent: [Int64: RecentTimes] = [:]

    /// - Parameter period: nil where nothing is to be counted.
    init(period: Milliseconds?) { self.period = period }

    var credentials: Int { recent.count }

    /// - Returns: the answers of that credential in the window that ends with this one.
    mutating func add(_ moment: Timestamp, of credential: Int64) -> Int {
        guard let period else {
            recent[credential] = RecentTimes()
            return 0
        }
        // In place: a copy would be one of the whole window.
        return recent[credential, default: RecentTimes()].add(moment, period: period)
    }

    /// The most that any credential has in the window that ends then.
    mutating func fullest(at moment: Timestamp) -> Int {
        guard let period else { return 0 }
        var most = 0
        for credential in recent.keys {
            most = max(most, recent[credential, default: RecentTimes()].count(after: moment - period))
        }
        return most
    }
}

/// The times within one window, ascending.
private struct RecentTimes {
    private var times: [Timestamp] = []
    /// Those before this one have left the window.
    private var first = 0

    mutating func add(_ moment: Timestamp, period: Milliseconds) -> Int {
        // Answers are kept in groups, in which the order is another one at times.
        var place = times.count
        while place > first, times[place - 1] > moment { place -= 1 }
        times.insert(moment, at: place)
        return count(after: moment - period)
    }

    /// What was answered a whole period ago has left the window.
    mutating func count(after moment: Timestamp) -> Int {
        while first < times.count, times[first] <= moment { first += 1 }
        if first > 1024, first * 2 > times.count {
            times.removeFirst(first)
            first = 0
        }
        return times.count - first
    }
}
