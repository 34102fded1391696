import SweepModel
import SweepReport
import SweepRunner
import Synchronization

/// Logs what a run does, as its observer hears it.
final class RunLog: Sendable {
    private let log: EventLog
    /// What people call each lane.
    private let lanes: [String]
    private let paused = Mutex<Set<LaneID>>([])

    init(_ log: EventLog, lanes: [String]) {
        self.log = log
        self.lanes = lanes
    }

    func observe(_ event: RunEvent) {
        switch event {
        case .progress: break
        case .settled(let claim, let record): settled(claim, record)
        case .postponed(let claim, let record): postponed(claim, record)
        case .gate(let lane, let gate): noteGate(lane, gate)
        }
    }

    private func settled(_ claim: Claim, _ record: Record) {
        guard case .final(let outcome, let reason) = record.next else { return }
        log.note(.tokenFinished, outcome == .failed || outcome == .blocked ? .warning : nil) { json in
            json.members(of: claim)
            json.member("outcome", outcome.rawValue)
            json.member("reason", reason)
            json.member("attempts", record.attempt.number)
            json.members(of: record.attempt.details)
        }
    }

    private func postponed(_ claim: Claim, _ record: Record) {
        let next = record.history.request
        let isRetry = next == record.attempt.request
        log.note(isRetry ? .attemptFailed : .attemptContinued) { json in
            json.members(of: claim)
            json.member("attempt", record.attempt.number)
            json.member("request", record.attempt.request.rawValue)
            if isRetry, case .pending(let moment) = record.next { json.member("retry_at", moment) }
            if !isRetry { json.member("next", next.rawValue) }
            json.members(of: record.attempt.details)
        }
    }

    private func noteGate(_ lane: LaneID, _ gate: Lane.Gate) {
        switch gate {
        case .gentle, .open:
            guard paused.withLock({ $0.remove(lane) }) != nil else { return }
            log.note(.laneResumed) { $0.member("credential", lanes[lane.index]) }
        case .paused(let until, let cause):
            paused.withLock { _ = $0.insert(lane) }
            log.note(.lanePaused) { json in
                json.member("credential", lanes[lane.index])
                json.member("reason", cause.text)
                json.member("until", until)
            }
        case .refused(let reason):
            log.note(.laneRefused) { json in
                json.member("credential", lanes[lane.index])
                json.member("reason", reason)
            }
        }
    }
}

extension Lane.Cause {
    fileprivate var text: String {
        switch self {
        case .rateLimited: "the API asked to wait"
        case .outage(let reason): "the API is not working: \(reason)"
        case .doubt: "the credential was refused although it had worked"
        }
    }
}

extension JSONText {
    fileprivate mutating func members(of claim: Claim) {
        member("service_token_id", claim.call.tokenID.description)
        member("scope", claim.call.scope.kind.rawValue)
        member("scope_id", claim.call.scope.id.description)
    }

    /// What came back, as the report's columns call it.
    fileprivate mutating func members(of details: AnswerDetails) {
        member("http_status", details.httpStatus)
        member("error_code", details.errorCode)
        member("error_message", details.errorMessage)
        member("ray_id", details.rayID)
        member("transport_error", details.transportError)
    }
}
