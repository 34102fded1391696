import Glibc
import Synchronization

/// A process that a test started. Its output goes to files, so that it never waits for a reader.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package struct Ending: Sendable, Equatable {
        /// Nil when a signal ended it.
        package var exitCode: Int32?
        package var signal: Int32?
    }

    /// Where standard input comes from.
    package enum Input: Sendable {
        case none
        case file(String)
        /// A pseudo terminal, which is standard error too, and the terminal that controls the process. With a file, that is standard
        /// input, and the terminal is not.
        case terminal(Terminal, file: String? = nil)
    }

    /// What to start.
    package struct Command: Sendable {
        package var executable: String
        package var arguments: [String]
        package var environment: [String: String]
        package var folder: String
        package var input = Input.none
        /// Files that are created, or emptied.
        package var output: String
        package var errors: String

        package init(
            _ executable: String, _ arguments: [String], environment: [String: String], folder: String, input: Input = .none,
            output: String, errors: String
        ) {
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
            self.folder = folder
            self.input = input
            self.output = output
            self.errors = errors
        }
    }

    package let pid: Int32
    package let command: Command
    private let ended = Mutex<Ending?>(nil)

    package init(_ command: Command) throws {
        self.command = command
        pid = try spawn(command)
    }

    /// Nil while it runs.
    package var ending: Ending? {
        ended.withLock { ended in
            if ended == nil { ended = ChildProcess.reap(pid) }
            return ended
        }
    }

    /// Sends a signal, unless the process has ended: its number may be another's by then.
    package func send(_ signal: Int32) {
        ended.withLock { ended in
            if ended == nil { ended = ChildProcess.reap(pid) }
            if ended == nil { _ = kill(pid_t(pid), signal) }
        }
    }

    /// Waits for the end; kills the process and throws `FixtureFailure` when it does not come in time.
    package func wait(within limit: Duration = .seconds(90)) async throws -> Ending {
        do {
            return try await eventually("the end of \(command.arguments.joined(separator: " "))", within: limit) { ending }
        } catch {
            send(SIGKILL)
            throw FixtureFailure("\(error); its standard error so far:\n\(errors)")
        }
    }

    /// Ends the process at once and waits until it is gone.
    package func end() async {
        send(SIGKILL)
        // Only a process that hangs in the kernel survives this long.
        _ = try? await eventually("the end of a killed process", within: .seconds(10)) { ending }
    }

    /// What it wrote so far.
    package var output: String { text(of: command.output) }
    package var errors: String {
        if case .terminal(let terminal, _) = command.input { return terminal.text }
        return text(of: command.errors)
    }

    private static func reap(_ pid: Int32) -> Ending? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let signal = status & 0x7f
        return Ending(exitCode: signal == 0 ? (status >> 8) & 0xff : nil, signal: signal == 0 ? nil : signal)
    }
}

/// A file's text, empty where there is none yet.
private func text(of path: String) -> String {
    guard let file = fopen(path, "re") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk.prefix(count) }
    return String(decoding: bytes, as: UTF8.self)
}

private func spawn(_ command: ChildProcess.Command) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    try check(posix_spawn_file_actions_init(&actions), "prepare a process")
    defer { posix_spawn_file_actions_destroy(&actions) }
    try check(posix_spawnattr_init(&attributes), "prepare a process")
    defer { posix_spawnattr_destroy(&attributes) }

    let created = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND
    var flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    switch command.input {
    case .none: try check(posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0), "open /dev/null")
    case .file(let path): try check(posix_spawn_file_actions_addopen(&actions, 0, path, O_RDONLY, 0), "open \(path)")
    case .terminal(let terminal, let file):
        // The first terminal that the leader of a session opens becomes the one that controls it.
        flags |= 0x80  // POSIX_SPAWN_SETSID, which the C library's module does not show
        try check(posix_spawn_file_actions_addopen(&actions, 2, terminal.path, O_RDWR, 0), "open \(terminal.path)")
        if let file {
            try check(posix_spawn_file_actions_addopen(&actions, 0, file, O_RDONLY, 0), "open \(file)")
        } else {
            try check(posix_spawn_file_actions_adddup2(&actions, 2, 0), "open \(terminal.path)")
        }
    }
    try check(posix_spawn_file_actions_addopen(&actions, 1, command.output, created, 0o600), "open \(command.output)")
    if case .terminal = command.input {
    } else {
        try check(posix_spawn_file_actions_addopen(&actions, 2, command.errors, created, 0o600), "open \(command.errors)")
    }

    // Whatever the test runner does with signals is its own affair.
    var every = sigset_t()
    var none = sigset_t()
    sigfillset(&every)
    sigemptyset(&none)
    for signal in [SIGKILL, SIGSTOP] { sigdelset(&every, signal) }
    try check(posix_spawnattr_setsigdefault(&attributes, &every), "prepare a process")
    try check(posix_spawnattr_setsigmask(&attributes, &none), "prepare a process")
    try check(posix_spawnattr_setflags(&attributes, Int16(flags)), "prepare a process")

    var pid: pid_t = 0
    let variables = command.environment.map { "\($0.key)=\($0.value)" }
    // `env` only changes the folder and becomes the program: the process stays the same.
    let code = withStrings(["env", "-C", command.folder, command.executable] + command.arguments) { arguments in
        withStrings(variables) { posix_spawn(&pid, "/usr/bin/env", &actions, &attributes, arguments, $0) }
    }
    try check(code, "start \(command.executable)")
    return pid
}

private func check(_ code: Int32, _ operation: String) throws {
    if code != 0 { throw SystemFailure(operation, code) }
}

/// Lends texts as a C array that ends with a null pointer.
private func withStrings<Result>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
    let copies = texts.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies + [nil])
}
