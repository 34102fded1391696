/// A completion script for bash.
///
/// Words are compared by the script itself: `compgen -W` would expand them, and a job's name is anybody's text.
struct BashCompletion {
    let model: CompletionModel

    var text: String {
        """
        # bash completion for \(model.program)

        \(function)_offer() {
            local word
            for word in "$@"; do
                [[ $word == "$current"* ]] && COMPREPLY+=("$word")
            done
        }

        # Values joined by commas: what stands before the last comma is kept.
        \(function)_offer_list() {
            local word head=
            [[ $current == *,* ]] && head=${current%,*},
            for word in "$@"; do
                [[ $head$word == "$current"* ]] && COMPREPLY+=("$head$word")
            done
        }

        \(function)_offer_files() {
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
        }

        # The queue that the line names, as an option. Quotes are taken off by hand: nothing that is typed is run.
        \(function)_find_queue() {
            local at char word= quote= previous=
            for ((at = 0; at <= ${#COMP_LINE}; at++)); do
                char=${COMP_LINE:at:1}
                if [[ $char == \\\\ && ( -z $quote || ( $quote == '"' && ${COMP_LINE:at+1:1} == [\\"\\\\\\$\\`] ) ) ]]; then
                    ((at++))
                    word+=${COMP_LINE:at:1}
                elif [[ -n $quote ]]; then
                    if [[ $char == "$quote" ]]; then quote=; else word+=$char; fi
                elif [[ $char == [\\'\\"] ]]; then
                    quote=$char
                elif [[ $char == '~' && -z $word && ${COMP_LINE:at+1:1} == / ]]; then
                    word=$HOME
                elif [[ $char == [![:space:]] ]]; then
                    word+=$char
                elif [[ -n $word ]]; then
                    if [[ $previous == --queue ]]; then
                        queue=("--queue=$word")
                    elif [[ $word == --queue=* ]]; then
                        queue=("$word")
                    fi
                    previous=$word word=
                fi
            done
        }

        \(function)_offer_jobs() {
            local name
            local -a queue=()
            \(function)_find_queue
            while IFS= read -r name; do
                [[ $name == "$current"* ]] && COMPREPLY+=("$(printf %q "$name")")
            done < <(\(model.program) jobs --names "${queue[@]}" 2>/dev/null)
        }

        \(function)() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
            COMPREPLY=()
            if ((COMP_CWORD == 1)); then
                \(function)_offer \(words(model.commands.map(\.name) + ["help", "--help", "--version"]))
                return
            fi
            # Bash takes --option=value for three words.
            if [[ $current == = ]]; then
                current=
            elif [[ $previous == = ]]; then
                previous=${COMP_WORDS[COMP_CWORD - 2]}
            fi
            case $command in
        \(model.commands.map(branch).joined(separator: "\n"))
                help) \(function)_offer \(words(model.commands.map(\.name))) ;;
            esac
        }

        complete -F \(function) \(model.program)

        """
    }

    private var function: String { "_\(model.program)" }

    private func branch(_ command: CompletionModel.Command) -> String {
        let values = command.options.filter { $0.valueName != nil }.map { option in
            "            \(([option.short, option.flag].compactMap(\.self)).joined(separator: " | "))) \(offer(option.completion)) ; return ;;"
        }
        let flags = command.options.map(\.flag)
        let choice = values.isEmpty ? [] : ["        case $previous in"] + values + ["        esac"]
        let rest = [
            "        if [[ $current == -* ]]; then", "            \(function)_offer \(words(flags))", "        else",
            "            \(offer(command.argument))", "        fi",
        ]
        return (["        \(command.name))"] + (choice + rest).map { "    \($0)" } + ["            ;;"]).joined(separator: "\n")
    }

    private func offer(_ completion: Completion) -> String {
        switch completion {
        case .none: ":"
        case .file: "\(function)_offer_files"
        case .job: "\(function)_offer_jobs"
        case .choices(let choices): "\(function)_offer \(words(choices))"
        case .list(let choices): "\(function)_offer_list \(words(choices))"
        }
    }

    private func words(_ words: [String]) -> String {
        words.map { singleQuoted($0) }.joined(separator: " ")
    }
}
