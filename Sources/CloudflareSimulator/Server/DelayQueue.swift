import CMicroHTTPD
import Glibc
import Synchronization

/// Wakes suspended connections when their time has come: one thread for all, so that waiting never holds up the one that serves.
final class DelayQueue: Sendable {
    private let state = Mutex(State())
    /// The two ends of a pipe: a byte wakes the thread when an earlier deadline came in.
    private let readEnd: Int32
    private let writeEnd: Int32

    private struct State {
        /// Latest deadline first, so that the next one is taken from the end.
        var waiting: [Waiting] = []
        var isStopping = false
        var thread: pthread_t?
    }

    private struct Waiting {
        /// On the monotonic clock, in milliseconds.
        var deadline: Int
        var connection: Connection
    }

    /// A connection that is suspended: libmicrohttpd lets any thread resume it, and it lives until then.
    private struct Connection: @unchecked Sendable {
        var pointer: OpaquePointer
    }

    /// Throws `ServerError` when the pipe or the thread cannot be made.
    init() throws(ServerError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ServerError(operation: "make a pipe", errno: errno) }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends {
            guard fcntl(end, F_SETFL, O_NONBLOCK) == 0, fcntl(end, F_SETFD, FD_CLOEXEC) == 0 else {
                throw ServerError(operation: "set up a pipe", errno: errno)
            }
        }
    }

    /// Starts the thread. Throws `ServerError`.
    func start() throws(ServerError) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<DelayQueue>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            throw ServerError(operation: "start a thread", errno: code)
        }
        state.withLock { $0.thread = thread }
    }

    deinit {
        // Nobody can be told, and nothing depends on it.
        _ = Glibc.close(readEnd)
        _ = Glibc.close(writeEnd)
    }

    /// Suspends `connection` until `deadline`; false, and nothing suspended, when the queue is stopping.
    func suspend(_ connection: OpaquePointer, until deadline: Int) -> Bool {
        let suspended = Connection(pointer: connection)
        let (accepted, isFirst): (Bool, Bool) = state.withLock { state in
            guard !state.isStopping else { return (false, false) }
            // Inside the lock: the thread may not resume it before it is suspended.
            MHD_suspend_connection(suspended.pointer)
            let index = state.waiting.lastIndex { $0.deadline > deadline }.map { $0 + 1 } ?? 0
            state.waiting.insert(Waiting(deadline: deadline, connection: suspended), at: index)
            return (true, index == state.waiting.count - 1)
        }
        if isFirst { wake() }
        return accepted
    }

    /// From the first call of `stop` on, whoever still waits is not to be answered any more.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Resumes all that still wait and ends the thread. Does nothing the second time.
    func stop() {
        let thread: pthread_t? = state.withLock { state in
            state.isStopping = true
            defer { state.thread = nil }
            return state.thread
        }
        guard let thread else { return }
        wake()
        let code = pthread_join(thread, nil)
        precondition(code == 0, "the thread of the delays cannot be joined")
    }

    private func wake() {
        // A full pipe wakes the thread just as well.
        _ = withUnsafePointer(to: UInt8(0)) { Glibc.write(writeEnd, $0, 1) }
    }

    private func run() {
        while true {
            let (due, isStopping, next) = takeDue(at: Clock.monotonic)
            for connection in due { MHD_resume_connection(connection.pointer) }
            if isStopping { return }
            sleep(until: next)
        }
    }

    private func takeDue(at now: Int) -> (due: [Connection], isStopping: Bool, next: Int?) {
        state.withLock { state in
            var due: [Connection] = []
            while let last = state.waiting.last, last.deadline <= now || state.isStopping {
                due.append(last.connection)
                state.waiting.removeLast()
            }
            return (due, state.isStopping, state.waiting.last?.deadline)
        }
    }

    /// Until the deadline, or a byte in the pipe.
    private func sleep(until deadline: Int?) {
        let timeout = deadline.map { max(0, min($0 - Clock.monotonic, 60_000)) } ?? -1
        var entry = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        let ready = poll(&entry, 1, Int32(timeout))
        precondition(ready >= 0 || errno == EINTR, "the pipe of the delays cannot be polled")
        guard ready > 0 else { return }
        var bytes = [UInt8](repeating: 0, count: 64)
        // Whatever is left makes the next poll return at once.
        _ = read(readEnd, &bytes, bytes.count)
    }
}
