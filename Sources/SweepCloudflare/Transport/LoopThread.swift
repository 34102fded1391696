import Glibc
import Synchronization

/// Owns the thread that runs a loop. It is joined once.
final class LoopThread: Sendable {
    private let running: Mutex<pthread_t?>

    init(_ loop: CurlLoop) throws(CurlProblem) {
        var thread = pthread_t()
        // Retained for the thread, which releases it when the loop has returned.
        let context = Unmanaged.passRetained(loop)
        let failure = pthread_create(&thread, nil, runLoop, context.toOpaque())
        guard failure == 0 else {
            context.release()
            throw CurlProblem("starting a thread", String(cString: strerror(failure)))
        }
        running = Mutex(thread)
    }

    /// Waits until the loop has returned. The thread itself cannot wait for its own end: it is let go instead.
    func join() {
        let thread = running.withLock { running in
            defer { running = nil }
            return running
        }
        guard let thread else { return }
        // Both fail only for a thread that was joined before, which `running` rules out.
        if pthread_equal(thread, pthread_self()) != 0 {
            _ = pthread_detach(thread)
        } else {
            _ = pthread_join(thread, nil)
        }
    }
}

private func runLoop(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    // Signals belong to the program's other threads; SIGPIPE would otherwise end the process when a peer has gone. Fails only
    // for an invalid argument.
    var all = sigset_t()
    _ = sigfillset(&all)
    _ = pthread_sigmask(SIG_BLOCK, &all, nil)
    Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
