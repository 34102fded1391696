extension Program {
    /// The commands with their abstracts.
    var manual: Manual {
        Manual(
            name: name, abstract: abstract, usage: "\(name) COMMAND [OPTION ...] [ARGUMENT ...]",
            sections: [
                Manual.Section(heading: "Commands", entries: commands.map { Manual.Entry(term: $0.name, meaning: $0.abstract) }),
                Manual.Section(heading: "Options", entries: [.help, Manual.Entry(term: "    --version", meaning: "print the version")]),
            ],
            examples: examples, closing: "'\(name) COMMAND --help' tells what a command accepts.")
    }

    func manual(of command: Command) -> Manual {
        let context = context(of: command)
        let usage = [context, "[OPTION ...]"] + command.positionals.map(\.spec.usage)
        return Manual(
            name: context, abstract: command.abstract, usage: usage.joined(separator: " "), discussion: command.discussion,
            sections: command.argumentSections + command.optionSections, examples: command.examples)
    }
}

extension Command {
    fileprivate var argumentSections: [Manual.Section] {
        let entries = positionals.map { Manual.Entry(term: $0.spec.name, meaning: $0.spec.help) }
        return entries.isEmpty ? [] : [Manual.Section(heading: "Arguments", entries: entries)]
    }

    /// One section a group, without hidden options; `--help` ends the last one.
    fileprivate var optionSections: [Manual.Section] {
        let shown = groups.map { group in
            (heading: group.heading, entries: group.options.map(\.spec).filter { !$0.isHidden }.map(\.entry))
        }.filter { !$0.entries.isEmpty }
        let last = shown.last ?? ("Options", [])
        return (shown.dropLast() + [(last.heading, last.entries + [.help])]).map(Manual.Section.init)
    }
}

extension Manual.Entry {
    fileprivate static let help = Manual.Entry(term: "-h, --help", meaning: "show this help")
}

extension OptionSpec {
    fileprivate var entry: Manual.Entry {
        let letter = short.map { "-\($0), " } ?? "    "
        let value = valueName.map { " \($0)" } ?? ""
        return Manual.Entry(term: letter + flag + value, meaning: notes.isEmpty ? help : "\(help) (\(notes.joined(separator: "; ")))")
    }

    private var notes: [String] {
        let fallback = (shownDefault ?? defaultText).map { "default: \($0)" }
        return [fallback, environment.map { "environment: \($0)" }, isRepeatable ? "repeatable" : nil].compactMap(\.self)
    }
}
