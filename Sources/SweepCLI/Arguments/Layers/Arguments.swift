/// The values of one command, all read and found good; a command's code takes them out with the definitions as keys.
///
///     let arguments = try Arguments(line, environment: variables)
///     let inFlight = arguments[Options.concurrency]   // Int
///
/// A settings file is often named by an option, so that it can be read only when a first `Arguments` exists: make a second one from the
/// same line with `file:`.
struct Arguments: Sendable {
    /// What was typed.
    let line: ParsedLine
    private let optionSlots: [String: any Sendable]
    private let positionalSlots: [String: any Sendable]
    private let optionTexts: [String: [SourcedText]]

    /// - Throws: the first thing that is wrong in any layer, with the layer's name.
    init(_ line: ParsedLine, environment: [String: String], file: SettingsFile? = nil) throws(UsageError) {
        self.line = line
        do throws(UsageError.Reason) {
            try file?.checkKeys(for: line.command)
            let resolution = Resolution(
                command: line.command, layers: Layer.standard(line, environment: environment, file: file))
            let options = try resolution.optionTexts()
            let positionals = try resolution.positionalTexts(line.words)
            optionSlots = try Self.slots(line.command.options, options)
            positionalSlots = try Self.slots(line.command.positionals, positionals)
            optionTexts = options
        } catch {
            throw UsageError(context: line.context, reason: error)
        }
    }

    /// The value of an option that the command declares.
    subscript<Value: Sendable>(option: Option<Value>) -> Value {
        value(optionSlots[option.spec.name], of: option.spec.flag)
    }

    /// The value of a positional argument that the command declares.
    subscript<Value: Sendable>(positional: Positional<Value>) -> Value {
        value(positionalSlots[positional.spec.name], of: positional.spec.name)
    }

    /// Where the value of an option was given (of several, the first); nil when it has neither a value nor a default.
    func source<Value: Sendable>(of option: Option<Value>) -> ValueSource? {
        optionTexts[option.spec.name]?.first?.source
    }

    /// The texts from which an option's value was read, those of its default included: what a settings file would hold.
    func texts(of option: any OptionDefinition) -> [String] {
        (optionTexts[option.spec.name] ?? []).map(\.text)
    }

    /// An error of this command that only its code can find, such as two values that do not go together.
    func error(_ reason: UsageError.Reason) -> UsageError {
        UsageError(context: line.context, reason: reason)
    }

    private func value<Value: Sendable>(_ slot: (any Sendable)?, of name: String) -> Value {
        guard let slot = slot as? Slot<Value> else {
            // Only a command that reads what it does not declare can come here, whatever the user typed.
            preconditionFailure("\(line.context) reads \(name) but does not declare it with this type")
        }
        return slot.value
    }
}

extension Arguments {
    private static func slots(
        _ options: [any OptionDefinition], _ texts: [String: [SourcedText]]
    ) throws(UsageError.Reason) -> [String: any Sendable] {
        var slots: [String: any Sendable] = [:]
        for option in options { slots[option.spec.name] = try option.slot(reading: texts[option.spec.name] ?? []) }
        return slots
    }

    private static func slots(
        _ positionals: [any PositionalDefinition], _ texts: [String: [SourcedText]]
    ) throws(UsageError.Reason) -> [String: any Sendable] {
        var slots: [String: any Sendable] = [:]
        for positional in positionals {
            slots[positional.spec.name] = try positional.slot(reading: texts[positional.spec.name] ?? [])
        }
        return slots
    }
}
