/// A time, or a run of requests, during which every request meets one fault.
package struct Outage: Sendable, Equatable {
    package var extent: Extent
    /// What every request meets; its conditions (`times`, `tokens`, …) are not looked at.
    package var fault: FaultRule

    package enum Extent: Sendable, Equatable {
        /// Milliseconds since the start, the second one excluded.
        case time(from: Int, to: Int)
        /// Spares the first `after` requests and holds for `count`.
        case requests(after: Int, count: Int)
    }

    /// Whether it holds for request `number` (from 1) at `now` milliseconds since the start.
    package func covers(number: Int, now: Int) -> Bool {
        switch extent {
        case .time(let from, let to): now >= from && now < to
        case .requests(let after, let count): number > after && number - after <= count
        }
    }
}

extension Outage {
    init(_ json: JSON, at path: String) throws(WorldError) {
        var reader = try ObjectReader(json, at: path)
        if reader.has("after_requests") || reader.has("requests") {
            extent = .requests(after: try reader.count("after_requests") ?? 0, count: try reader.count("requests") ?? .max)
        } else {
            extent = .time(from: try reader.count("from_ms") ?? 0, to: try reader.count("to_ms") ?? .max)
        }
        fault = try FaultRule(from: &reader)
        try reader.finish()
    }
}
