import SweepModel

extension UsageError {
    /// Two lines for standard error, without a line break at the end: what is wrong, and where help is.
    var text: String {
        "\(context): \(reason.text)\nTry '\(context) --help'."
    }
}

extension UsageError.Reason {
    /// One line, safe for a terminal, that says what is wrong and, where it is known, what would be right.
    var text: String {
        switch self {
        case .missingCommand: "a command is missing"
        case .unknownCommand(let name, let nearest): "unknown command \(quoted(name))\(hint(nearest))"
        case .optionBeforeCommand(let option): "option \(quoted(option)) comes after the command"
        case .unknownOption(let option, let nearest): "unknown option \(quoted(option))\(hint(nearest))"
        case .missingValue(let option, let valueName, false): "option \(quoted(option)) needs a value, \(valueName)"
        case .missingValue(let option, let valueName, true):
            "option \(quoted(option)) needs a value, \(valueName); one that begins with a dash is written \(option)=-…"
        case .repeatedOption(let option): "option \(quoted(option)) is given more than once"
        case .severalValues(let source): "\(source): expected one value, not several"
        case .badValue(let source, let problem):
            "\(source): \(quoted(problem.value)) is not accepted\(place(problem.flaw)); expected \(problem.expected)\(hint(problem.nearest))"
        case .exclusive(let sources): "\(sources.map(\.description).joined(separator: " and ")) exclude each other"
        case .missingArgument(let name): "\(name) is missing"
        case .unexpectedArgument(let word): "unexpected argument \(quoted(word))"
        case .unknownKey(let file, let key, let nearest): "\(printable(file)): unknown key \(quoted(key))\(hint(nearest))"
        }
    }
}

private func hint(_ nearest: String?) -> String {
    nearest.map { "; did you mean '\($0)'?" } ?? ""
}

private func place(_ flaw: TextFlaw?) -> String {
    flaw.map { ": \($0)" } ?? ""
}
