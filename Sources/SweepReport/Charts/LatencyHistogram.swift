package import SweepModel

/// How long requests took, in classes of equal width on a logarithmic scale: constant memory, any number of requests.
package struct LatencyHistogram: Sendable, Hashable {
    /// Where the classes end, in milliseconds, ten a decade; the last class has no end. A class holds what is below its end.
    package static let ends: [Int64] =
        [1, 2, 3, 4, 5, 6, 8]
        + [10, 100, 1000, 10_000].flatMap { (decade: Int64) in
            [100, 125, 160, 200, 250, 315, 400, 500, 630, 800].map { $0 * decade / 100 }
        } + [100_000]

    /// One count a class: one more than there are ends.
    package private(set) var counts = [Int](repeating: 0, count: LatencyHistogram.ends.count + 1)
    package private(set) var total = 0
    package private(set) var slowest = Milliseconds(0)
    /// Requests to which no answer came; they are in no class.
    package private(set) var unanswered = 0

    package init() {}

    package mutating func add(_ request: RequestMark) {
        guard request.httpStatus != nil else {
            unanswered += 1
            return
        }
        let latency = max(Milliseconds(0), request.latency)
        counts[LatencyHistogram.index(of: latency)] += 1
        total += 1
        slowest = max(slowest, latency)
    }

    /// The class of a latency.
    static func index(of latency: Milliseconds) -> Int {
        var (low, high) = (0, ends.count)
        while low < high {
            let middle = (low + high) / 2
            if latency.count < ends[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Where a class begins and ends, in milliseconds; the last one ends at the slowest request.
    package func bounds(of index: Int) -> (from: Int64, to: Int64) {
        let from = index == 0 ? 0 : LatencyHistogram.ends[index - 1]
        return (from, index < LatencyHistogram.ends.count ? LatencyHistogram.ends[index] : max(from + 1, slowest.count))
    }

    /// The latency below which a share of the requests lies, interpolated within its class; nil where nothing was counted.
    ///
    /// - Parameter share: 0 to 1.
    package func quantile(_ share: Double) -> Milliseconds? {
        guard let place = place(of: share) else { return nil }
        let (from, to) = bounds(of: place.index)
        let latency = Int64((Double(from) + Double(to - from) * place.part).rounded())
        return min(Milliseconds(latency), slowest)
    }

    /// The class in which a quantile lies, and how far in it.
    func place(of share: Double) -> (index: Int, part: Double)? {
        guard total > 0 else { return nil }
        let rank = share * Double(total)
        var passed = 0
        for (index, count) in counts.enumerated() where count > 0 {
            if Double(passed + count) >= rank { return (index, max(0, rank - Double(passed)) / Double(count)) }
            passed += count
        }
        return nil
    }

    /// The classes from the first to the last that holds something; nil where none does.
    package var occupied: ClosedRange<Int>? {
        guard let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.lastIndex(where: { $0 > 0 }) else { return nil }
        return first...last
    }
}
