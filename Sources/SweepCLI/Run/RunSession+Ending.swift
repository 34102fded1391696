import SweepModel
import SweepQueue
import SweepReport
import SweepRunner

/// What others are told of a run: the log, and the command of `--on-finish`.
extension RunSession {
    func noteStart(_ job: JobOverview) {
        system.log.begin(job)
        system.log.note(.runStarted) { json in
            json.member("action", job.action.rawValue)
            json.member("plan_id", job.planID)
            json.member("total", job.tally.total)
            json.member("open", job.tally.open)
            json.member("base_url", job.baseURL)
        }
    }

    func noteEnd(_ job: JobOverview, _ outcome: Outcome, _ snapshot: RunObserver.Snapshot) {
        let (end, reason, level) = RunSession.words(outcome, job)
        system.log.note(.runEnded, level) { json in
            json.member("end", end)
            json.member("reason", reason)
            json.member("requests", snapshot.requests)
            json.members(of: job.tally, job.action)
            json.member("evidence_head", job.evidenceHead?.description)
        }
    }

    /// However the run ended; only a job that cannot be read any more has no summary to hand over.
    func runHook(_ job: JobOverview, _ conclusion: Result<ExitCode, any Error>, _ queue: Queue) async {
        guard let command = arguments[Options.onFinish] else { return }
        // The command may want the queue itself. Where that is lost already, nothing is left to let go.
        try? await queue.letGo()
        let code =
            switch conclusion {
            case .success(let code): code
            case .failure(let error): Failure(error).exitCode
            }
        let hook = FinishHook(
            command: command, limit: Milliseconds(arguments[Options.onFinishTimeout]), system: system, secretVariables: api.secretVariables)
        await hook.run(JSONText.summary(job), exitCode: code, signals)
    }

    private static func words(_ outcome: Outcome, _ job: JobOverview) -> (end: String, reason: String?, level: LogLevel) {
        switch outcome {
        case .failure(let error): ("failed", error.message, .error)
        case .success where job.state == .finished && job.stopReason == "cancelled", .success(.cancelled): ("cancelled", nil, .notice)
        case .success(.finished): ("finished", nil, .notice)
        case .success where job.state == .finished: ("finished", nil, .notice)
        case .success(.halted(let reason)): ("halted", reason, .error)
        case .success(.interrupted): ("interrupted", nil, .notice)
        case .success(.gaveWay), .success(.paused): ("paused", nil, .notice)
        case .success(.deferred): ("deferred", job.stopReason, .notice)
        case .success(.unreachable(let reason)): ("unreachable", reason, .error)
        }
    }
}
