import SweepCloudflare
import SweepManifest
import SweepModel
import SweepQueue
import SweepReport

/// `tokensweep run`: read the manifests into a job, show the plan, ask, delete, report.
struct RunCommand {
    static let definition = Command(
        name: "run", abstract: "read manifests into a job, show the plan, ask, delete or disable, report",
        discussion: [
            "Credentials come from the environment: CLOUDFLARE_API_TOKEN, or CLOUDFLARE_EMAIL with CLOUDFLARE_API_KEY; or, with "
                + "--credentials, from where that file says, each account or zone with its own. CLOUDFLARE_BASE_URL names another API.",
            "Where an unfinished job has the very same plan, that job goes on and no second one is started.",
            "Where another job runs on the queue, --before goes in front of it, and a terminal is asked about that: the other job lets "
                + "its requests in flight finish, waits while this one is planned, confirmed and worked on, and goes on by itself. Each "
                + "command ends with the exit code of its own job.",
        ],
        positionals: [Options.manifests],
        groups: [
            Options.selection,
            OptionGroup(
                "Safety",
                [
                    Options.action, Options.whenBlocked, Options.maxDeletes, Options.protect, Options.protectFile, Options.canary,
                    Options.haltAfter, Options.yes, Options.confirm, Options.new, Options.before, Options.noLookup,
                    Options.deferRecent, Options.verify,
                ]),
            OptionGroup("Evidence", [Options.reason]), Options.pace, Options.output, Options.followUp,
        ],
        exclusions: [Exclusion(Options.account, Options.zone)],
        examples: [
            Example("delete what a list names", "tokensweep run leaked.csv --report outcome.csv"),
            Example("from another program, without a question", "list-leaked-tokens | tokensweep run - --yes --json"),
        ])

    private let arguments: Arguments
    private let system: SystemContext

    init(_ line: ParsedLine, _ system: SystemContext) throws {
        arguments = try JobFileLayer.arguments(line, system)
        self.system = system
        try ActionRules.check(arguments, verifies: arguments[Options.verify])
    }

    func run() async throws -> ExitCode {
        try system.log.open(arguments.logTarget(system), for: Self.definition.name)
        let settings = try JobSettings(arguments, whenBlocked: arguments[Options.whenBlocked])
        let source = try CredentialSource(arguments, system)
        let api = try APISettings(source, system)
        try ReportWriting.check(settings.reports)
        let signals = Signals(system)
        // Whoever writes the manifest may need the queue until it has it: `discover` counts its requests there.
        if arguments[Options.manifests].contains("-") { StandardInput.waitForBeginning() }
        let path = try arguments.queuePath(system)
        let (queue, job, preflight) = try await Failure.planning {
            let queue = try await UrgentStart(arguments: arguments, system: system, path: path).takeQueue()
            let draft = draft(api)
            let lookup = PlanLookup(arguments, system, settings, memory: queue) { api }
            let made = try await PlanMaker(arguments: arguments, system: system, credentials: source, lookup: lookup)
                .make(draft, in: queue)
            let (job, preflight) = try await confirmed(made, draft, settings, api, queue, signals)
            return (queue, job, preflight)
        }
        let session = RunSession(
            system: system, arguments: arguments, settings: settings, api: api, signals: signals, preflight: preflight,
            manifestIsInput: arguments[Options.manifests].contains("-"))
        return try await session.run(job, in: queue)
    }

    /// Asks the API about the credentials and people about the plan. A plan that is refused leaves no job behind.
    private func confirmed(
        _ made: MadePlan, _ draft: JobDraft, _ settings: JobSettings, _ api: APISettings, _ queue: Queue, _ signals: Signals
    ) async throws -> (JobOverview, PreflightResult) {
        do {
            let preflight = try await Preflight(system: system, api: api, settings: settings, memory: queue)
                .check(made.plan.scopes.filter { $0.tally[.pending] > 0 })
            let pager = Pager(system: system, secretVariables: api.secretVariables)
            return (try await confirmedJob(made, draft, settings, queue, preflight, pager, signals), preflight)
        } catch {
            try await queue.discard(made.plan.job)
            throw error
        }
    }

    private func draft(_ api: APISettings) -> JobDraft {
        let manifests = arguments[Options.manifests]
        return JobDraft(
            name: arguments[Options.name] ?? JobName.make(from: manifests, at: system.time.now),
            settings: JobSettings.encoded(arguments, directory: system.workingDirectory), baseURL: api.baseURL.description,
            manifests: manifests, createdAt: system.time.now, action: arguments[Options.action].job,
            whenBlocked: arguments[Options.whenBlocked], reason: arguments[Options.reason].map { Redaction.redact($0) })
    }

    /// Shows the plan, asks, and confirms: the new job, or the unfinished one that has the same plan.
    private func confirmedJob(
        _ made: MadePlan, _ draft: JobDraft, _ settings: JobSettings, _ queue: Queue, _ preflight: PreflightResult, _ pager: Pager,
        _ signals: Signals
    ) async throws -> JobOverview {
        let plan = made.plan
        let reader = try QueueReader(path: queue.path)
        let earlier = try earlierJob(plan, draft, reader)
        if earlier == nil { try refuseTakenName(draft.name, plan, reader) }
        let text = PlanText(
            plan: plan, action: draft.action, sample: try await queue.sample(of: plan, limit: PlanText.sampleSize),
            policy: settings.policy, baseURL: draft.baseURL, credentials: preflight, now: system.time.now,
            details: try await PlanDetails.gather(made, queue), deferred: made.deferred, line: PlanCommandLine(arguments))
        if !arguments[Options.quiet] {
            let isAsked = !arguments[Options.yes] && arguments[Options.confirm] == nil
            try await pager.show(text.lines, on: .errors, mayPage: isAsked, signals)
        }
        for line in preflight.lines(isQuiet: arguments[Options.quiet]) { system.console.tell(line) }
        try refuseHopeless(preflight)
        let confirmation = Confirmation(arguments: arguments, console: system.console, action: draft.action)
        if let earlier {
            system.console.tell(
                "Going on with the unfinished job \(TerminalText.sanitised(earlier.name)), which has the same plan: "
                    + "\(Verdict.sentence(earlier.tally, earlier.action)) (--new starts a new job.)"
            )
            let consent = try confirmation.ask(count: earlier.tally.open, of: text.scopesInWords, planID: plan.id)
            if made.deferred != nil { try await queue.carryDeferral(from: plan, to: earlier.id) }
            try await queue.discard(plan.job)
            try await queue.confirmAgain(earlier.id, by: consent, reason: draft.reason, at: system.time.now)
            noteConsent(consent, plan.id)
            return earlier
        }
        let consent = try confirmation.ask(count: plan.deletions, of: text.scopesInWords, planID: plan.id)
        try await queue.confirm(plan.job, by: consent, at: system.time.now)
        noteConsent(consent, plan.id)
        guard let job = try reader.job(plan.job) else { throw Failure.unknown("the new job is not in the queue") }
        return job
    }

    private func noteConsent(_ consent: Consent, _ planID: String) {
        system.log.note(.planConfirmed) { json in
            json.member("plan_id", planID)
            json.member("consent", consent.rawValue)
        }
    }

    /// Where a person would be asked, there is nothing to ask: a job that was confirmed now would start later without a question.
    private func refuseHopeless(_ preflight: PreflightResult) throws(Failure) {
        guard preflight.isHopeless, !arguments[Options.yes], arguments[Options.confirm] == nil else { return }
        throw .halted("no credential works; nothing was deleted", remedy: "set one that works, and run this again")
    }

    /// A second unfinished job of the same name would hide the first one, and with it tokens that are still to be deleted.
    private func refuseTakenName(_ name: String, _ plan: Plan, _ reader: borrowing QueueReader) throws {
        guard let other = try reader.unfinishedJob(named: name), !arguments[Options.new] || other.planID != plan.id else { return }
        let shown = TerminalText.sanitised(name)
        throw Failure.refused(
            "the unfinished job \(shown) (\(other.id)) has another plan; nothing was sent",
            remedy: "finish it with `\(ShellText.command("resume", other, queue: arguments.typedQueue))`, or give this one another --name")
    }

    /// The unfinished job with the same plan, unless a new one is wanted.
    private func earlierJob(_ plan: Plan, _ draft: JobDraft, _ reader: borrowing QueueReader) throws -> JobOverview? {
        guard !arguments[Options.new] else { return nil }
        let candidates = try reader.unfinishedJobs(planID: plan.id).filter { $0.baseURL.isLikelySameAPI(as: draft.baseURL) }
        guard let name = arguments[Options.name] else { return candidates.first }
        return candidates.first { $0.name == name }
    }
}

extension String {
    /// Whether two base URLs may stand for the same API. A rehearsal on loopback, whatever its port, is never the real thing.
    func isLikelySameAPI(as other: String) -> Bool {
        self == other || (isLoopbackURL && other.isLoopbackURL)
    }

    private var isLoopbackURL: Bool {
        ["http://127.", "https://127.", "http://localhost", "https://localhost", "http://[::1]", "https://[::1]"]
            .contains { hasPrefix($0) }
    }
}
