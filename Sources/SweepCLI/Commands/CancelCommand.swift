import SweepModel
import SweepQueue
import SweepReport

/// `tokensweep cancel`: give a job up. What is not deleted yet becomes `skipped`. It deletes nothing, so nothing is asked.
struct CancelCommand {
    static let definition = Command(
        name: "cancel", abstract: "give a job up, also one that runs: what is not deleted yet is skipped",
        discussion: [
            "Requests in flight may finish. A cancelled job cannot be resumed. Its reports are written by whoever cancels it: the process that "
                + "runs it, or else this command."
        ],
        positionals: [Options.theJob], groups: [OptionGroup("Output", [Options.queue])],
        examples: [Example("leave the rest alone", "tokensweep cancel incident-42")])

    private let arguments: Arguments
    private let system: SystemContext

    /// How long a run that has stopped may take to write down that it is cancelled.
    private static let patience = Milliseconds(30_000)

    init(_ line: ParsedLine, _ system: SystemContext) throws {
        arguments = try Arguments(line, environment: system.environment)
        self.system = system
    }

    func run() async throws -> ExitCode {
        let path = try arguments.queuePath(system)
        let job = try JobLookup.find(arguments[Options.theJob], in: try QueueReader(path: path), queue: arguments.typedQueue)
        guard job.state != .finished else {
            system.console.tell(
                "The job \(TerminalText.sanitised(job.name)) is finished already. \(Verdict.sentence(job.tally, job.action))")
            return .allGone
        }
        switch try QueueControl(path: path).leave(.cancel, for: job.id) {
        case .running:
            let stopped = try await RunningJob(path: path, time: system.time).end(of: job.id)
            guard stopped.state != .finished else { return try conclude(job.id, path, withReports: false) }
            return try conclude(job.id, path, withReports: try await cancelItself(job.id, path, asked: true))
        case .waiting:
            do {
                return try conclude(job.id, path, withReports: try await cancelItself(job.id, path, asked: false))
            } catch let error as QueueError where error.code == .owned {
                system.console.tell(
                    "The job \(TerminalText.sanitised(job.name)) is given up and sends nothing more. Its tokens become skipped when the "
                        + "more urgent job is done.")
                return .allGone
            }
        case .nobody: return try conclude(job.id, path, withReports: try await cancelItself(job.id, path, asked: false))
        }
    }

    /// Nobody runs the job: takes the queue over and does what its owner would have done. `asked`: a run was asked before, and may
    /// be about to do it. False where that run did it after all: then it writes the reports too.
    private func cancelItself(_ job: JobID, _ path: String, asked: Bool) async throws -> Bool {
        let limit = system.time.now + (asked ? Self.patience : Milliseconds(0))
        while true {
            do {
                let queue = try system.takeQueue(path)
                _ = try await queue.cancel(job, at: system.time.now)
                return true
            } catch {
                guard error.code == .owned, system.time.now < limit else { throw error }
            }
            await system.time.sleep(until: system.time.now + RunningJob.interval)
            if try QueueReader(path: path).job(job)?.state == .finished { return false }
        }
    }

    private func conclude(_ id: JobID, _ path: String, withReports: Bool) throws -> ExitCode {
        let reader = try QueueReader(path: path)
        guard let job = try reader.job(id) else { throw Failure.unknown("the job \(id) is no longer in the queue") }
        let skipped = HumanText.count(job.tally[.skipped], "token was", "tokens were")
        let name = TerminalText.sanitised(job.name)
        system.console.tell("The job \(name) is cancelled: \(skipped) skipped. \(Verdict.sentence(job.tally, job.action))")
        for line in SummaryText.evidence(job) { system.console.tell(line) }
        guard withReports else { return .allGone }
        let settings = try JobSettings.layer(try reader.settings(of: id), job: job.name)
        let paths = settings.values[Options.report.spec.fileKey ?? ""] ?? []
        let (written, failures) = ReportWriting.writeAll(paths, of: job, from: reader, at: system.time.now)
        for path in written { system.console.tell("Report: \(TerminalText.sanitised(path))") }
        for failure in failures { system.console.tell(failure.text) }
        return failures.isEmpty ? .allGone : .environment
    }
}
