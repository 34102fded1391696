package import SweepModel

extension FoldedClock {
    /// The clock of a job, from the first process that worked on it to the last request or the end of the last run.
    ///
    /// Between the end of a run and the start of the next one nobody worked; a process that died ended with its last answer.
    ///
    /// - Parameters:
    ///   - milestones: in order.
    ///   - lastAnswer: of the whole job; nil where none came.
    /// - Returns: nil for a job on which nobody worked; else the clock, and the moment up to which there is something to show.
    package static func of(
        _ milestones: [Milestone], lastAnswer: Timestamp?
    ) -> (clock: FoldedClock, end: Timestamp)? {
        guard let start = milestones.first(where: { $0.kind == .started })?.at else { return nil }
        var pauses: [Pause] = []
        var (begin, end): (Timestamp, Timestamp?) = (start, nil)
        for milestone in milestones where milestone.at >= start {
            if milestone.kind.endsRun, end == nil {
                end = milestone.at
            } else if milestone.kind == .started, milestone.at > begin {
                // Times of a clock that was set back meanwhile must not turn a pause round.
                let stop = max(begin, end ?? milestone.lastAnswerAt ?? begin)
                pauses.append(Pause(from: min(stop, milestone.at), to: milestone.at))
                (begin, end) = (milestone.at, nil)
            }
        }
        let last = max(max(begin, end ?? begin), lastAnswer ?? begin)
        return (FoldedClock(start: start, end: last, pauses: pauses), last)
    }
}
