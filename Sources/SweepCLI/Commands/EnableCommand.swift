import SweepCloudflare
import SweepModel
import SweepQueue
import SweepReport

/// `tokensweep enable`: takes back what a job disabled, as a job of its own, so that it can be interrupted, resumed and reported.
struct EnableCommand {
    static let definition = Command(
        name: "enable", abstract: "enable again the tokens that a job disabled",
        discussion: [
            "Exactly the tokens that the job disabled, by --action disable or by --when-blocked disable, and that were not enabled "
                + "again by this command. The job stays as it is; the undo is a job of its own, with a report of its own.",
            "Without a JOB, the newest job that is no undo itself is meant. Rotated secrets cannot be brought back.",
        ],
        positionals: [Options.job],
        groups: [
            OptionGroup("Credentials", [Options.credentials]),
            OptionGroup("Safety", [Options.canary, Options.haltAfter, Options.yes, Options.confirm]), Options.pace, Options.output,
            Options.followUp,
        ],
        examples: [
            Example("take back what the newest job disabled", "tokensweep enable"),
            Example("from a script, with a report", "tokensweep enable incident-42 --yes --report enabled.csv"),
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
        let arguments = try Arguments(line, environment: system.environment, file: try layer(stored, job))
        try system.log.open(arguments.logTarget(system), for: Self.definition.name)
        let settings = try JobSettings(arguments)
        let source = try CredentialSource(arguments, system)
        let api = try APISettings(source, system)
        try api.check(job)
        try ReportWriting.check(settings.reports)
        let signals = Signals(system)
        let queue = try system.takeQueue(path)
        guard let undo = try await confirmedUndo(of: job, arguments, settings, source, queue, signals) else { return .allGone }
        let preflight = try await Preflight(system: system, api: api, settings: settings, memory: queue)
            .check(undo.scopes.filter { $0.tally.open > 0 })
        for line in preflight.lines(isQuiet: arguments[Options.quiet]) { system.console.tell(line) }
        let session = RunSession(
            system: system, arguments: arguments, settings: settings, api: api, signals: signals, preflight: preflight)
        return try await session.run(undo, in: queue)
    }

    /// How the job was paced and by whose credentials. Its reports must not be overwritten, whoever was to be told was told, and
    /// what it did when it deleted is over.
    private func layer(_ stored: String, _ job: JobOverview) throws(Failure) -> SettingsFile {
        var layer = try JobSettings.layer(stored, job: job.name)
        for option in [Options.report, Options.verify, Options.canary, Options.whenBlocked, Options.log, Options.onFinish]
            as [any OptionDefinition]
        {
            if let key = option.spec.fileKey { layer.values[key] = nil }
        }
        return layer
    }

    /// The job that was meant; the newest job that is no undo itself where none is named.
    private func find(_ given: Arguments, _ path: String) throws -> (JobOverview, settings: String) {
        let reader = try QueueReader(path: path)
        var job = try JobLookup.find(given[Options.job], in: reader, queue: given.typedQueue)
        if given[Options.job] == nil, let newest = try reader.jobs().first(where: { $0.action != .enable }) { job = newest }
        guard job.action != .enable else {
            throw Failure.refused(
                "the job \(TerminalText.sanitised(job.name)) enables tokens itself; nothing was sent",
                remedy:
                    "name the job that disabled them; `\(ShellText.command("resume", job, queue: given.typedQueue))` goes on with an undo")
        }
        return (job, try reader.settings(of: job.id))
    }

    /// Shows what will be enabled, asks, and confirms: the unfinished undo of an earlier call, or a new one; nil where there is
    /// nothing to do.
    private func confirmedUndo(
        of job: JobOverview, _ arguments: Arguments, _ settings: JobSettings, _ source: CredentialSource, _ queue: Queue,
        _ signals: Signals
    ) async throws -> JobOverview? {
        let reader = try QueueReader(path: queue.path)
        let name = TerminalText.sanitised(job.name)
        tellRotated(try reader.rotatedCount(of: job.id))
        let confirmation = Confirmation(arguments: arguments, console: system.console, action: .enable)
        if let earlier = try reader.unfinishedUndo(of: job.id) {
            try source.refuseUnserved(earlier.scopes.filter { $0.tally.open > 0 }.map(\.scope))
            system.console.tell(
                "Going on with the unfinished undo \(TerminalText.sanitised(earlier.name)): \(Verdict.sentence(earlier.tally, .enable))")
            let consent = try confirmation.ask(count: earlier.tally.open, of: "the job \(name)", planID: earlier.planID)
            try await queue.confirmAgain(earlier.id, by: consent, reason: nil, at: system.time.now)
            return earlier
        }
        let draft = JobDraft(
            name: "\(job.name)-enable", settings: JobSettings.encoded(arguments, directory: system.workingDirectory),
            baseURL: job.baseURL, manifests: job.manifests, createdAt: system.time.now, action: .enable)
        guard let plan = try await queue.planUndo(of: job.id, draft) else {
            system.console.tell("The job \(name) has disabled no token that is still to be enabled; nothing was sent.")
            return nil
        }
        do {
            try source.refuseUnserved(plan.scopes.map(\.scope))
            try await ConfirmedID(arguments)?.check(
                plan, .enable, in: queue,
                else: "the tokens to be enabled are others than they were: run `tokensweep enable` again to see them")
            let text = PlanText(
                plan: plan, action: .enable, sample: try await queue.sample(of: plan, limit: PlanText.sampleSize),
                policy: settings.policy, baseURL: draft.baseURL, now: system.time.now)
            if !arguments[Options.quiet] {
                let isAsked = !arguments[Options.yes] && arguments[Options.confirm] == nil
                try await Pager(system: system, secretVariables: source.secretVariables)
                    .show(text.lines, on: .errors, mayPage: isAsked, signals)
            }
            let consent = try confirmation.ask(count: plan.deletions, of: text.scopesInWords, planID: plan.id)
            try await queue.confirm(plan.job, by: consent, at: system.time.now)
        } catch {
            try await queue.discard(plan.job)
            throw error
        }
        guard let undo = try reader.job(plan.job) else { throw Failure.unknown("the new job is not in the queue") }
        return undo
    }

    private func tellRotated(_ count: Int) {
        guard count > 0 else { return }
        let secrets = HumanText.count(count, "token's secret was", "tokens' secrets were")
        system.console.tell("\(secrets) rotated: that cannot be taken back; give whoever needs it a new secret.")
    }
}
