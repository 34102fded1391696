import SweepCloudflare
import SweepModel
import SweepQueue
import SweepReport

/// `tokensweep plan`: everything that `run` does before the first DELETE, in a private queue that leaves no trace. Only the
/// requests that ask about the credentials are remembered in the real one, for the budget counts them.
struct PlanCommand {
    static let definition = Command(
        name: "plan", abstract: "show what run would delete, and the plan's id; delete nothing",
        discussion: ["Every credential is verified with one request; nothing else is sent."],
        positionals: [Options.manifests],
        groups: [
            Options.selection,
            OptionGroup(
                "Safety",
                [
                    Options.action, Options.whenBlocked, Options.maxDeletes, Options.protect, Options.protectFile, Options.canary,
                    Options.haltAfter, Options.confirm,
                ]),
            Options.pace, Options.output,
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

    func run() async throws -> ExitCode {
        let settings = try JobSettings(arguments, whenBlocked: arguments[Options.whenBlocked])
        try ReportWriting.check(settings.reports)
        let baseURL = try APISettings.baseURL(system).description
        let source = try CredentialSource(arguments, system)
        let queue = try Queue(scratch: ())
        let draft = JobDraft(
            name: "plan", settings: "{}", baseURL: baseURL, manifests: arguments[Options.manifests],
            createdAt: system.time.now, action: arguments[Options.action].job, whenBlocked: arguments[Options.whenBlocked])
        let plan = try await PlanMaker(arguments: arguments, system: system, credentials: source).make(draft, in: queue)
        let preflight = try await preflight(try APISettings(source, system), settings, plan)
        let text = PlanText(
            plan: plan, action: draft.action, sample: try await queue.sample(of: plan, limit: PlanText.sampleSize),
            policy: settings.policy, baseURL: baseURL, credentials: preflight, now: system.time.now)
        let lines = text.lines + preflight.lines(isQuiet: false)
        try system.console.print(arguments[Options.json] ? text.json.text + "\n" : lines.map { $0 + "\n" }.joined())
        return .allGone
    }

    /// The queue is let go at once: what a plan shows may be looked at for long.
    private func preflight(_ api: APISettings, _ settings: JobSettings, _ plan: Plan) async throws -> PreflightResult {
        let memory = QueueMemory.open(arguments, system)
        let result = try await Preflight(system: system, api: api, settings: settings, memory: memory)
            .check(plan.scopes.filter { $0.tally[.pending] > 0 })
        try await memory?.letGo()
        return result
    }
}
