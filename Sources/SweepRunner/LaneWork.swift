import SweepModel

/// A lane with the items it has to do.
struct LaneWork {
    let id: LaneID
    var lane: Lane
    /// Items never tried yet.
    var fresh: Int
    /// Items that wait for another try.
    var waiting = WaitingItems()

    var hasWork: Bool { fresh > 0 || waiting.count > 0 }

    /// How many requests the lane would send now, were it alone.
    mutating func wish(at now: Timestamp, freshLimit: Int) -> Int {
        let isDue = waiting.earliest.map { $0 <= now } ?? false
        guard isDue || min(fresh, freshLimit) > 0 else { return 0 }
        let work = min(fresh, freshLimit).addingReportingOverflow(isDue ? waiting.count : 0)
        return min(lane.room(at: now), work.overflow ? .max : work.partialValue)
    }

    /// Chooses up to `limit` items: those whose retry is due come first, so that nothing is left half done for long. Behind
    /// a pause it is the other way round, so that an outage spends one try of many tokens and not all tries of one.
    mutating func order(
        _ limit: Int, freshLimit: Int, at now: Timestamp
    ) -> (count: Int, fresh: Int, orders: [ClaimOrder]) {
        let available = min(fresh, freshLimit)
        let retries = lane.gate == .gentle && available > 0 ? [] : waiting.take(limit, at: now)
        let begun = min(available, limit - retries.count)
        var orders: [ClaimOrder] = []
        if !retries.isEmpty { orders.append(.waiting(retries)) }
        if begun > 0 { orders.append(.fresh(id, limit: begun)) }
        return (retries.count + begun, begun, orders)
    }

    mutating func launch(isFresh: Bool) {
        lane.send(1)
        if isFresh { fresh -= 1 }
    }

    /// When there may be something to send if no answer comes before; nil while only an answer can help.
    func wake(after now: Timestamp, canBeginFresh: Bool) -> Timestamp? {
        guard let room = lane.nextRoom(after: now) else { return nil }
        if fresh > 0, canBeginFresh { return room }
        return waiting.earliest.map { max($0, room) }
    }
}
