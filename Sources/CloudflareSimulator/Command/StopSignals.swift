import Glibc

/// SIGINT and SIGTERM, taken out of the normal course and waited for.
struct StopSignals {
    private var set = sigset_t()

    /// Blocks both in this thread and all that it starts. Throws `ServerError`.
    init() throws(ServerError) {
        // A peer that is gone is an error of one connection, not the end of the program.
        var ignored = sigaction()
        ignored.__sigaction_handler.sa_handler = SIG_IGN
        guard sigaction(SIGPIPE, &ignored, nil) == 0 else { throw ServerError(operation: "ignore SIGPIPE", errno: errno) }
        guard sigemptyset(&set) == 0, sigaddset(&set, SIGINT) == 0, sigaddset(&set, SIGTERM) == 0 else {
            throw ServerError(operation: "name its signals", errno: errno)
        }
        let code = pthread_sigmask(SIG_BLOCK, &set, nil)
        guard code == 0 else { throw ServerError(operation: "block its signals", errno: code) }
    }

    /// Returns when one of them came, or within a second of `isOver` being true.
    func wait(unless isOver: () -> Bool) {
        var set = set
        var second = timespec(tv_sec: 1, tv_nsec: 0)
        // Times out with -1 and EAGAIN.
        while sigtimedwait(&set, nil, &second) < 0, !isOver() {}
    }
}
