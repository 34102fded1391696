import SweepModel
import SweepQueue
import SweepReport

/// `tokensweep pause`: let the requests of a running job finish, and stop it.
struct PauseCommand {
    static let definition = Command(
        name: "pause", abstract: "stop a job that runs in another terminal; resume goes on with it",
        discussion: [
            "Requests in flight may finish; the command returns when the job has stopped. A job that waits for a more urgent one does not go on then."
        ],
        positionals: [Options.theJob], groups: [OptionGroup("Output", [Options.queue])],
        examples: [Example("from another terminal", "tokensweep pause incident-42")])

    private let arguments: Arguments
    private let system: SystemContext

    init(_ line: ParsedLine, _ system: SystemContext) throws {
        arguments = try Arguments(line, environment: system.environment)
        self.system = system
    }

    func run() async throws -> ExitCode {
        let path = try arguments.queuePath(system)
        let job = try JobLookup.find(arguments[Options.theJob], in: try QueueReader(path: path), queue: arguments.typedQueue)
        let name = TerminalText.sanitised(job.name)
        guard try QueueControl(path: path).leave(.pause, for: job.id) != .nobody else {
            system.console.tell("The job \(name) is not running (\(StatusText.state(job, nil))).")
            return .allGone
        }
        let stopped = try await RunningJob(path: path, time: system.time).end(of: job.id)
        system.console.tell(
            "The job \(name) has stopped (\(StatusText.state(stopped, nil))). \(Verdict.sentence(stopped.tally, stopped.action))")
        for line in NextSteps.lines(stopped, queue: arguments.typedQueue) { system.console.tell(line) }
        return .allGone
    }
}

/// A job that another process runs.
struct RunningJob {
    let path: String
    let time: any TimeSource

    static let interval = Milliseconds(100)

    /// Waits until nobody runs the job any more, and tells how it stands then.
    func end(of job: JobID) async throws -> JobOverview {
        while true {
            let reader = try QueueReader(path: path)
            if try reader.runningJob() != job {
                guard let overview = try reader.job(job) else { throw Failure.unknown("the job \(job) is no longer in the queue") }
                return overview
            }
            await time.sleep(until: time.now + Self.interval)
        }
    }
}
