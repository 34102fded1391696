/// A completion script for fish.
struct FishCompletion {
    let model: CompletionModel

    var text: String {
        let noCommand = "not __fish_seen_subcommand_from $__\(model.program)_commands"
        let head = [
            "# fish completion for \(model.program)", "",
            jobs, "",
            "set -g __\(model.program)_commands \(model.commands.map(\.name).joined(separator: " ")) help",
            "complete -c \(model.program) -f",
            line(noCommand, "-l help -s h -d 'show help'"), line(noCommand, "-l version -d 'print the version'"),
            line(noCommand, "-a help -d 'show help on a command'"),
            line("__fish_seen_subcommand_from help", "-a \(quoted(model.commands.map(\.name).joined(separator: " ")))"),
        ]
        let commands = model.commands.flatMap { command in
            let seen = "__fish_seen_subcommand_from \(command.name)"
            let itself = line(noCommand, "-a \(command.name) -d \(quoted(command.abstract))")
            return [itself] + argument(command.argument).map { line(seen, $0) } + command.options.map { line(seen, option($0)) }
        }
        return (head + commands).map { $0 + "\n" }.joined()
    }

    /// The names of the jobs of the queue that the line names. Nothing that is typed is run.
    private var jobs: String {
        """
        function __\(model.program)_jobs
            set -l queue
            set -l previous
            for word in (commandline -opc)
                if test "$previous" = --queue
                    set queue --queue=(string replace -r '^~/' "$HOME/" -- $word)
                else if string match -q -- '--queue=*' $word
                    set queue $word
                end
                set previous $word
            end
            \(model.program) jobs --names $queue 2>/dev/null
        end
        """
    }

    private func line(_ condition: String, _ rest: String) -> String {
        "complete -c \(model.program) -n \(quoted(condition)) \(rest)"
    }

    private func option(_ option: CompletionModel.Option) -> String {
        let short = option.short.map { " -s \($0.dropFirst())" } ?? ""
        return "-l \(option.flag.dropFirst(2))\(short)\(value(option)) -d \(quoted(option.meaning))"
    }

    private func value(_ option: CompletionModel.Option) -> String {
        guard option.valueName != nil else { return "" }
        // Without -x the files would be offered that stand for the command's own argument.
        let kind = option.completion == .file ? " -r" : " -x"
        return kind + (offered(option.completion).map { " \($0)" } ?? "")
    }

    private func argument(_ completion: Completion) -> [String] {
        offered(completion).map { [$0] } ?? []
    }

    private func offered(_ completion: Completion) -> String? {
        switch completion {
        case .none: nil
        case .file: "-F"
        case .job: "-a '(__\(model.program)_jobs)'"
        case .choices(let choices): "-a \(quoted(choices.joined(separator: " ")))"
        case .list(let choices): "-a '(__fish_append , \(choices.joined(separator: " ")))'"
        }
    }

    private func quoted(_ text: String) -> String {
        let backslashed = text.reduce(into: "") { $0 += $1 == "\\" ? "\\\\" : String($1) }
        return singleQuoted(backslashed, apostrophe: "\\'")
    }
}
