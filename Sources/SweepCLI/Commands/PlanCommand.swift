import SweepCloudflare
import SweepModel
import SweepQueue
import SweepReport
import SweepRunner

/// `tokensweep plan`: everything that `run` does before the first DELETE, in a private queue that leaves no trace. Only the
/// requests that ask about the credentials are remembered in the real one, for the budget counts them.
struct PlanCommand {
    static let definition = Command(
        name: "plan", abstract: "show what run would delete, what that breaks, and the plan's id; delete nothing",
        discussion: [
            "Every credential is verified with one request, and every account and zone is read once, from the same budget: names, last "
                + "use, expiry, and who refers to each token. --no-lookup sends nothing at all."
        ],
        positionals: [Options.manifests],
        groups: [
            Options.selection,
            OptionGroup(
                "Safety",
                [
                    Options.action, Options.whenBlocked, Options.maxDeletes, Options.protect, Options.protectFile, Options.canary,
                    Options.haltAfter, Options.confirm, Options.noLookup, Options.deferRecent,
                ]),
            Options.pace, Options.output, OptionGroup("Logs", [Options.log]),
        ],
        exclusions: [Exclusion(Options.account, Options.zone)],
        examples: [
            Example("look before you leap", "tokensweep plan leaked.csv"),
            Example("confirm in a script exactly what was seen", "tokensweep run leaked.csv --confirm 3f0c…"),
        ])

    private let arguments: Arguments
    private let system: SystemContext

    init(_ line: ParsedLine, _ system: SystemContext) throws {
        arguments = try JobFileLayer.arguments(line, system)
        self.system = system
        try ActionRules.check(arguments, verifies: false)
    }

    func run() async throws -> ExitCode { try await Failure.planning { try await show() } }

    private func show() async throws -> ExitCode {
        try system.log.open(arguments.logTarget(system), for: Self.definition.name)
        let settings = try JobSettings(arguments, whenBlocked: arguments[Options.whenBlocked])
        try ReportWriting.check(settings.reports)
        let baseURL = try APISettings.baseURL(system).description
        let source = try CredentialSource(arguments, system)
        let queue = try Queue(scratch: ())
        let draft = JobDraft(
            name: "plan", settings: "{}", baseURL: baseURL, manifests: arguments[Options.manifests],
            createdAt: system.time.now, action: arguments[Options.action].job, whenBlocked: arguments[Options.whenBlocked])
        let memory = arguments[Options.noLookup] ? nil : QueueMemory.open(arguments, system)
        let lookup = try PlanLookup(arguments, system, settings, memory: memory) { try APISettings(source, system) }
        let made = try await PlanMaker(arguments: arguments, system: system, credentials: source, lookup: lookup).make(draft, in: queue)
        let preflight = try await preflight(source, settings, made.plan, memory)
        // What a plan shows may be looked at for long.
        try await memory?.letGo()
        let text = PlanText(
            plan: made.plan, action: draft.action, sample: try await queue.sample(of: made.plan, limit: PlanText.sampleSize),
            policy: settings.policy, baseURL: baseURL, credentials: preflight, now: system.time.now,
            details: try await PlanDetails.gather(made, queue), deferred: made.deferred, line: PlanCommandLine(arguments))
        if arguments[Options.json] {
            try await PlanOutput.print(text, queue, system.console)
        } else {
            try await Pager(system: system, secretVariables: source.secretVariables)
                .show(text.lines + preflight.lines(isQuiet: false), on: .output)
        }
        return .allGone
    }

    private func preflight(
        _ source: CredentialSource, _ settings: JobSettings, _ plan: Plan, _ memory: (any LookupMemory)?
    ) async throws -> PreflightResult {
        guard !arguments[Options.noLookup] else { return PreflightResult(findings: []) }
        return try await Preflight(system: system, api: try APISettings(source, system), settings: settings, memory: memory)
            .check(plan.scopes.filter { $0.tally[.pending] > 0 })
    }
}
