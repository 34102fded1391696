/// Finds, for every argument of a command, the texts that count among the layers.
struct Resolution {
    let command: Command
    let layers: [Layer]

    /// The texts of every option by long name: those of the nearest layer, or of all layers where the option accumulates.
    func optionTexts() throws(UsageError.Reason) -> [String: [SourcedText]] {
        let beaten = try beatenOptions()
        var found: [String: [SourcedText]] = [:]
        for spec in command.options.map(\.spec) {
            found[spec.name] = try texts(for: spec, beyond: beaten[spec.name])
        }
        return found
    }

    /// The texts of every positional argument by name; those on the command line, given in order, beat the file's.
    func positionalTexts(_ words: [String]) throws(UsageError.Reason) -> [String: [SourcedText]] {
        var rest = words[...]
        var found: [String: [SourcedText]] = [:]
        for spec in command.positionals.map(\.spec) {
            let taken = rest.prefix(spec.arity == .many ? rest.count : 1)
            rest = rest.dropFirst(taken.count)
            found[spec.name] = taken.map { SourcedText($0, from: .argument(spec.name)) }
            if taken.isEmpty { found[spec.name] = try layers.firstTexts { layer throws(UsageError.Reason) in try layer.texts(for: spec) } }
        }
        return found
    }

    /// - Parameter limit: the number of layers that still count before the defaults; nil for all of them.
    private func texts(for spec: OptionSpec, beyond limit: Int?) throws(UsageError.Reason) -> [SourcedText] {
        let counted = limit.map { Array(layers.prefix($0)) + [.defaults] } ?? layers
        guard spec.repetition == .accumulating else {
            return try counted.firstTexts { layer throws(UsageError.Reason) in try layer.texts(for: spec) }
        }
        var all: [SourcedText] = []
        for layer in counted { all += try layer.texts(for: spec) }
        return all
    }
}

// MARK: - Exclusions

extension Resolution {
    /// The options that lose against another one of an exclusion, each with the number of layers that it may still be read from.
    private func beatenOptions() throws(UsageError.Reason) -> [String: Int] {
        var beaten: [String: Int] = [:]
        for exclusion in command.exclusions {
            guard let (layer, winner) = try winner(of: exclusion) else { continue }
            for name in exclusion.names where name != winner { beaten[name] = min(beaten[name] ?? .max, layer) }
        }
        return beaten
    }

    /// The nearest layer that gives one of the options, and the option; throws if it gives two. Defaults are not given by anybody.
    private func winner(of exclusion: Exclusion) throws(UsageError.Reason) -> (layer: Int, name: String)? {
        let specs = exclusion.names.compactMap(command.option(named:))
        for (index, layer) in layers.enumerated() {
            if case .defaults = layer { continue }
            var given: [(name: String, source: ValueSource)] = []
            for spec in specs {
                // A switch that is given as off is in nobody's way.
                let text = try layer.texts(for: spec).first { !spec.isFlag || $0.text != "false" }
                if let text { given.append((spec.name, text.source)) }
            }
            guard given.count <= 1 else { throw .exclusive(given.map(\.source)) }
            if let name = given.first?.name { return (index, name) }
        }
        return nil
    }
}

extension [Layer] {
    /// What the first layer that has anything has.
    fileprivate func firstTexts(
        _ texts: (Layer) throws(UsageError.Reason) -> [SourcedText]
    ) throws(UsageError.Reason) -> [SourcedText] {
        for layer in self {
            let found = try texts(layer)
            if !found.isEmpty { return found }
        }
        return []
    }
}
