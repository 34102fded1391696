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

    /// As narrow as its cells allow: with the names that are made it fits 80 columns.
    private func table(_ jobs: [JobOverview], _ running: JobID?) -> String {
        let rows = jobs.map { job in
            [
                job.id.description, TerminalText.cut(TerminalText.sanitised(job.name), to: 48),
                job.id == running ? "running" : job.state.rawValue, HumanText.number(job.tally.total), HumanText.number(job.tally.gone),
                "\(job.createdAt.rfc3339.prefix(19))Z",
            ]
        }
        let lines = [["ID", "NAME", "STATE", "TOKENS", "GONE", "CREATED"]] + rows
        let widths = lines[0].indices.map { column in lines.map { TerminalText.width($0[column]) }.max() ?? 0 }
        let numbers: Set = [0, 3, 4]
        return lines.map { cells in
            let fitted = cells.indices.dropLast().map { column in
                numbers.contains(column)
                    ? TerminalText.rightAligned(cells[column], to: widths[column]) : TerminalText.fitted(cells[column], to: widths[column])
            }
            return (fitted + cells.suffix(1)).joined(separator: "  ") + "\n"
        }.joined()
    }
}
