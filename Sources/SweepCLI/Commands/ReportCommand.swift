import SweepModel
import SweepQueue
import SweepReport

/// `tokensweep report`: the outcome of every token, at any time, also of an unfinished job.
struct ReportCommand {
    static let format = Option(
        optional: "format", "F", .reportFormat, shownDefault: "text on a terminal, else csv", inFile: false,
        "csv, jsonl, text, html or md")
    static let only = Option(
        optional: "only", "OUTCOME[,…]", .list(of: ItemState.self), shownDefault: "all", inFile: false, "only these outcomes")

    static let definition = Command(
        name: "report", abstract: "the outcome of every token, at any time",
        positionals: [Options.job],
        groups: [OptionGroup("Output", [format, only, Options.report, Options.queue])],
        examples: [
            Example("what is not gone, and why", "tokensweep report --only blocked,failed"),
            Example("write it to files", "tokensweep report incident-42 --report incident-42.csv --report incident-42.html"),
        ])

    private let arguments: Arguments
    private let system: SystemContext

    init(_ line: ParsedLine, _ system: SystemContext) throws {
        arguments = try Arguments(line, environment: system.environment)
        self.system = system
    }

    func run() throws -> ExitCode {
        let paths = arguments[Options.report]
        try ReportWriting.check(paths)
        let reader = try QueueReader(path: try arguments.queuePath(system))
        let job = try JobLookup.find(arguments[Options.job], in: reader, queue: arguments.typedQueue)
        let only = arguments[Self.only].map(Set.init)
        for path in paths {
            try ReportWriting.write(
                job, from: reader, try ReportFormat(fileName: path), to: try ReportFile(path: path), only: only, width: 160,
                at: system.time.now)
        }
        guard paths.isEmpty || arguments[Self.format] != nil else { return .allGone }
        let isTerminal = system.console.isOutputTerminal
        try ReportWriting.write(
            job, from: reader, arguments[Self.format] ?? (isTerminal ? .text : .csv), to: StandardOutput(), only: only,
            width: isTerminal ? system.console.width : 120, at: system.time.now)
        return .allGone
    }
}

extension ValueParser where Value == ReportFormat {
    static let reportFormat = ValueParser(
        expected: "csv, jsonl, text, html or md", completion: .choices(ReportFormat.allCases.map(\.rawValue))
    ) {
        try? ReportFormat(name: $0)
    }
}
