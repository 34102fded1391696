/// Takes the words after a command's name apart.
struct LineParser {
    private var line: ParsedLine
    private var rest: ArraySlice<String>
    private let capacity: Int

    init(_ command: Command, context: String, words: ArraySlice<String>) {
        line = ParsedLine(command: command, context: context)
        rest = words
        capacity = command.positionals.contains { $0.spec.arity == .many } ? .max : command.positionals.count
    }

    /// - Throws: the first word that does not fit.
    consuming func parse() throws(UsageError.Reason) -> ParsedLine {
        while let word = rest.popFirst() {
            switch Word(word) {
            case .terminator:
                for word in rest { try add(word) }
                return line
            case .long(let name, let value): try addLong(name, value)
            case .short(let letters): try addShort(letters)
            case .plain(let word): try add(word)
            }
        }
        return line
    }

    private mutating func add(_ word: String) throws(UsageError.Reason) {
        guard line.words.count < capacity else { throw .unexpectedArgument(word) }
        line.words.append(word)
    }

    private mutating func addLong(_ name: String, _ value: String?) throws(UsageError.Reason) {
        guard let option = line.command.option(named: name) else {
            let known = line.command.options.map(\.spec).filter { !$0.isHidden }.map(\.name) + ["help"]
            throw .unknownOption("--\(name)", nearest: nearest(to: name, among: known).map { "--\($0)" })
        }
        if let value { return try record(option, value, named: option.flag) }
        try record(option, try nextValue(for: option, named: option.flag), named: option.flag)
    }

    /// Flags may share a dash (`-qv`); the first letter that takes a value takes what is left of the word, or else the next one.
    private mutating func addShort(_ letters: Substring) throws(UsageError.Reason) {
        var letters = letters
        while let letter = letters.popFirst() {
            guard let option = line.command.option(short: letter) else { throw .unknownOption("-\(letter)", nearest: nil) }
            let name = "-\(letter)"
            if option.isFlag {
                try record(option, "true", named: name)
            } else {
                let attached = letters.first == "=" ? letters.dropFirst() : letters
                return try record(option, letters.isEmpty ? try nextValue(for: option, named: name) : String(attached), named: name)
            }
        }
    }

    /// The word after an option, unless it is an option itself: a forgotten value must not swallow the next option.
    private mutating func nextValue(for option: OptionSpec, named name: String) throws(UsageError.Reason) -> String {
        guard let valueName = option.valueName else { return "true" }
        guard let next = rest.first, case .plain(let value) = Word(next) else {
            throw .missingValue(option: name, valueName: valueName, beforeDash: !rest.isEmpty)
        }
        rest.removeFirst()
        return value
    }

    private mutating func record(_ option: OptionSpec, _ text: String, named name: String) throws(UsageError.Reason) {
        guard option.isRepeatable || line.options[option.name] == nil else { throw .repeatedOption(name) }
        line.options[option.name, default: []].append(text)
    }
}
