import SweepCloudflare
import SweepModel
import SweepQueue
import SweepReport

/// `tokensweep plan`: everything that `run` does before the first DELETE, in a private queue that leaves no trace.
struct PlanCommand {
    static let definition = Command(
        name: "plan", abstract: "show what run would delete, what that breaks, and the plan's id; delete nothing",
        discussion: [
            "Every account and zone is read once, from the same budget: names, last use, expiry, and who refers to each token. "
                + "--no-lookup sends nothing at all."
        ],
        positionals: [Options.manifests],
        groups: [
            Options.selection,
            OptionGroup(
                "Safety",
                [
                    Options.maxDeletes, Options.protect, Options.protectFile, Options.canary, Options.haltAfter, Options.confirm,
                    Options.noLookup, Options.deferRecent,
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
    }

    func run() async throws -> ExitCode {
        let settings = try JobSettings(arguments)
        try ReportWriting.check(settings.reports)
        let baseURL = try APISettings.baseURL(system).description
        let source = try CredentialSource(arguments, system)
        let queue = try Queue(scratch: ())
        let draft = JobDraft(
            name: "plan", settings: "{}", baseURL: baseURL, manifests: arguments[Options.manifests],
            createdAt: system.time.now)
        let memory = arguments[Options.noLookup] ? nil : QueueMemory.open(arguments, system)
        let lookup = try PlanLookup(arguments, system, settings, memory: memory) { try APISettings(source, system) }
        let made = try await PlanMaker(arguments: arguments, system: system, credentials: source, lookup: lookup).make(draft, in: queue)
        try await memory?.letGo()
        let text = PlanText(
            plan: made.plan, sample: try await queue.sample(of: made.plan, limit: PlanText.sampleSize), policy: settings.policy,
            baseURL: baseURL, now: system.time.now, details: try await PlanDetails.gather(made, queue), deferred: made.deferred)
        if arguments[Options.json] {
            try await PlanOutput.print(text, queue, system.console)
        } else {
            try system.console.print(text.lines.map { $0 + "\n" }.joined())
        }
        return .allGone
    }
}
