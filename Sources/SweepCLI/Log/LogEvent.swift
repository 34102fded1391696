/// What a line of the log tells: a closed list. Names are a contract with whoever reads the log: new ones may come, none changes.
enum LogEvent: String, CaseIterable, Sendable {
    case commandStarted = "command.started"
    case lookupPaused = "lookup.paused"
    case planMade = "plan.made"
    case credentialChecked = "credential.checked"
    case planConfirmed = "plan.confirmed"
    case runStarted = "run.started"
    case lanePaused = "lane.paused"
    case laneResumed = "lane.resumed"
    case laneRefused = "lane.refused"
    case attemptFailed = "attempt.failed"
    case attemptContinued = "attempt.continued"
    case tokenFinished = "token.finished"
    case stopRequested = "stop.requested"
    case verifyEnded = "verify.ended"
    case discoverEnded = "discover.ended"
    case reportWritten = "report.written"
    case reportFailed = "report.failed"
    case runEnded = "run.ended"
    case hookEnded = "hook.ended"
    case logGap = "log.gap"
    case commandEnded = "command.ended"

    /// Where nothing else is said at the place that tells of it.
    var level: LogLevel {
        switch self {
        case .attemptContinued: .debug
        case .commandStarted, .planMade, .credentialChecked, .planConfirmed, .runStarted, .laneResumed, .tokenFinished, .verifyEnded,
            .discoverEnded, .reportWritten, .hookEnded, .commandEnded:
            .info
        case .stopRequested, .runEnded: .notice
        case .lookupPaused, .lanePaused, .attemptFailed, .logGap: .warning
        case .laneRefused, .reportFailed: .error
        }
    }

    /// One sentence for the manual page.
    var meaning: String {
        switch self {
        case .commandStarted: "The first line of a command: command, version, pid."
        case .lookupPaused: "Lists wait for the API: reason."
        case .planMade: "plan_id, action, tokens, duplicates, skipped, invalid."
        case .credentialChecked: "What the API said of a credential: credential, standing (accepted, refused, unproven), reason."
        case .planConfirmed: "Somebody said yes: plan_id, consent."
        case .runStarted: "Requests may leave from now on: action, total, open, base_url."
        case .lanePaused: "A credential waits: credential, reason, until."
        case .laneResumed: "It goes on: credential."
        case .laneRefused: "It is refused for the rest of the run: credential, reason."
        case .attemptFailed: "A request that will be tried again: token, attempt, request, retry_at, and what came back."
        case .attemptContinued: "A request of several for a token is done: token, attempt, request, next."
        case .tokenFinished: "A token has its outcome, and it is durable: token, outcome, reason, attempts, and what came back."
        case .stopRequested: "The run is asked to stop: by (signal, pause, cancel, give_way)."
        case .verifyEnded: "The lists were read again: total, gone, live, contradictions, unproven."
        case .discoverEnded: "The lists were read: listed, fitting."
        case .reportWritten: "path."
        case .reportFailed: "reason."
        case .runEnded:
            "end (finished, halted, interrupted, paused, cancelled, deferred, unreachable, failed), reason, requests, the outcomes."
        case .hookEnded: "The command of --on-finish ended: result (exit, signal, timeout, not_started), code."
        case .logGap: "Lines before this one could not be written: lost."
        case .commandEnded: "The last line: exit_code, and reason where an error ended it."
        }
    }
}

/// The levels of syslog that are used here.
enum LogLevel: String, Sendable {
    case error, warning, notice, info, debug

    /// As journald reads it in front of a line: `<6>`.
    var priority: Int {
        switch self {
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug: 7
        }
    }
}
