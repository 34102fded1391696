/// Everything about an option but its type: what help, completions and a manual page are made from.
struct OptionSpec: Sendable, Equatable {
    enum Shape: Sendable, Equatable {
        /// Given or not.
        case flag
        /// Takes one value, which help calls by this name, such as `N/T`.
        case value(String)
    }

    enum Repetition: Sendable, Equatable {
        /// At most once.
        case once
        /// Many times; the nearest layer that has any replaces the others.
        case replacing
        /// Many times; the values of all layers are joined.
        case accumulating
    }

    /// The long name, without dashes: `max-deletes`.
    let name: String
    var short: Character?
    let shape: Shape
    var repetition = Repetition.once
    let help: String
    /// A value for the parser when no layer has one.
    var defaultText: String?
    /// Words for help where the default is not a value: `$XDG_STATE_HOME/…`, or what happens without one.
    var shownDefault: String?
    /// The environment variable that is read when the option is not on the command line.
    var environment: String?
    /// Whether a settings file may hold it.
    var isInFile = true
    var isHidden = false
    /// What a value looks like, as a bad one is told: `a whole number from 1 to 256`.
    let expected: String
    var completion = Completion.none
}

extension OptionSpec {
    /// As it is written on a command line: `--max-deletes`.
    var flag: String { "--\(name)" }

    /// Its key in a settings file, in snake case: `max_deletes`; nil where no file may hold it.
    var fileKey: String? {
        isInFile ? String(name.map { $0 == "-" ? "_" : $0 }) : nil
    }

    var isFlag: Bool { shape == .flag }

    var isRepeatable: Bool { repetition != .once }

    var valueName: String? {
        guard case .value(let name) = shape else { return nil }
        return name
    }
}

/// What a shell may offer while a value is typed.
enum Completion: Sendable, Equatable {
    case none
    case file
    /// The name of a job of the queue.
    case job
    case choices([String])
    /// Some of these, joined by commas.
    case list([String])
}
