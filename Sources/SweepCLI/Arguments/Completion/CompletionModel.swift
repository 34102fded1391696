/// What a shell offers for a program: words, made from the same definitions as parsing and help, before any shell's syntax.
struct CompletionModel: Sendable, Equatable {
    let program: String
    let commands: [Command]

    struct Command: Sendable, Equatable {
        let name: String
        let abstract: String
        /// Without hidden ones; `--help` included.
        let options: [Option]
        /// What may stand where no option does.
        let argument: Completion
    }

    struct Option: Sendable, Equatable {
        /// With its dashes: `--rate`.
        let flag: String
        /// With its dash: `-h`.
        let short: String?
        let meaning: String
        /// What help calls the value; nil for a switch.
        let valueName: String?
        let completion: Completion
    }
}

extension Program {
    var completionModel: CompletionModel {
        CompletionModel(program: name, commands: commands.map(\.completionModel))
    }
}

extension Command {
    fileprivate var completionModel: CompletionModel.Command {
        let help = CompletionModel.Option(flag: "--help", short: "-h", meaning: "show this help", valueName: nil, completion: .none)
        let shown = options.map(\.spec).filter { !$0.isHidden }.map { spec in
            CompletionModel.Option(
                flag: spec.flag, short: spec.short.map { "-\($0)" }, meaning: spec.help, valueName: spec.valueName,
                completion: spec.isFlag ? .none : spec.completion)
        }
        return CompletionModel.Command(
            name: name, abstract: abstract, options: shown + [help], argument: positionals.first?.spec.completion ?? .none)
    }
}

/// A shell that a completion script can be made for.
enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish

    /// The whole script, ending with a line break.
    func script(for model: CompletionModel) -> String {
        switch self {
        case .bash: BashCompletion(model: model).text
        case .zsh: ZshCompletion(model: model).text
        case .fish: FishCompletion(model: model).text
        }
    }
}

/// A word that every shell takes literally.
///
/// - Parameter apostrophe: how the shell writes an apostrophe inside single quotes.
func singleQuoted(_ text: String, apostrophe: String = "'\\''") -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: apostrophe) + "'"
}
