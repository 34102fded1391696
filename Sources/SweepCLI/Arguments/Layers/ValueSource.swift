/// Where a value was given, in the words of the person who gave it.
enum ValueSource: Sendable, Equatable {
    /// On the command line: `--rate`.
    case option(String)
    /// On the command line, by position: `MANIFEST`.
    case argument(String)
    /// In the environment: `CLOUDFLARE_ACCOUNT_ID`.
    case environment(String)
    /// In a settings file: `jobs/x.json5: rate`.
    case file(String, key: String)
    /// Nowhere: the definition's own default.
    case fallback(option: String)
}

extension ValueSource: CustomStringConvertible {
    var description: String {
        switch self {
        case .option(let name): "--\(name)"
        case .argument(let name): name
        case .environment(let name): name
        case .file(let path, let key): "\(printable(path)): \(key)"
        case .fallback(let name): "default of --\(name)"
        }
    }
}

/// A value as text, with where it was given.
struct SourcedText: Sendable, Equatable {
    let text: String
    let source: ValueSource

    init(_ text: String, from source: ValueSource) {
        self.text = text
        self.source = source
    }
}
