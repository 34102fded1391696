import SweepModel
import SweepQueue
import SweepReport

/// `tokensweep jobs`: all jobs of the queue, newest first.
struct JobsCommand {
    /// For the shells' completions.
    static let names = Option(flag: "names", inFile: false, "print the names alone, each once, without those that a line cannot hold")

    static let definition = Command(
        name: "jobs", abstract: "list all jobs, newest first",
        groups: [OptionGroup("Output", [Options.json, names, Options.queue])], exclusions: [Exclusion(Options.json, names)],
        examples: [Example("what is not finished", "tokensweep jobs --json | jq '.[] | select(.state != \"finished\") | .name'")])

    private let arguments: Arguments
    private let system: SystemContext

    init(_ line: ParsedLine, _ system: SystemContext) throws {
        arguments = try Arguments(line, environment: system.environment)
        self.system = system
    }

    func run() throws -> ExitCode {
        let reader = try QueueReader(path: try arguments.queuePath(system))
        if arguments[Self.names] {
            var seen = Set<String>()
            let names = try reader.jobs().map(\.name).filter { isOneLine($0) && seen.insert($0).inserted }
            try system.console.print(names.map { $0 + "\n" }.joined())
            return .allGone
        }
        let list = try reader.jobList()
        try system.console.print(arguments[Options.json] ? Self.json(list) + "\n" : table(list.jobs, list.running))
        return .allGone
    }

    /// A name is printed as it is, because it is typed back: one with control characters would speak to the terminal.
    private func isOneLine(_ name: String) -> Bool { TerminalText.sanitised(name) == name }

    static func json(_ list: JobList) -> String {
        var json = JSONText()
        json.array { json in
            for job in list.jobs {
                json.object { json in
                    json.members(of: job)
                    json.member("running", job.id == list.running)
                }
            }
        }
        return json.text
    }

    private func table(_ jobs: [JobOverview], _ running: JobID?) -> String {
        let width = max(4, min(48, jobs.map { TerminalText.width(TerminalText.sanitised($0.name)) }.max() ?? 0))
        let heading = line("ID", "NAME", "STATE", "TOKENS", "GONE", "CREATED", width)
        let rows = jobs.map { job in
            line(
                job.id.description, job.name, job.id == running ? "running" : job.state.rawValue,
                HumanText.number(job.tally.total), HumanText.number(job.tally.gone), "\(job.createdAt.rfc3339.prefix(19))Z", width)
        }
        return ([heading] + rows).map { $0 + "\n" }.joined()
    }

    private func line(
        _ id: String, _ name: String, _ state: String, _ total: String, _ gone: String, _ created: String, _ width: Int
    ) -> String {
        let cells = [
            TerminalText.rightAligned(id, to: 5), TerminalText.fitted(TerminalText.sanitised(name), to: width),
            TerminalText.fitted(state, to: 10), TerminalText.rightAligned(total, to: 10),
            TerminalText.rightAligned(gone, to: 10), created,
        ]
        return cells.joined(separator: "  ")
    }
}
