import SweepCloudflare
import SweepModel
import SweepQueue
import SweepReport

/// `tokensweep plan`: everything that `run` does before the first DELETE, in a private queue that leaves no trace.
struct PlanCommand {
    static let definition = Command(
        name: "plan", abstract: "show what run would delete, and the plan's id; send nothing",
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
        let text = PlanText(
            plan: plan, action: draft.action, sample: try await queue.sample(of: plan, limit: PlanText.sampleSize), policy: settings.policy,
            baseURL: baseURL, now: system.time.now)
        try system.console.print(arguments[Options.json] ? text.json.text + "\n" : text.lines.map { $0 + "\n" }.joined())
        return .allGone
    }
}
