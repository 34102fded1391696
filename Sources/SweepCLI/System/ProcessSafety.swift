import CProcess
import Glibc

/// What a process that holds credentials does first.
enum ProcessSafety {
    static func prepare() {
        forbidDumps()
        silenceCrashes()
        // A reader that went away is an error of its write, not the end of the process.
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Whether a core file of this process could come about, or another process of the user could read its memory.
    static var mayBeDumped: Bool { cprocess_may_be_dumped() != 0 }

    /// A core file would hold the credentials. Where one of the two ways cannot be had, the other may hold, and the program works all
    /// the same.
    private static func forbidDumps() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = cprocess_forbid_dumps()
    }

    /// A crash ends the process and prints nothing of it: where `SWIFT_BACKTRACE` asks for backtraces, Swift's runtime has installed
    /// handlers that print registers and the memory around them.
    private static func silenceCrashes() {
        for number in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGTRAP] { _ = signal(number, SIG_DFL) }
    }
}
