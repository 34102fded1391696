import SweepModel
import SweepReport
import SweepRunner

/// What the progress display says: pure text from a snapshot, no line wider than the terminal.
struct ProgressText {
    var snapshot: RunObserver.Snapshot
    /// What people call each lane.
    var lanes: [String]
    var now: Timestamp

    /// For a terminal: a bar, the counts, and what is waited for.
    func lines(width: Int) -> [String] {
        guard let progress = snapshot.progress else { return [] }
        return [bar(progress, width), counts(progress), waiting(progress)].map { TerminalText.cut($0, to: width - 1) }
    }

    /// For a log: everything in one line.
    var line: String? {
        guard let progress = snapshot.progress else { return nil }
        return "\(share(progress)); \(counts(progress)); \(waiting(progress))"
    }

    private func bar(_ progress: RunProgress, _ width: Int) -> String {
        let words = share(progress)
        let room = max(0, min(40, width - words.count - 5))
        guard room >= 8 else { return words }
        let filled = progress.tally.total == 0 ? room : room * progress.tally.final / progress.tally.total
        return "[\(String(repeating: "#", count: filled))\(String(repeating: "-", count: room - filled))] \(words)"
    }

    /// `1,234 of 2,000 finished (61%)`
    private func share(_ progress: RunProgress) -> String {
        let (final, total) = (progress.tally.final, progress.tally.total)
        let percent = total == 0 ? 100 : final * 100 / total
        return "\(HumanText.number(final)) of \(HumanText.number(total)) finished (\(percent)%)"
    }

    /// `1,200 deleted, 30 already absent, 4 blocked; 16 in flight, 750 pending`
    private func counts(_ progress: RunProgress) -> String {
        let shown = ItemState.allCases.filter { progress.tally[$0] > 0 }
        return shown.map { "\(HumanText.number(progress.tally[$0])) \($0.rawValue.replacing("_", with: " "))" }.joined(separator: ", ")
    }

    private func waiting(_ progress: RunProgress) -> String {
        if progress.isStopping { return "stopping: waiting for the requests in flight" }
        let held = held(progress)
        // What only some lanes wait for comes last: the others go on.
        if held.count == progress.lanes.count, let text = held.first { return text }
        return ([pace, budget(progress), end(progress)].compactMap(\.self) + held.prefix(1)).joined(separator: "; ")
    }

    /// What the lanes that stand still wait for; with the lane's name where there are several.
    private func held(_ progress: RunProgress) -> [String] {
        zip(progress.lanes, lanes).compactMap { lane, name in
            ObserverText.gate(lane.gate).map { lanes.count > 1 ? "\(name): \($0)" : $0 }
        }
    }

    private var pace: String? {
        guard let start = snapshot.firstRequestAt, now > start, snapshot.finished > 0 else { return nil }
        let perSecond = Double(snapshot.finished) / max(1, (now - start).inSeconds)
        return perSecond >= 10 ? "\(HumanText.number(Int(perSecond))) tokens a second" : "\(Int(perSecond * 60)) tokens a minute"
    }

    private func budget(_ progress: RunProgress) -> String? {
        let left = progress.lanes.compactMap(\.budgetLeft)
        return left.isEmpty ? nil : "budget left now: \(HumanText.number(left.reduce(0, +)))"
    }

    /// From the budget, not from the pace so far: after the first burst a moving average would promise far too much.
    private func end(_ progress: RunProgress) -> String? {
        guard progress.tally.open > 0, let end = progress.earliestEnd else { return nil }
        let left = end - now
        guard left.count > 2000 else { return "ends in seconds" }
        return "ends in about \(HumanText.duration(left)) (\(ObserverText.clock(end)))"
    }
}
