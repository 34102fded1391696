import Glibc
import SweepReport

/// The program: finds the command, runs it, and turns whatever happens into text and an exit code.
package enum Tokensweep {
    static let version = "0.1.0"

    static let program = Program(
        name: "tokensweep", abstract: "delete Cloudflare Access service tokens in bulk, with proof",
        commands: [
            RunCommand.definition, PlanCommand.definition, ResumeCommand.definition, StatusCommand.definition,
            ReportCommand.definition, JobsCommand.definition, RetryCommand.definition, PauseCommand.definition,
            CancelCommand.definition, EnableCommand.definition, DiscoverCommand.definition, VerifyCommand.definition,
            AuditCommand.definition, ServeCommand.definition, CompletionCommand.definition, ManualCommand.definition,
        ],
        examples: [
            Example("look at what would be deleted", "tokensweep plan leaked.csv"),
            Example("delete it, with a report", "tokensweep run leaked.csv --report outcome.csv"),
            Example("go on after an interruption", "tokensweep resume"),
        ])

    /// Never returns: the process ends with the exit code of the command.
    package static func main() async {
        ProcessSafety.prepare()
        exit(await run(Array(CommandLine.arguments.dropFirst()), SystemContext.current()).rawValue)
    }

    static func run(_ words: [String], _ system: SystemContext) async -> ExitCode {
        do {
            switch try program.parse(words) {
            case .help(let command):
                let manual = command.map { program.manual(of: $0) } ?? program.manual
                try system.console.print(manual.text(width: min(system.console.width, 100)))
                return .allGone
            case .version:
                try system.console.print("tokensweep \(version)\n")
                return .allGone
            case .command(let line):
                let code = try await run(line, system)
                system.log.note(.commandEnded) { $0.member("exit_code", Int(code.rawValue)) }
                return code
            }
        } catch {
            let failure = Failure(error)
            system.log.note(.commandEnded, .error) { json in
                json.member("exit_code", Int(failure.exitCode.rawValue))
                json.member("reason", failure.message)
            }
            system.console.tell(failure.text)
            return failure.exitCode
        }
    }

    private static func run(_ line: ParsedLine, _ system: SystemContext) async throws -> ExitCode {
        switch line.command.name {
        case RunCommand.definition.name: try await RunCommand(line, system).run()
        case PlanCommand.definition.name: try await PlanCommand(line, system).run()
        case ResumeCommand.definition.name: try await ResumeCommand(line, system).run()
        case StatusCommand.definition.name: try await StatusCommand(line, system).run()
        case ReportCommand.definition.name: try ReportCommand(line, system).run()
        case JobsCommand.definition.name: try JobsCommand(line, system).run()
        case PauseCommand.definition.name: try await PauseCommand(line, system).run()
        case CancelCommand.definition.name: try await CancelCommand(line, system).run()
        case RetryCommand.definition.name: try await RetryCommand(line, system).run()
        case EnableCommand.definition.name: try await EnableCommand(line, system).run()
        case DiscoverCommand.definition.name: try await DiscoverCommand(line, system).run()
        case VerifyCommand.definition.name: try await VerifyCommand(line, system).run()
        case AuditCommand.definition.name: try AuditCommand(line, system).run()
        case ServeCommand.definition.name: try await ServeCommand(line, system).run()
        case CompletionCommand.definition.name: try CompletionCommand(line, system).run()
        case ManualCommand.definition.name: try ManualCommand(line, system).run()
        default: throw Failure.refused("the command \(line.command.name) does nothing yet", remedy: nil)
        }
    }
}
