/// A completion script for zsh: a file of this text in a folder of `$fpath`, named `_` and the program's name, or `eval`.
struct ZshCompletion {
    let model: CompletionModel

    var text: String {
        """
        #compdef \(model.program)

        # Of the queue that the line names. Quotes are taken off, and nothing that is typed is run.
        \(function)_jobs() {
            local -a names queue
            local word previous=
            for word in "${(@)words}"; do
                if [[ $previous == --queue ]]; then
                    [[ $word == '~/'* ]] && word=${(q)HOME}/${word[3,-1]}
                    queue=(--queue=${(Q)word})
                elif [[ $word == --queue=* ]]; then
                    queue=(${(Q)word})
                fi
                previous=$word
            done
            names=("${(@f)$(\(model.program) jobs --names "${(@)queue}" 2>/dev/null)}")
            (( ${#names[1]} )) && compadd -a names
        }

        \(function)_commands() {
            local -a commands
            commands=(
        \(model.commands.map { "        \(singleQuoted("\($0.name):\(escaped($0.abstract, "\\:"))"))" }.joined(separator: "\n"))
            )
            _describe command commands
        }

        \(function)() {
            if (( CURRENT == 2 )); then
                _arguments '--help[show help]' '--version[print the version]' '1: :\(function)_commands'
                return
            fi
            local command=$words[2]
            shift words
            (( CURRENT-- ))
            case $command in
        \(model.commands.map(branch).joined(separator: "\n"))
                help) \(function)_commands ;;
            esac
        }

        # Sourced, it registers itself; as a function of $fpath, it is called.
        if [[ $funcstack[1] == \(function) ]]; then
            \(function) "$@"
        else
            compdef \(function) \(model.program)
        fi

        """
    }

    private var function: String { "_\(model.program)" }

    private func branch(_ command: CompletionModel.Command) -> String {
        let options = command.options.flatMap { option in
            [option.short, option.flag].compactMap(\.self).map { singleQuoted(specification(option, as: $0)) }
        }
        let arguments = action(command.argument).map { [singleQuoted("*: :\($0)")] } ?? []
        let lines = ["_arguments -S"] + (options + arguments).map { "    \($0)" }
        return "        \(command.name))\n" + lines.map { "            \($0)" }.joined(separator: " \\\n") + "\n            ;;"
    }

    /// `*--rate=[meaning]:N/T:` as _arguments wants it; the star lets an option come again, which the program itself judges.
    private func specification(_ option: CompletionModel.Option, as flag: String) -> String {
        let meaning = "[\(escaped(option.meaning, "\\[]"))]"
        guard let value = option.valueName else { return "*\(flag)\(meaning)" }
        let joint = flag.hasPrefix("--") ? "=" : ""
        return "*\(flag)\(joint)\(meaning):\(escaped(value, "\\:")):\(action(option.completion) ?? " ")"
    }

    private func action(_ completion: Completion) -> String? {
        switch completion {
        case .none: nil
        case .file: "_files"
        case .job: "\(function)_jobs"
        case .choices(let choices): "(\(choices.joined(separator: " ")))"
        case .list(let choices): "_sequence compadd - \(choices.joined(separator: " "))"
        }
    }

    private func escaped(_ text: String, _ special: String) -> String {
        text.reduce(into: "") { $0 += special.contains($1) ? "\\\($1)" : String($1) }
    }
}
