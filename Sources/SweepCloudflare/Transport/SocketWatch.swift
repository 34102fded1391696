import CCurl
import Glibc

/// Waits for sockets, for a time, or for another thread: epoll, which costs the same however many sockets it watches.
// @unchecked: `ring` writes to a descriptor that never changes, as any thread may; everything else is called by one thread only.
final class SocketWatch: @unchecked Sendable {
    private let poll: Int32
    private let bell: Int32
    private var events = [epoll_event](repeating: epoll_event(), count: 64)

    init() throws(CurlProblem) {
        poll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard poll >= 0 else { throw CurlProblem("making a watch of sockets", String(cString: strerror(errno))) }
        bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard bell >= 0, set(EPOLL_CTL_ADD, bell, EPOLLIN.rawValue) else {
            // Both are open or known not to be, so that this object goes as every other one does.
            throw CurlProblem("making a watch of sockets", String(cString: strerror(errno)))
        }
    }

    deinit {
        // Nothing was written that closing could lose.
        if bell >= 0 { _ = close(bell) }
        _ = close(poll)
    }

    /// Ends the wait of the thread, or its next one.
    // Should it fail, the wait still ends with its time.
    func ring() { _ = eventfd_write(bell, 1) }

    /// Watches a socket from now on.
    ///
    /// - Parameters:
    ///   - events: bits of `EPOLL_EVENTS`.
    ///   - isNew: whether it is not watched yet.
    func watch(_ socket: Int32, for events: UInt32, isNew: Bool) -> Bool {
        set(isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, events)
    }

    /// Fails for a socket that was closed before: such a one has left by itself.
    func forget(_ socket: Int32) { _ = set(EPOLL_CTL_DEL, socket, 0) }

    private func set(_ operation: Int32, _ descriptor: Int32, _ bits: UInt32) -> Bool {
        var event = epoll_event()
        event.events = bits
        event.data.fd = descriptor
        return epoll_ctl(poll, operation, descriptor, &event) == 0
    }

    /// Waits until sockets are ready, somebody rings, or the time is over. 0 is not to wait.
    ///
    /// - Parameter handle: gets each ready socket, with bits of `EPOLL_EVENTS`.
    func wait(milliseconds: Int32, _ handle: (Int32, UInt32) throws(CurlProblem) -> Void) throws(CurlProblem) {
        let ready = epoll_wait(poll, &events, Int32(events.count), milliseconds)
        guard ready >= 0 else {
            if errno == EINTR { return }
            throw CurlProblem("waiting for the network", String(cString: strerror(errno)))
        }
        for event in events.prefix(Int(ready)) {
            guard event.data.fd == bell else {
                try handle(event.data.fd, event.events)
                continue
            }
            // Fails only when nobody has rung since: then there is nothing to forget.
            var rings: eventfd_t = 0
            _ = eventfd_read(bell, &rings)
        }
    }
}
