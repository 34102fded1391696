/// What a command accepts and how help describes it; what it does is no part of the grammar.
///
/// The value is also the description that help is made from, and from which completions and manual pages can be.
struct Command: Sendable {
    let name: String
    /// One line, lower case, without a full stop.
    let abstract: String
    /// Paragraphs below the usage line of the command's help.
    var discussion: [String] = []
    var positionals: [any PositionalDefinition] = []
    var groups: [OptionGroup] = []
    var exclusions: [Exclusion] = []
    var examples: [Example] = []
}

extension Command {
    /// All options in the order of the groups.
    var options: [any OptionDefinition] { groups.flatMap(\.options) }

    func option(named name: String) -> OptionSpec? {
        options.lazy.map(\.spec).first { $0.name == name }
    }

    func option(short letter: Character) -> OptionSpec? {
        options.lazy.map(\.spec).first { $0.short == letter }
    }

    /// Every key that a settings file for this command may hold.
    var fileKeys: [String] {
        positionals.compactMap(\.spec.fileKey) + options.compactMap(\.spec.fileKey)
    }
}

/// Options that help shows together below a heading.
struct OptionGroup: Sendable {
    let heading: String
    let options: [any OptionDefinition]

    init(_ heading: String, _ options: [any OptionDefinition]) {
        self.heading = heading
        self.options = options
    }
}

/// Options of which at most one may be given.
///
/// The nearest layer decides: one of them on the command line beats another in the environment. Two of them in one layer are an error.
struct Exclusion: Sendable, Equatable {
    let names: [String]

    init(_ options: any OptionDefinition...) {
        names = options.map(\.spec.name)
    }
}

/// A command line worth imitating, and what it is for.
struct Example: Sendable, Equatable {
    let purpose: String
    let line: String

    init(_ purpose: String, _ line: String) {
        self.purpose = purpose
        self.line = line
    }
}
