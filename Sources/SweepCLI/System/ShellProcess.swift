import CProcess
import Glibc

/// A command of the user's own, run by the shell, with bytes for its standard input.
final class ShellProcess {
    enum Ending: Equatable {
        case exit(Int)
        case signal(Int)
    }

    /// Where the command runs.
    enum Place {
        /// In a process group of its own, so that it can be ended with all that it started. Its output goes to standard error.
        case aside
        /// In front of the person, with the terminal: its output goes to this descriptor.
        case terminal(CInt)
    }

    private let pid: pid_t
    private var known: Ending?
    /// Where its standard input is written; -1 once everything was.
    private var input: CInt
    private var rest: ArraySlice<UInt8>

    /// - Throws: the error number of the system.
    init(_ command: String, _ place: Place, input bytes: [UInt8], environment: [String: String]) throws(ShellStartError) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ShellStartError(number: errno) }
        ShellProcess.keepFilesFromChildren()
        var child: pid_t = 0
        let code = ShellProcess.spawn(&child, command, place, input: ends[0], environment)
        _ = close(ends[0])
        // Its reader may be slow; nothing here waits for it.
        guard code == 0, fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0 else {
            _ = close(ends[1])
            throw ShellStartError(number: code == 0 ? errno : code)
        }
        pid = child
        input = ends[1]
        rest = bytes[...]
    }

    deinit { closeInput() }

    /// Writes what the command is ready to read.
    func feed() {
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            // It does not want to know.
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        rest = []
        closeInput()
    }

    /// How it ended; nil while it runs.
    func ending() -> Ending? {
        if let known { return known }
        var status: CInt = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let signal = Int(status & 0x7f)
        known = signal == 0 ? .exit(Int(status >> 8 & 0xff)) : .signal(signal)
        return known
    }

    /// Whether anything lives of what a command that stands aside has started, after it has ended itself too.
    var hasCompany: Bool { kill(-pid, 0) == 0 }

    /// Signals the command and whatever it started.
    func send(_ signal: CInt) {
        // It may have ended by itself meanwhile.
        _ = kill(-pid, signal)
    }

    private func closeInput() {
        if input >= 0 { _ = close(input) }
        input = -1
    }

    /// Libraries open files of their own, and not all of them are careful; and whoever started this program may have left some open.
    private static func keepFilesFromChildren() {
        guard cprocess_keep_files_from_children(3) != 0 else { return }
        // An older kernel. Numbers without a file are passed over.
        for descriptor in CInt(3)..<1024 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    }

    /// - Returns: an error number, or 0.
    private static func spawn(
        _ pid: inout pid_t, _ command: String, _ place: Place, input: CInt, _ environment: [String: String]
    ) -> CInt {
        let (group, output) =
            switch place {
            case .aside: (POSIX_SPAWN_SETPGROUP, STDERR_FILENO)
            case .terminal(let descriptor): (0, descriptor)
            }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        var every = sigset_t()
        var none = sigset_t()
        guard posix_spawn_file_actions_init(&actions) == 0 else { return ENOMEM }
        defer { posix_spawn_file_actions_destroy(&actions) }
        guard posix_spawnattr_init(&attributes) == 0 else { return ENOMEM }
        defer { posix_spawnattr_destroy(&attributes) }
        sigfillset(&every)
        sigemptyset(&none)
        // Signals that this program passes over are none of the command's business.
        let flags = Int16(group | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        let steps = [
            posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO),
            posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO),
            sigdelset(&every, SIGKILL), sigdelset(&every, SIGSTOP),
            posix_spawnattr_setsigdefault(&attributes, &every), posix_spawnattr_setsigmask(&attributes, &none),
            posix_spawnattr_setpgroup(&attributes, 0), posix_spawnattr_setflags(&attributes, flags),
        ]
        if let code = steps.first(where: { $0 != 0 }) { return code }
        let variables = environment.map { "\($0.key)=\($0.value)" }
        return withStrings(["/bin/sh", "-c", command]) { words in
            withStrings(variables) { posix_spawn(&pid, "/bin/sh", &actions, &attributes, words, $0) }
        }
    }

    /// Lends texts as a C array that ends with a null pointer.
    private static func withStrings<Result>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}

/// Why a command could not be started.
struct ShellStartError: Error, Equatable {
    var number: CInt
}
