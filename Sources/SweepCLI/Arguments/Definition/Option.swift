/// An option of a command, and at once the key that reads it: `arguments[Options.concurrency]` is a `Value`.
///
/// What is read depends on how the option was made:
///
///     Option("concurrency", "N", .integer(in: 1...256), default: "16", "…")   // Int: there is always a value
///     Option(optional: "max-deletes", "N", .integer(in: 1...), "…")           // Int?: nil when nobody gave one
///     Option(repeatable: "protect", "PATTERN", .text, "…")                    // [String]: in the order given
///     Option(flag: "yes", "…")                                                // Bool
struct Option<Value: Sendable>: Sendable {
    let spec: OptionSpec
    let read: @Sendable ([SourcedText]) throws(UsageError.Reason) -> Value

    private init(spec: OptionSpec, read: @escaping @Sendable ([SourcedText]) throws(UsageError.Reason) -> Value) {
        self.spec = spec
        self.read = read
    }
}

extension Option {
    /// An option that always has a value. The default goes through the same parser as a value that a person writes, so that help and
    /// behaviour cannot disagree.
    init(
        _ name: String, short: Character? = nil, _ valueName: String, _ parser: ValueParser<Value>, default text: String,
        environment: String? = nil, inFile: Bool = true, isHidden: Bool = false, _ help: String
    ) {
        self.init(
            spec: OptionSpec(
                name: name, short: short, shape: .value(valueName), help: help, defaultText: text, environment: environment,
                isInFile: inFile, isHidden: isHidden, expected: parser.expected, completion: parser.completion)
        ) { texts throws(UsageError.Reason) in
            // The default is the last layer, so nothing at all means that the definition itself was passed over.
            guard let text = texts.first else { throw .missingArgument("--\(name)") }
            return try parser.parse(text)
        }
    }

    /// An option that may be absent. `shownDefault` tells in words what then happens; no value is made from it.
    init<Wrapped: Sendable>(
        optional name: String, short: Character? = nil, _ valueName: String, _ parser: ValueParser<Wrapped>,
        shownDefault: String? = nil, environment: String? = nil, inFile: Bool = true, isHidden: Bool = false, _ help: String
    ) where Value == Wrapped? {
        self.init(
            spec: OptionSpec(
                name: name, short: short, shape: .value(valueName), help: help, shownDefault: shownDefault, environment: environment,
                isInFile: inFile, isHidden: isHidden, expected: parser.expected, completion: parser.completion)
        ) { texts throws(UsageError.Reason) in
            guard let text = texts.first else { return nil }
            return try parser.parse(text)
        }
    }

    /// An option that may be given many times.
    ///
    /// With `accumulates` the values of all layers are joined (nearest layer first); without it, the nearest layer that has any replaces
    /// the others. Join where losing a value does harm, as with a list of things to protect.
    init<Element: Sendable>(
        repeatable name: String, short: Character? = nil, _ valueName: String, _ parser: ValueParser<Element>,
        accumulates: Bool = false, environment: String? = nil, inFile: Bool = true, isHidden: Bool = false, _ help: String
    ) where Value == [Element] {
        self.init(
            spec: OptionSpec(
                name: name, short: short, shape: .value(valueName), repetition: accumulates ? .accumulating : .replacing, help: help,
                environment: environment, isInFile: inFile, isHidden: isHidden, expected: parser.expected, completion: parser.completion)
        ) { texts throws(UsageError.Reason) in
            try texts.map { text throws(UsageError.Reason) in try parser.parse(text) }
        }
    }

    /// A switch, off unless given. `--name=false` takes back what a lower layer switched on. Its environment variable, as with
    /// `NO_COLOR`, switches it on by being there and not empty, whatever it says.
    init(
        flag name: String, short: Character? = nil, environment: String? = nil, inFile: Bool = true, isHidden: Bool = false, _ help: String
    ) where Value == Bool {
        let parser = ValueParser<Bool>.boolean
        self.init(
            spec: OptionSpec(
                name: name, short: short, shape: .flag, help: help, environment: environment, isInFile: inFile, isHidden: isHidden,
                expected: parser.expected, completion: parser.completion)
        ) { texts throws(UsageError.Reason) in
            guard let text = texts.first else { return false }
            return try parser.parse(text)
        }
    }
}

extension Option: OptionDefinition {
    func slot(reading texts: [SourcedText]) throws(UsageError.Reason) -> any Sendable {
        Slot(value: try read(texts))
    }
}
