/// A moment of the calendar, in whole milliseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static let distantPast = Timestamp(milliseconds: .min / 2)
    package static let distantFuture = Timestamp(milliseconds: .max / 2)

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    package static func + (moment: Timestamp, span: Milliseconds) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds + span.count)
    }

    package static func - (moment: Timestamp, span: Milliseconds) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds - span.count)
    }

    package static func - (later: Timestamp, earlier: Timestamp) -> Milliseconds {
        Milliseconds(later.milliseconds - earlier.milliseconds)
    }
}

/// A span of time in whole milliseconds: the resolution in which the queue remembers and the budget counts.
package struct Milliseconds: Sendable, Hashable, Comparable {
    package var count: Int64

    package init(_ count: Int64) { self.count = count }
    package static func seconds(_ count: Int64) -> Milliseconds { Milliseconds(count * 1000) }

    package var inSeconds: Double { Double(count) / 1000 }

    package static func < (left: Milliseconds, right: Milliseconds) -> Bool { left.count < right.count }
    package static func + (left: Milliseconds, right: Milliseconds) -> Milliseconds { Milliseconds(left.count + right.count) }
    package static func - (left: Milliseconds, right: Milliseconds) -> Milliseconds { Milliseconds(left.count - right.count) }
    package static func * (span: Milliseconds, factor: Int64) -> Milliseconds { Milliseconds(span.count * factor) }
}
