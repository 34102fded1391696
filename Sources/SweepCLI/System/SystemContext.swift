import Glibc
import SweepModel
import SweepQueue

/// The outside world as the commands see it, passed in so that they can be tested.
struct SystemContext: Sendable {
    var environment: [String: String]
    var console: Console
    var time: any TimeSource
    /// Reads the calendar beside the clock of the machine's start; nil where the machine does not tell.
    var readBoot: @Sendable () -> BootReading?
    var log: EventLog

    static func current() -> SystemContext {
        let environment = processEnvironment()
        let (console, time) = (Console(environment: environment), SystemTime())
        return SystemContext(
            environment: environment, console: console, time: time, readBoot: { time.bootReading },
            log: EventLog(console: console, time: time))
    }

    /// A file's text, or nil when it cannot be read; at most 64 KiB.
    static func readFile(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { return nil }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// Whether a file's permissions let its group or anybody else read it.
    static func isOpenToOthers(_ path: String) -> Bool {
        var information = stat()
        return stat(path, &information) == 0 && information.st_mode & (S_IRGRP | S_IROTH) != 0
    }

    /// The environment for other programs: without what authenticates, under whatever name it stands there, alone or as part of a longer
    /// text such as a header. What is shorter than any secret of the API is only looked for alone: many texts may hold it by chance.
    func environment(without secretVariables: Set<String>) -> [String: String] {
        let secrets = secretVariables.compactMap { environment[$0] }.filter { !$0.isEmpty }
        return environment.filter { name, value in
            !secretVariables.contains(name) && !secrets.contains { $0 == value || $0.utf8.count >= 20 && value.contains($0) }
        }
    }

    /// The directory the process works in.
    var workingDirectory: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }

    /// `$XDG_STATE_HOME/tokensweep/queue.db`, else `~/.local/state/tokensweep/queue.db`.
    var defaultQueuePath: String? {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return "\(state)/tokensweep/queue.db" }
        guard let home = environment["HOME"], !home.isEmpty else { return nil }
        return "\(home)/.local/state/tokensweep/queue.db"
    }

    /// Takes the queue over for this process.
    func takeQueue(_ path: String) throws(QueueError) -> Queue {
        try Queue(owning: path, as: ownerDescription, at: readBoot())
    }

    /// Who this process is, for a second one that wants the same queue.
    private var ownerDescription: String { "process \(getpid()) of \(userName) on \(hostName), since \(time.now.rfc3339)" }

    /// `anna (uid 1000)`; the number alone where the system knows no name. What the environment says is not trusted.
    private var userName: String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var texts = [CChar](repeating: 0, count: 4096)
        guard getpwuid_r(geteuid(), &entry, &texts, texts.count, &found) == 0, found != nil, let name = entry.pw_name else {
            return "uid \(geteuid())"
        }
        return "\(String(cString: name)) (uid \(geteuid()))"
    }

    private var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "this host" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func processEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }
}
