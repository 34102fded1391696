import SweepCloudflare
import SweepModel
import SweepQueue
import SweepReport

/// `tokensweep resume`: go on with a job that was interrupted, paused or halted, as its own options said.
struct ResumeCommand {
    static let definition = Command(
        name: "resume", abstract: "go on with a job that was interrupted, paused or halted",
        discussion: [
            "The job's own options hold; options given here win. It was confirmed when it began: at most the second question of "
                + "--defer-recent is asked."
        ],
        positionals: [Options.job],
        groups: [
            OptionGroup("Credentials", [Options.credentials]),
            OptionGroup("Safety", [Options.whenBlocked, Options.canary, Options.haltAfter, Options.yes, Options.verify]), Options.pace,
            Options.output, Options.followUp,
        ],
        examples: [
            Example("go on with the newest job", "tokensweep resume"),
            Example("go on with that one, and prove at the end what is gone", "tokensweep resume incident-42 --verify"),
        ])

    private let line: ParsedLine
    private let system: SystemContext

    init(_ line: ParsedLine, _ system: SystemContext) {
        self.line = line
        self.system = system
    }

    func run() async throws -> ExitCode {
        let given = try Arguments(line, environment: system.environment)
        let path = try given.queuePath(system)
        let (job, stored) = try find(given, path)
        let layer = try JobSettings.layer(stored, job: job.name)
        let arguments = try Arguments(line, environment: system.environment, file: layer)
        try system.log.open(arguments.logTarget(system), for: Self.definition.name)
        let settings = try JobSettings(arguments, whenBlocked: arguments[Options.whenBlocked])
        let source = try CredentialSource(arguments, system)
        let api = try APISettings(source, system)
        try api.check(job)
        if job.action != .delete, arguments[Options.verify] {
            throw Failure.refused(
                "--verify proves that tokens are gone, and this job deletes none; nothing was sent", remedy: "leave --verify out")
        }
        try source.refuseUnserved(job.scopes.filter { $0.tally.open > 0 }.map(\.scope))
        try ReportWriting.check(settings.reports)
        let signals = Signals(system)
        let queue = try system.takeQueue(path)
        let preflight = try await Preflight(system: system, api: api, settings: settings, memory: queue)
            .check(job.scopes.filter { $0.tally.open > 0 })
        for line in preflight.lines(isQuiet: arguments[Options.quiet]) { system.console.tell(line) }
        let session = RunSession(
            system: system, arguments: arguments, settings: settings, api: api, signals: signals, preflight: preflight)
        return try await session.run(job, in: queue)
    }

    private func find(_ given: Arguments, _ path: String) throws -> (JobOverview, settings: String) {
        let reader = try QueueReader(path: path)
        let job = try JobLookup.find(given[Options.job], in: reader, queue: given.typedQueue)
        return (job, try reader.settings(of: job.id))
    }
}
