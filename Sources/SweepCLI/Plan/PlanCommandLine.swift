import SweepReport

/// The `tokensweep plan` that makes the plan of a `run` or `plan` again, ready to be pasted: with what was typed and has a part in it.
struct PlanCommandLine {
    private let line: ParsedLine
    /// Whether the manifest comes from standard input, which has to be given again too.
    let readsInput: Bool

    init(_ arguments: Arguments) {
        line = arguments.line
        readsInput = arguments[Options.manifests].contains("-")
    }

    /// What chooses the tokens and what is done to them, and how the API is asked about them.
    private static let options: [any OptionDefinition] =
        Options.selection.options.filter { $0.spec.name != Options.name.spec.name }
        + [Options.action, Options.whenBlocked, Options.protect, Options.protectFile, Options.noLookup, Options.deferRecent]
        + Options.pace.options + [Options.queue]

    /// `tokensweep plan leaked.csv --account 023e… --json`
    func text(adding more: String...) -> String {
        let manifests = line.words.map(Self.word)
        let options = Self.options.map(\.spec).flatMap { spec in
            (line.options[spec.name] ?? []).map { spec.isFlag ? spec.flag : "\(spec.flag)\(Self.value($0))" }
        }
        // Behind two dashes nothing is an option.
        let areNames = line.words.contains { $0.hasPrefix("-") && $0 != "-" }
        let words = areNames ? options + more + ["--"] + manifests : manifests + options + more
        return (["tokensweep plan"] + words).joined(separator: " ")
    }

    var text: String { text() }

    private static func value(_ text: String) -> String { "\(text.hasPrefix("-") ? "=" : " ")\(word(text))" }

    private static func word(_ text: String) -> String { text == "-" ? text : ShellText.quoted(TerminalText.sanitised(text)) }
}
