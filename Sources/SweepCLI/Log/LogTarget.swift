import Glibc

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

extension Arguments {
    /// Where the log goes. One that would stand in a file of the queue is refused: its lines among the pages could cost what the
    /// queue knows, and to close it would take SQLite's locks away.
    func logTarget(_ system: SystemContext) throws(Failure) -> LogTarget? {
        let target = self[Options.log]
        guard case .file(let path)? = target, let queue = self[Options.queue] ?? system.defaultQueuePath else { return target }
        for part in ["", "-wal", "-shm", "-owner"] where Arguments.areSame(path, queue + part) {
            throw .refused("the log \(path) would stand in the queue; nothing was sent", remedy: "give --log another file")
        }
        return target
    }

    private static func areSame(_ path: String, _ other: String) -> Bool {
        var (one, two) = (stat(), stat())
        guard stat(path, &one) == 0, stat(other, &two) == 0 else { return path == other }
        return one.st_dev == two.st_dev && one.st_ino == two.st_ino
    }
}
