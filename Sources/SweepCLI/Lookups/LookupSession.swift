import SweepCloudflare
import SweepModel
import SweepQueue
import SweepReport
import SweepRunner
import Synchronization

/// Lists accounts and zones for a command.
struct LookupSession {
    let system: SystemContext
    let api: APISettings
    let policy: LookupPolicy
    let isQuiet: Bool
    /// Where requests are remembered; nil where another process has the queue. Then the API's own headers hold both back.
    let memory: (any LookupMemory)?

    typealias Results = [Result<Listing, ListingFailure>]

    /// Reads every list, or finds out why not. Results stand in the order of `scopes`, each of which is named once.
    ///
    /// - Throws: what keeps it from starting, and failures of the queue.
    func list(_ scopes: [Scope], depth: ListingDepth = .tokens) async throws -> Results {
        let (lanes, credentials) = api.credentials.lanes(for: scopes)
        let cloudflare = try CloudflareAPI(
            baseURL: api.baseURL, lanes: credentials, userAgent: "tokensweep/\(Tokensweep.version) (lookup)",
            timeout: policy.timeout, concurrency: DescriptorLimit.concurrency(atMost: policy.concurrency * max(1, credentials.count)),
            environment: system.environment)
        defer { cloudflare.shutdown() }
        let teller = GateTeller()
        let runner = LookupRunner(
            api: cloudflare, memory: memory, time: system.time, random: SystemRandomNumberGenerator(), policy: policy,
            observe: { [isQuiet, system] progress in
                guard let pause = teller.newPause(progress), let text = ObserverText.gate(pause) else { return }
                system.log.note(.lookupPaused) { $0.member("reason", text) }
                if !isQuiet { system.console.tell("tokensweep: \(text)") }
            })
        // A list changes nothing, so that whoever wants to stop need not wait for it.
        return try await withTaskCancellationHandler {
            try await runner.list(scopes, lanes: lanes, depth: depth)
        } onCancel: {
            // Not only what is under way: a request that is just about to leave must not be waited for either.
            cloudflare.shutdown()
        }
    }
}

extension LookupPolicy {
    init(_ settings: LookupSettings) {
        self.init(budget: settings.budget, attempts: settings.attempts, timeout: settings.timeout)
    }
}

/// The options of pace that lookups obey.
struct LookupSettings: Sendable {
    var budget: RateBudget?
    var attempts: Int
    var timeout: Milliseconds

    /// The options that a command which looks things up declares.
    static let options: [any OptionDefinition] = [Options.rate, Options.reserve, Options.attempts, Options.timeout]

    init(_ arguments: Arguments) {
        budget = arguments[Options.rate].budget(reserve: arguments[Options.reserve])
        attempts = arguments[Options.attempts]
        timeout = Milliseconds(arguments[Options.timeout])
    }
}

extension RateSetting {
    /// nil without a limit.
    func budget(reserve: Int) -> RateBudget? {
        switch self {
        case .none: nil
        case .limit(let requests, let period):
            RateBudget(requests: requests, period: Milliseconds(period), reservePercent: reserve)
        }
    }
}

/// Tells of a pause once.
private final class GateTeller: Sendable {
    private let told = Mutex<[Lane.Gate]>([])

    /// The first lane that stands still, where that is new.
    func newPause(_ progress: LookupProgress) -> Lane.Gate? {
        let isNew = told.withLock { told in
            defer { told = progress.gates }
            return told != progress.gates
        }
        return isNew ? progress.gates.first(where: \.isPause) : nil
    }
}

extension Lane.Gate {
    fileprivate var isPause: Bool {
        if case .paused = self { true } else { false }
    }
}
