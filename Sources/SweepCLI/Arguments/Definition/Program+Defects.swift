extension Program {
    /// What is wrong with the definitions themselves, in words for the developer; a test expects none.
    var defects: [String] {
        repeated(commands.map(\.name)).map { "command \($0) is defined twice" }
            + commands.flatMap { command in command.defects.map { "\(command.name): \($0)" } }
    }
}

extension Command {
    /// As in ``Program/defects``, for one command.
    var defects: [String] { nameDefects + positionalDefects + defaultDefects + exclusionDefects }

    private var nameDefects: [String] {
        let specs = options.map(\.spec)
        let shorts = specs.compactMap(\.short)
        return repeated(specs.map(\.name)).map { "--\($0) is defined twice" }
            + repeated(shorts.map(String.init)).map { "-\($0) is defined twice" }
            + repeated(fileKeys).map { "key \($0) is defined twice" }
            + specs.filter { $0.name == "help" || $0.short == "h" }.map { "\($0.flag) takes the place of --help" }
            // A digit after a dash is a negative number to the parser.
            + shorts.filter { !$0.isASCII || !$0.isLetter }.map { "-\($0) is not a letter" }
    }

    private var positionalDefects: [String] {
        let specs = positionals.map(\.spec)
        let greedy = specs.dropLast().filter { $0.arity == .many }.map { "\($0.name) swallows what follows it" }
        let late = zip(specs, specs.dropFirst()).filter { $0.arity != .one && $1.arity == .one }
        return greedy + late.map { "\($1.name) must be given, yet follows \($0.name), which need not be" }
    }

    private var defaultDefects: [String] {
        options.compactMap { option in
            guard let text = option.spec.defaultText else { return nil }
            do throws(UsageError.Reason) {
                _ = try option.slot(reading: [SourcedText(text, from: .fallback(option: option.spec.name))])
                return nil
            } catch {
                return error.text
            }
        }
    }

    private var exclusionDefects: [String] {
        exclusions.flatMap(\.names).filter { option(named: $0) == nil }.map { "--\($0) is excluded but not defined" }
    }
}

/// The elements that stand more than once, each named once.
private func repeated(_ elements: [String]) -> [String] {
    var counts: [String: Int] = [:]
    for element in elements { counts[element, default: 0] += 1 }
    return counts.filter { $0.value > 1 }.keys.sorted()
}
