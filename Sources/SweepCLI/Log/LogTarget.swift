/// Where the log goes, as `--log` says it.
enum LogTarget: Sendable, Equatable {
    case file(String)
    /// `-`: standard error.
    case standardError
    /// `journald`: standard error, each line with its priority in front as journald reads it. A file of that name is `./journald`.
    case journald

    var isStandardError: Bool {
        if case .file = self { false } else { true }
    }

    /// The text with a relative path made absolute, for it may be read from elsewhere later.
    static func absolute(_ text: String, in directory: String) -> String {
        guard case .file(let path) = LogTarget(text), !path.hasPrefix("/") else { return text }
        return "\(directory)/\(path)"
    }

    init(_ text: String) {
        self =
            switch text {
            case "-": .standardError
            case "journald": .journald
            default: .file(text)
            }
    }
}

extension ValueParser where Value == LogTarget {
    static let logTarget = ValueParser<String>.path.map { LogTarget($0) }
}
