/// `tokensweep completion`: print a script that lets a shell complete the command line.
struct CompletionCommand {
    static let shell = Positional("SHELL", .choice as ValueParser<Shell>, "bash, zsh or fish")

    static let definition = Command(
        name: "completion", abstract: "print a script that lets a shell complete the command line",
        positionals: [shell],
        examples: [
            Example("bash, for this session", "source <(tokensweep completion bash)"),
            Example("zsh, for good", "tokensweep completion zsh > \"${fpath[1]}/_tokensweep\""),
            Example("fish, for good", "tokensweep completion fish > ~/.config/fish/completions/tokensweep.fish"),
        ])

    private let arguments: Arguments
    private let system: SystemContext

    init(_ line: ParsedLine, _ system: SystemContext) throws {
        arguments = try Arguments(line, environment: system.environment)
        self.system = system
    }

    func run() throws -> ExitCode {
        try system.console.print(arguments[Self.shell].script(for: Tokensweep.program.completionModel))
        return .allGone
    }
}
