/// A positional argument of a command, and at once the key that reads it.
///
///     Positional("JOB", .text, "…")                  // String: must be given
///     Positional(optional: "JOB", .text, "…")        // String?
///     Positional(many: "MANIFEST", .path, "…")       // [String]: none, one or more
struct Positional<Value: Sendable>: Sendable {
    let spec: PositionalSpec
    let read: @Sendable ([SourcedText]) throws(UsageError.Reason) -> Value

    private init(spec: PositionalSpec, read: @escaping @Sendable ([SourcedText]) throws(UsageError.Reason) -> Value) {
        self.spec = spec
        self.read = read
    }
}

extension Positional {
    init(_ name: String, _ parser: ValueParser<Value>, fileKey: String? = nil, _ help: String) {
        self.init(
            spec: PositionalSpec(name: name, arity: .one, help: help, fileKey: fileKey, completion: parser.completion)
        ) { texts throws(UsageError.Reason) in
            guard let text = texts.first else { throw .missingArgument(name) }
            return try parser.parse(text)
        }
    }

    init<Wrapped: Sendable>(optional name: String, _ parser: ValueParser<Wrapped>, fileKey: String? = nil, _ help: String)
    where Value == Wrapped? {
        self.init(
            spec: PositionalSpec(name: name, arity: .optional, help: help, fileKey: fileKey, completion: parser.completion)
        ) { texts throws(UsageError.Reason) in
            guard let text = texts.first else { return nil }
            return try parser.parse(text)
        }
    }

    init<Element: Sendable>(many name: String, _ parser: ValueParser<Element>, fileKey: String? = nil, _ help: String)
    where Value == [Element] {
        self.init(
            spec: PositionalSpec(name: name, arity: .many, help: help, fileKey: fileKey, completion: parser.completion)
        ) { texts throws(UsageError.Reason) in
            try texts.map { text throws(UsageError.Reason) in try parser.parse(text) }
        }
    }
}

extension Positional: PositionalDefinition {
    func slot(reading texts: [SourcedText]) throws(UsageError.Reason) -> any Sendable {
        Slot(value: try read(texts))
    }
}

/// Everything about a positional argument but its type.
struct PositionalSpec: Sendable, Equatable {
    enum Arity: Sendable, Equatable {
        case one
        case optional
        /// None, one or more; only the last positional of a command can be this.
        case many
    }

    /// In capitals, as help shows it: `MANIFEST`.
    let name: String
    let arity: Arity
    let help: String
    /// The key under which a settings file may give it: `manifests`.
    var fileKey: String?
    var completion = Completion.none

    /// As it stands in a usage line: `JOB`, `[JOB]`, `[MANIFEST ...]`.
    var usage: String {
        switch arity {
        case .one: name
        case .optional: "[\(name)]"
        case .many: "[\(name) ...]"
        }
    }
}
