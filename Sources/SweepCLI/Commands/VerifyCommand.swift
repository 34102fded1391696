import SweepModel
import SweepQueue
import SweepReport
import SweepRunner

/// `tokensweep verify`: list every scope of a job again, and prove what is gone and what is not.
struct VerifyCommand {
    static let definition = Command(
        name: "verify", abstract: "list every scope of a job again and prove what is gone",
        discussion: [
            "A token is called gone only when a list that was read to its end, with a credential that may read Access there, does "
                + "not show it. The proof is kept: reports have it as verified_at."
        ],
        positionals: [Options.job],
        groups: [
            OptionGroup("Credentials", [Options.credentials]), OptionGroup("Pace", LookupSettings.options),
            OptionGroup("Output", [Options.json, Options.queue, Options.quiet, Options.log]),
        ],
        examples: [Example("prove the outcome of the newest job", "tokensweep verify && tokensweep report > proof.csv")])

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
        var layer = try JobSettings.layer(stored, job: job.name)
        layer.otherKeys = Tokensweep.program.fileKeys
        let arguments = try Arguments(line, environment: system.environment, file: layer)
        try system.log.open(arguments.logTarget(system), for: Self.definition.name)
        system.log.begin(job)
        let source = try CredentialSource(arguments, system)
        let api = try APISettings(source, system)
        try api.check(job)
        try source.refuseUnserved(job.scopes.map(\.scope))
        let queue = try open(path, job)
        let session = LookupSession(
            system: system, api: api, policy: LookupPolicy(LookupSettings(arguments)), isQuiet: arguments[Options.quiet],
            memory: queue)
        let finding = try await Verification(session: session, queue: queue, path: path).run(job)
        let verified = try QueueReader(path: path).job(job.id) ?? job
        try show(VerificationText(job: verified, finding: finding, queue: arguments.typedQueue), arguments)
        return finding.exitCode
    }

    private func find(_ given: Arguments, _ path: String) throws -> (JobOverview, settings: String) {
        let reader = try QueueReader(path: path)
        let job = try JobLookup.find(given[Options.job], in: reader, queue: given.typedQueue)
        return (job, try reader.settings(of: job.id))
    }

    /// The queue, or nil while another job runs on it. A job that is at work itself cannot be judged yet.
    private func open(_ path: String, _ job: JobOverview) throws -> Queue? {
        do {
            return try system.takeQueue(path)
        } catch {
            guard error.code == .owned else { throw error }
        }
        guard try runningJob(path) != job.id else {
            throw Failure.refused(
                "the job \(job.name) is running", remedy: "verify it when it has ended; `tokensweep status` shows how it stands")
        }
        system.console.tell("tokensweep: warning: another tokensweep works on this queue, so that the proof is shown but not kept")
        return nil
    }

    private func runningJob(_ path: String) throws(QueueError) -> JobID? {
        let reader = try QueueReader(path: path)
        return try reader.runningJob()
    }

    private func show(_ text: VerificationText, _ arguments: Arguments) throws(ReportError) {
        let lines = arguments[Options.json] ? text.liveItems + [text.summary] : text.lines + SummaryText.evidence(text.job)
        try system.console.print(lines.map { $0 + "\n" }.joined())
    }
}
