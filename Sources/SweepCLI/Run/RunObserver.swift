import SweepModel
import SweepReport
import SweepRunner
import Synchronization

/// Listens to a run: keeps what the display shows, prints what `--json` and `--verbose` ask for.
final class RunObserver: Sendable {
    struct Snapshot: Sendable {
        var progress: RunProgress?
        /// Requests that were answered in this run.
        var requests = 0
        /// Tokens that got their outcome in this run.
        var finished = 0
        var firstRequestAt: Timestamp?
        var lastAnswerAt: Timestamp?
    }

    private let state = Mutex(Snapshot())
    private let console: Console
    private let prints: Bool
    private let tells: Bool
    /// What people call each lane.
    let lanes: [String]
    /// Tells a line for people; the progress display puts it above its own lines.
    private let tell: @Sendable (String) -> Void

    init(console: Console, json: Bool, verbose: Bool, quiet: Bool, lanes: [String], tell: @escaping @Sendable (String) -> Void) {
        self.console = console
        prints = json
        tells = verbose && !quiet
        self.lanes = lanes
        self.tell = tell
    }

    var snapshot: Snapshot { state.withLock { $0 } }

    func observe(_ event: RunEvent) {
        switch event {
        case .progress(let progress): state.withLock { $0.progress = progress }
        case .settled(let claim, let record):
            note(record, isFinal: true)
            if prints { printLine(claim, record) }
            if tells { tellOutcome(claim, record) }
        case .postponed(let claim, let record):
            note(record, isFinal: false)
            guard tells else { break }
            let next = record.history.request
            let what = next == record.attempt.request ? "retry" : "then \(next.rawValue)"
            tell("\(what) \(claim.call.tokenID): \(ObserverText.details(record.attempt.details))")
        case .gate(let lane, let gate):
            if tells, let text = ObserverText.gate(gate) { tell("\(lanes[lane.index]): \(text)") }
        }
    }

    private func note(_ record: Record, isFinal: Bool) {
        state.withLock { state in
            state.requests += 1
            if isFinal { state.finished += 1 }
            state.firstRequestAt = min(state.firstRequestAt ?? record.attempt.startedAt, record.attempt.startedAt)
            state.lastAnswerAt = max(state.lastAnswerAt ?? record.attempt.finishedAt, record.attempt.finishedAt)
        }
    }

    private func printLine(_ claim: Claim, _ record: Record) {
        guard case .final(let outcome, let reason) = record.next else { return }
        var row = ReportRow(
            position: claim.position, tokenText: claim.call.tokenID.description, scope: claim.call.scope, state: outcome)
        row.reason = reason
        row.attemptCount = record.attempt.number
        // As in the report: what blocked the token is what counts, not what was done to it afterwards.
        row.lastDetails = outcome == .blocked && record.attempt.request != .delete ? nil : record.attempt.details
        row.name = record.token?.name
        row.clientID = record.token?.clientID
        row.duration = record.token?.duration
        row.expiresAt = record.token?.expiresAt
        row.finishedAt = record.attempt.finishedAt
        // Whoever reads the lines may go away; the deletion goes on, and the report has everything.
        _ = try? console.print(JSONText.item(row).text + "\n")
    }

    private func tellOutcome(_ claim: Claim, _ record: Record) {
        guard case .final(let outcome, let reason) = record.next, !outcome.isGone, outcome.onlyAction == nil else { return }
        tell("\(outcome.rawValue) \(claim.call.tokenID): \(TerminalText.sanitised(reason ?? ""))")
    }
}

/// Short words for what happened.
enum ObserverText {
    /// `503`, `400 12139 access.api.error…`, `timeout`
    static func details(_ details: AnswerDetails) -> String {
        if let error = details.transportError { return TerminalText.sanitised(error) }
        let parts = [details.httpStatus.map(String.init), details.errorCode.map(String.init), details.errorMessage]
        return TerminalText.cut(TerminalText.sanitised(parts.compactMap(\.self).joined(separator: " ")), to: 100)
    }

    /// What a lane does, where that is worth a word.
    static func gate(_ gate: Lane.Gate) -> String? {
        switch gate {
        case .gentle, .open: nil
        case .paused(let until, .rateLimited): "the API asked to wait, until \(clock(until))"
        case .paused(let until, .outage(let reason)):
            // The reason last: it may be cut.
            "next try at \(clock(until)): the API is not working (\(TerminalText.sanitised(reason)))"
        case .paused(let until, .doubt): "next try at \(clock(until)): the credential was refused although it had worked"
        case .refused(let reason): "refused: \(TerminalText.sanitised(reason))"
        }
    }

    /// `21:03:14 UTC`
    static func clock(_ moment: Timestamp) -> String { "\(moment.rfc3339.dropFirst(11).prefix(8)) UTC" }
}
