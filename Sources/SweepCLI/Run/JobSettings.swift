import FoundationEssentials
import SweepCloudflare
import SweepModel
import SweepReport
import SweepRunner

/// How a job is worked on: what its options say, and what its row in the queue keeps so that `resume` does the same.
struct JobSettings: Sendable, Equatable {
    var policy: RunPolicy
    var timeout: Milliseconds
    var reports: [String]

    init(_ arguments: Arguments, whenBlocked: WhenBlocked = .report) throws(Failure) {
        let budget = arguments[Options.rate].budget(reserve: arguments[Options.reserve])
        let rule: HaltRule? =
            switch arguments[Options.haltAfter] {
            case .never: nil
            case .above(let percent, let window): HaltRule(percent: percent, window: window)
            }
        policy = RunPolicy(
            concurrency: DescriptorLimit.concurrency(atMost: arguments[Options.concurrency]), budget: budget,
            attempts: arguments[Options.attempts], canary: arguments[Options.canary], haltRule: rule, whenBlocked: whenBlocked)
        timeout = Milliseconds(arguments[Options.timeout])
        reports = arguments[Options.report]
    }

    /// The options as a job file would give them, in JSON: what the queue keeps. Paths become absolute, for the job may be
    /// resumed from elsewhere.
    static func encoded(_ arguments: Arguments, directory: String) -> String {
        var json = JSONText()
        json.object { json in
            for option in kept {
                guard let key = option.spec.fileKey else { continue }
                json.array(key) { json in
                    for text in arguments.texts(of: option) { json.element(absolute(text, option.spec, directory)) }
                }
            }
        }
        return json.text
    }

    private static func absolute(_ text: String, _ option: OptionSpec, _ directory: String) -> String {
        if option.name == Options.log.spec.name { return LogTarget.absolute(text, in: directory) }
        return option.completion == .file && !text.hasPrefix("/") ? "\(directory)/\(text)" : text
    }

    /// What `encoded` wrote, as a layer below the command line.
    static func layer(_ text: String, job: String) throws(Failure) -> SettingsFile {
        guard let values = try? JSONDecoder().decode([String: [String]].self, from: Data(text.utf8)) else {
            throw .unknown("the settings of the job \(job) cannot be read")
        }
        return SettingsFile(path: "job \(job)", values: values)
    }

    /// The budget of each credential in a job with such settings; nil without limits, and where that cannot be read: nothing that is
    /// only looked at may fail for it.
    static func budget(_ text: String) -> RateBudget? {
        // Both errors mean settings of another version or a damaged file, which runs and audits tell of.
        guard var layer = try? layer(text, job: "") else { return nil }
        layer.otherKeys = Tokensweep.program.fileKeys
        let command = Command(name: "report", abstract: "", groups: [OptionGroup("Pace", [Options.rate, Options.reserve])])
        let line = ParsedLine(command: command, context: "report")
        guard let arguments = try? Arguments(line, environment: [:], file: layer) else { return nil }
        return arguments[Options.rate].budget(reserve: arguments[Options.reserve])
    }

    private static let kept: [any OptionDefinition] = [
        Options.concurrency, Options.rate, Options.reserve, Options.attempts, Options.timeout, Options.canary,
        Options.haltAfter, Options.report, Options.credentials, Options.verify, Options.whenBlocked, Options.log,
        Options.onFinish, Options.onFinishTimeout,
    ]
}

extension Milliseconds {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}

/// The API and who asks it.
struct APISettings: Sendable {
    var baseURL: BaseURL
    var credentials: CredentialTable
    /// The environment variables that hold credentials: for nobody else.
    var secretVariables: Set<String>

    init(_ source: CredentialSource, _ system: SystemContext) throws {
        baseURL = try APISettings.baseURL(system)
        credentials = try source.table()
        secretVariables = source.secretVariables
    }

    /// Refuses a job that belongs to another API: its tokens are not there.
    func check(_ job: JobOverview) throws(Failure) {
        guard job.baseURL.isLikelySameAPI(as: baseURL.description) else {
            throw .refused(
                "the job \(job.name) belongs to the API at \(job.baseURL), not to the one at \(baseURL)",
                remedy: "set CLOUDFLARE_BASE_URL=\(job.baseURL), or run the manifest anew")
        }
    }

    static func baseURL(_ system: SystemContext) throws(BaseURLProblem) -> BaseURL {
        guard let text = system.environment["CLOUDFLARE_BASE_URL"], !text.isEmpty else { return .cloudflare }
        return try BaseURL(text)
    }
}
