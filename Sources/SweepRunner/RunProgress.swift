package import SweepModel

/// How a run ended. Every end but `finished` leaves a job that can be resumed.
package enum RunEnd: Sendable, Hashable {
    /// Every item has its outcome.
    case finished
    /// A safety stop.
    case halted(String)
    /// Somebody asked for it.
    case interrupted
    /// A more urgent job wants the queue; this one goes on when that is done.
    case gaveWay
    /// Somebody asked for it from another terminal.
    case paused
    /// Somebody wants the rest left alone; what is still open has to be skipped.
    case cancelled
    /// Every item has its outcome but those that wait for a second yes.
    case deferred
    /// The API could not be reached at all.
    case unreachable(String)
}

/// How a run stands at a moment. Everything counted in `tally` as an outcome is durable.
package struct RunProgress: Sendable {
    package var tally: Tally
    package var at: Timestamp
    /// Whether only the requests in flight are waited for.
    package var isStopping: Bool
    package var lanes: [LaneProgress]
    /// When the last request can leave under the budget, answers and retries aside; nil when no lane may send.
    package var earliestEnd: Timestamp?

    package init(tally: Tally, at: Timestamp, isStopping: Bool, lanes: [LaneProgress], earliestEnd: Timestamp?) {
        self.tally = tally
        self.at = at
        self.isStopping = isStopping
        self.lanes = lanes
        self.earliestEnd = earliestEnd
    }
}

package struct LaneProgress: Sendable, Hashable {
    package var gate: Lane.Gate
    /// nil without a limit.
    package var budgetLeft: Int?

    package init(gate: Lane.Gate, budgetLeft: Int?) {
        self.gate = gate
        self.budgetLeft = budgetLeft
    }
}

/// What an observer of a run is told, always after the commit that made it true.
package enum RunEvent: Sendable {
    /// An item has its outcome.
    case settled(Claim, Record)
    /// An item goes back to wait for another try.
    case postponed(Claim, Record)
    /// A lane pauses, opens or is refused.
    case gate(LaneID, Lane.Gate)
    /// How things stand: a few times a second, and whenever the run is about to wait.
    case progress(RunProgress)
}
