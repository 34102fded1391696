/// One of the places that can give a value. A list of layers, nearest first, is the whole order of precedence.
enum Layer: Sendable {
    case commandLine(ParsedLine)
    /// All environment variables; an empty one counts as not set.
    case environment([String: String])
    case file(SettingsFile)
    /// The defaults of the definitions.
    case defaults
}

extension Layer {
    /// The standard order: what is typed beats the file, which beats the environment, which beats the defaults. A file is
    /// named for this very call; what stands in the environment may be left over from another one.
    static func standard(_ line: ParsedLine, environment: [String: String], file: SettingsFile?) -> [Layer] {
        let files = file.map { [Layer.file($0)] } ?? []
        return [.commandLine(line)] + files + [.environment(environment), .defaults]
    }

    /// What this layer gives for an option; empty when it gives nothing.
    func texts(for option: OptionSpec) throws(UsageError.Reason) -> [SourcedText] {
        switch self {
        case .commandLine(let line):
            return (line.options[option.name] ?? []).map { SourcedText($0, from: .option(option.name)) }
        case .environment(let variables):
            guard let name = option.environment, let text = variables[name], !text.isEmpty else { return [] }
            return [SourcedText(option.isFlag ? "true" : text, from: .environment(name))]
        case .file(let file):
            guard let key = option.fileKey else { return [] }
            return try file.texts(key, allowsSeveral: option.isRepeatable)
        case .defaults:
            guard let text = option.defaultText else { return [] }
            return [SourcedText(text, from: .fallback(option: option.name))]
        }
    }

    /// What a file gives for a positional argument. The command line is no layer here: its words are handed out by position.
    func texts(for positional: PositionalSpec) throws(UsageError.Reason) -> [SourcedText] {
        guard case .file(let file) = self, let key = positional.fileKey else { return [] }
        return try file.texts(key, allowsSeveral: positional.arity == .many)
    }
}

extension SettingsFile {
    fileprivate func texts(_ key: String, allowsSeveral: Bool) throws(UsageError.Reason) -> [SourcedText] {
        let texts = values[key] ?? []
        let source = ValueSource.file(path, key: key)
        guard allowsSeveral || texts.count <= 1 else { throw .severalValues(source) }
        return texts.map { SourcedText($0, from: source) }
    }
}
