import SweepModel
import SweepQueue
import SweepReport

/// `tokensweep status`: one screen about a job. It works while the job runs and never disturbs it.
struct StatusCommand {
    static let watch = Option(flag: "watch", inFile: false, "keep it current until the job ends")

    static let definition = Command(
        name: "status", abstract: "show how a job stands, also while it runs",
        positionals: [Options.job],
        groups: [OptionGroup("Output", [watch, Options.json, Options.queue, Options.noColor])],
        examples: [Example("watch the newest job", "tokensweep status --watch")])

    private let arguments: Arguments
    private let system: SystemContext

    init(_ line: ParsedLine, _ system: SystemContext) throws {
        arguments = try Arguments(line, environment: system.environment)
        self.system = system
    }

    func run() async throws -> ExitCode {
        let path = try arguments.queuePath(system)
        let screen = Screen(console: system.console)
        while true {
            let status = try read(path)
            let isRead =
                arguments[Options.json]
                ? try system.console.print(StatusText.json(status) + "\n")
                : try screen.draw(StatusText.lines(status.job, owner: status.owner, wish: status.wish))
            guard isRead, arguments[Self.watch], status.job.state != .finished else { return .allGone }
            await system.time.sleep(until: system.time.now + Milliseconds(1000))
            screen.clear()
        }
    }

    private func read(_ path: String) throws -> JobStatus {
        let reader = try QueueReader(path: path)
        return try reader.status(of: JobLookup.find(arguments[Options.job], in: reader))
    }
}

/// Draws the same place of a terminal again and again; elsewhere one screen after the other.
private final class Screen {
    private let console: Console
    private var height = 0

    init(console: Console) { self.console = console }

    /// - Returns: whether somebody may still read.
    func draw(_ lines: [String]) throws(ReportError) -> Bool {
        let width = console.width
        let shown = console.isOutputTerminal ? lines.map { TerminalText.cut($0, to: width - 1) } : lines
        height = lines.count
        return try console.print(shown.map { $0 + "\n" }.joined())
    }

    func clear() {
        if console.isOutputTerminal, console.canRedraw { console.raw("\u{1B}[\(height)A\r\u{1B}[J") }
    }
}

/// What `status` says, as pure text.
enum StatusText {
    private static let listedScopes = 10

    /// - Parameter owner: the process that runs the job now; nil when none does.
    /// - Parameter wish: what that process was asked for and has not done yet.
    static func lines(_ job: JobOverview, owner: String?, wish: JobWish?) -> [String] {
        var lines = [
            Verdict.sentence(job.tally, job.action),
            "Job \(TerminalText.sanitised(job.name)) (\(job.id)): \(state(job, owner, wish))",
        ]
        if !JobFacts.isPublic(job.baseURL) { lines.append("API: \(TerminalText.sanitised(job.baseURL))") }
        if let reason = job.reason { lines.append("Reason: \(TerminalText.sanitised(reason))") }
        lines += ItemState.allCases.filter { job.tally[$0] > 0 }.map { state in
            "  \(TerminalText.fitted(state.rawValue, to: 16)) \(TerminalText.rightAligned(HumanText.number(job.tally[state]), to: 11))"
        }
        if job.scopes.count > 1 { lines += scopes(job) }
        if let next = next(job, owner) { lines.append(next) }
        return lines
    }

    static func json(_ status: JobStatus) -> String {
        var json = JSONText()
        json.object { json in
            json.members(of: status.job)
            json.member("running", status.owner != nil)
            json.member("owner", status.owner)
            json.member("wish", status.wish?.rawValue)
        }
        return json.text
    }

    /// `running (process 4711 on host, since …)`, `pausing (process …)`, `halted: the credential was refused`
    static func state(_ job: JobOverview, _ owner: String?, _ wish: JobWish? = nil) -> String {
        if let owner { return "\(wish?.participle ?? "running") (\(TerminalText.sanitised(owner)))" }
        let reason = job.stopReason.map { ": \(TerminalText.sanitised($0))" } ?? ""
        switch job.state {
        case .finished where job.stopReason == "cancelled": return "cancelled at \(job.finishedAt?.rfc3339 ?? "")"
        case .finished: return "finished at \(job.finishedAt?.rfc3339 ?? "")"
        case .halted: return "halted\(reason)"
        case .unfinished where wish == .cancel: return "given up, its tokens to be skipped"
        case .unfinished, .planning: return "unfinished\(reason)"
        }
    }

    private static func scopes(_ job: JobOverview) -> [String] {
        let shown = job.scopes.prefix(listedScopes).map { entry in
            "  \(entry.scope)  \(HumanText.number(entry.tally.gone)) of \(HumanText.number(entry.tally.total)) gone"
        }
        let rest = job.scopes.count - shown.count
        return rest > 0 ? shown + ["  … and \(HumanText.number(rest)) more"] : shown
    }

    private static func next(_ job: JobOverview, _ owner: String?) -> String? {
        guard owner == nil else { return nil }
        let name = ShellText.quoted(TerminalText.sanitised(job.name))
        switch job.state {
        case .unfinished, .halted, .planning: return "To go on: tokensweep resume \(name)"
        case .finished where job.tally[.failed] > 0: return "To try the failed tokens again: tokensweep retry \(name)"
        case .finished: return nil
        }
    }
}
