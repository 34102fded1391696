/// `tokensweep manual`: print the manual page, for `man -l -` and for packages.
struct ManualCommand {
    static let definition = Command(
        name: "manual", abstract: "print the manual page in the language of man",
        examples: [Example("read it", "tokensweep manual | man -l -")])

    private let system: SystemContext

    init(_ line: ParsedLine, _ system: SystemContext) throws {
        _ = try Arguments(line, environment: system.environment)
        self.system = system
    }

    func run() throws -> ExitCode {
        let codes = ExitCode.allCases.map { (code: $0.rawValue, meaning: $0.meaning) }
        let events = LogEvent.allCases.map { (name: $0.rawValue, meaning: $0.meaning) }
        let page = ManualPage(program: Tokensweep.program, version: Tokensweep.version, exitCodes: codes, events: events)
        try system.console.print(page.text)
        return .allGone
    }
}
