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
        let screen = Screen(console: system.console, isColored: !arguments[Options.noColor])
        while true {
            let (status, disabled) = try read(path)
            let isRead =
                arguments[Options.json]
                ? try system.console.print(StatusText.json(status) + "\n")
                : try screen.draw(
                    StatusText.lines(status, queue: arguments.typedQueue, disabled: disabled),
                    Paint(status.job.tally, status.job.action),
                    isKept: !arguments[Self.watch] || status.job.state == .finished)
            guard isRead, arguments[Self.watch], status.job.state != .finished else { return .allGone }
            await system.time.sleep(until: system.time.now + Milliseconds(1000))
        }
    }

    private func read(_ path: String) throws -> (JobStatus, disabled: Int) {
        let reader = try QueueReader(path: path)
        let job = try JobLookup.find(arguments[Options.job], in: reader, queue: arguments.typedQueue)
        let status = try reader.status(of: job)
        // Of a job that goes on nobody is told to undo anything, and its items are too many to be looked at every second.
        let isTold = status.job.state == .finished && !arguments[Options.json]
        return (status, isTold ? try reader.disabledCount(of: status.job) : 0)
    }
}

/// Draws the same place of a terminal again and again; elsewhere a screen whenever it is another one.
private final class Screen {
    private let console: Console
    private let isColored: Bool
    private var drawn = DrawnLines()
    private var last: [String] = []

    init(console: Console, isColored: Bool) {
        self.console = console
        self.isColored = isColored
    }

    /// - Parameter paint: for the first line.
    /// - Returns: whether somebody may still read.
    func draw(_ lines: [String], _ paint: Paint, isKept: Bool) throws(ReportError) -> Bool {
        guard console.isOutputTerminal, console.canRedraw else {
            defer { last = lines }
            return lines == last ? true : try console.print(lines.map { $0 + "\n" }.joined())
        }
        let (width, height) = (console.width, console.height)
        // What stays is not cut, for it ends with commands to copy; what is to be drawn over must be on the screen as a whole.
        var shown = isKept ? lines : lines.map { TerminalText.cut($0, to: width - 1) }
        if !isKept, shown.count > height - 1 { shown = shown.prefix(height - 2) + ["…"] }
        let painted = shown.prefix(1).map { paint.applied(to: $0, if: isColored) } + shown.dropFirst()
        return try console.print(drawn.replace(with: shown, painted: painted, columns: width))
    }
}

/// What `status` says, as pure text.
enum StatusText {
    private static let listedScopes = 10

    /// `queue` and `disabled` are those of ``NextSteps/lines(_:queue:disabled:)``.
    static func lines(_ status: JobStatus, queue: String?, disabled: Int) -> [String] {
        let job = status.job
        var lines = [
            Verdict.sentence(job.tally, job.action),
            "Job \(TerminalText.sanitised(job.name)) (\(job.id)): \(state(job, status.owner, status.wish))",
        ]
        if !JobFacts.isPublic(job.baseURL) { lines.append("API: \(TerminalText.sanitised(job.baseURL))") }
        if let reason = job.reason { lines.append("Reason: \(TerminalText.sanitised(reason))") }
        lines += ItemState.allCases.filter { job.tally[$0] > 0 }.map { state in
            "  \(TerminalText.fitted(state.rawValue, to: 16)) \(TerminalText.rightAligned(HumanText.number(job.tally[state]), to: 11))"
        }
        if job.scopes.count > 1 { lines += scopes(job) }
        return status.owner == nil ? lines + NextSteps.lines(job, queue: queue, disabled: disabled) : lines
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
}
