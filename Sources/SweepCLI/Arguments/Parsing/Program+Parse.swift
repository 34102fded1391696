/// What a command line asks for.
enum Invocation: Sendable {
    /// Help on a command, or on the program.
    case help(Command?)
    case version
    /// A command with its words; its values are read by ``Arguments``.
    case command(ParsedLine)
}

extension Program {
    /// - Parameter words: the command line without the program's own name.
    /// - Throws: what is wrong with it, before any value is looked at.
    func parse(_ words: [String]) throws(UsageError) -> Invocation {
        guard let first = words.first else { throw UsageError(context: name, reason: .missingCommand) }
        let rest = words.dropFirst()
        switch Word(first) {
        case .plain("help"): return try helpInvocation(rest)
        case .plain(let name): return try parse(try known(name), rest)
        default: return try parseWithoutCommand(first)
        }
    }

    /// How errors and help of a command begin: `tokensweep run`.
    func context(of command: Command) -> String { "\(name) \(command.name)" }
}

extension Program {
    private func parse(_ command: Command, _ words: ArraySlice<String>) throws(UsageError) -> Invocation {
        // Whoever asks for help gets it, whatever else is wrong with the line.
        if words.prefix(while: { $0 != "--" }).contains(where: isHelp) { return .help(command) }
        let context = context(of: command)
        do throws(UsageError.Reason) {
            return .command(try LineParser(command, context: context, words: words).parse())
        } catch {
            throw UsageError(context: context, reason: error)
        }
    }

    /// `help` and `help run`, as in git, gh and kubectl.
    private func helpInvocation(_ words: ArraySlice<String>) throws(UsageError) -> Invocation {
        guard let word = words.first, case .plain(let name) = Word(word) else { return .help(nil) }
        return .help(try known(name))
    }

    private func known(_ word: String) throws(UsageError) -> Command {
        guard let command = command(named: word) else {
            throw UsageError(context: name, reason: .unknownCommand(word, nearest: nearest(to: word, among: commands.map(\.name))))
        }
        return command
    }

    private func parseWithoutCommand(_ word: String) throws(UsageError) -> Invocation {
        if isHelp(word) { return .help(nil) }
        if word == "--version" { return .version }
        throw UsageError(context: name, reason: reasonAgainst(word))
    }

    private func reasonAgainst(_ word: String) -> UsageError.Reason {
        switch Word(word) {
        case .long(let name, _) where commands.contains { $0.option(named: name) != nil }: .optionBeforeCommand("--\(name)")
        case .long(let name, _):
            .unknownOption("--\(name)", nearest: nearest(to: name, among: ["help", "version"]).map { "--\($0)" })
        case .short(let letters): .unknownOption("-\(letters.prefix(1))", nearest: nil)
        case .terminator, .plain: .missingCommand
        }
    }
}

private func isHelp(_ word: String) -> Bool {
    word == "-h" || word == "--help"
}
