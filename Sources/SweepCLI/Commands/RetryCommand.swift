import SweepModel
import SweepQueue
import SweepReport

/// `tokensweep retry`: give failed tokens all their tries back.
struct RetryCommand {
    static let blocked = Option(flag: "blocked", inFile: false, "blocked tokens too, once their references are gone")

    static let definition = Command(
        name: "retry", abstract: "put failed tokens back to pending; resume then tries them again",
        positionals: [Options.theJob], groups: [OptionGroup("What to retry", [blocked]), OptionGroup("Output", [Options.queue])],
        examples: [Example("after the references were removed", "tokensweep retry incident-42 --blocked")])

    private let arguments: Arguments
    private let system: SystemContext

    init(_ line: ParsedLine, _ system: SystemContext) throws {
        arguments = try Arguments(line, environment: system.environment)
        self.system = system
    }

    func run() async throws -> ExitCode {
        let path = try arguments.queuePath(system)
        let job = try find(path)
        let queue = try system.takeQueue(path)
        let states: Set<ItemState> = arguments[Self.blocked] ? [.failed, .blocked] : [.failed]
        let count = try await queue.retry(job.id, states, at: system.time.now)
        system.console.tell("\(HumanText.count(count, "token is", "tokens are")) pending again.")
        let retried = try find(path)
        let next = count > 0 ? NextSteps.lines(retried, queue: arguments.typedQueue) : []
        for line in SummaryText.evidence(retried) + next { system.console.tell(line) }
        return .allGone
    }

    private func find(_ path: String) throws -> JobOverview {
        try JobLookup.find(arguments[Options.theJob], in: try QueueReader(path: path), queue: arguments.typedQueue)
    }
}
