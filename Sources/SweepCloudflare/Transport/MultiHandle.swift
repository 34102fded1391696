import CCurl
import Glibc

/// Owns a multi handle: the connections, and the transfers that are under way on them. libcurl says which sockets it waits for and
/// until when, and is called for these alone: to ask all transfers every time takes longer than what the ready ones have to do.
// @unchecked: `wake` may be called from any thread; everything else is called by the loop's thread only.
final class MultiHandle: @unchecked Sendable {
    private let multi: UnsafeMutableRawPointer
    private let watch: SocketWatch
    /// When libcurl wants to be called whatever the sockets do, in milliseconds of the monotonic clock.
    private var due: Int64?

    init(connections: Int) throws(CurlProblem) {
        watch = try SocketWatch()
        guard let multi = curl_multi_init() else { throw CurlProblem("making a multi handle", "out of memory") }
        self.multi = multi
        try check(ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX)), "sharing connections")
        try check(ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections), "keeping connections")
        try check(ccurl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections), "limiting connections")
        // Unretained: libcurl uses it only while the multi handle lives, and that lives no longer than this object.
        let context = Unmanaged.passUnretained(self).toOpaque()
        try check(ccurl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context), "setting a callback")
        try check(ccurl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context), "setting a callback")
        try check(ccurl_multi_set_socket_callback(multi, onSocket), "setting a callback")
        try check(ccurl_multi_set_timer_callback(multi, onTimer), "setting a callback")
    }

    deinit {
        // Nothing is watched any more. These fail only when a handle is invalid, which this type rules out; there is nobody left to
        // tell.
        _ = ccurl_multi_set_socket_callback(multi, nil)
        _ = ccurl_multi_set_timer_callback(multi, nil)
        _ = curl_multi_cleanup(multi)
    }

    /// Ends the wait of the thread, or its next one.
    func wake() { watch.ring() }

    func add(_ transfer: Transfer) throws(CurlProblem) {
        try check(curl_multi_add_handle(multi, transfer.easy), "starting a request")
    }

    func remove(_ transfer: Transfer) throws(CurlProblem) {
        try check(curl_multi_remove_handle(multi, transfer.easy), "ending a request")
    }

    /// Does what is due: begins transfers that were added, ends those whose time is over.
    func perform() throws(CurlProblem) {
        guard let due, due <= MultiHandle.now else { return }
        self.due = nil
        var running: Int32 = 0
        try check(ccurl_multi_time_is_up(multi, &running), "transferring")
    }

    /// Waits for the network, for what is due or for `wake`, then reads and writes whatever can be.
    ///
    /// - Parameter longest: in milliseconds; 0 only looks at the network.
    func wait(atMost longest: Int64) throws(CurlProblem) {
        let time = min(longest, due.map { max(0, $0 - MultiHandle.now) } ?? longest)
        try watch.wait(milliseconds: Int32(time)) { (socket, events) throws(CurlProblem) in
            var running: Int32 = 0
            try check(curl_multi_socket_action(multi, socket, actions(events), &running), "transferring")
        }
    }

    /// Both a hang-up and an error are found by reading.
    private func actions(_ events: UInt32) -> Int32 {
        var actions: Int32 = 0
        if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { actions |= CURL_CSELECT_IN }
        if events & EPOLLOUT.rawValue != 0 { actions |= CURL_CSELECT_OUT }
        return actions
    }

    /// A request that libcurl is done with, and how it ended.
    func nextDone() -> (easy: UnsafeMutableRawPointer, result: CURLcode)? {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            if message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle {
                return (easy, message.pointee.data.result)
            }
        }
        return nil
    }

    // What the callbacks do.

    /// - Parameter mark: what `mark` left for this socket: nil for a socket that is not watched yet.
    fileprivate func want(_ what: Int32, of socket: Int32, mark: UnsafeMutableRawPointer?) -> Bool {
        guard what != CURL_POLL_REMOVE else {
            watch.forget(socket)
            return true
        }
        var events: UInt32 = 0
        if what & CURL_POLL_IN != 0 { events |= EPOLLIN.rawValue }
        if what & CURL_POLL_OUT != 0 { events |= EPOLLOUT.rawValue }
        guard watch.watch(socket, for: events, isNew: mark == nil) else { return false }
        return mark != nil || curl_multi_assign(multi, socket, multi) == CURLM_OK
    }

    fileprivate func setTimer(_ milliseconds: Int) {
        due = milliseconds < 0 ? nil : MultiHandle.now + Int64(milliseconds)
    }

    private static var now: Int64 {
        var time = timespec()
        // Fails only for a clock that does not exist.
        _ = clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// Called when libcurl begins or ceases to wait for a socket.
private let onSocket: curl_socket_callback = { _, socket, what, context, mark in
    guard let context else { return -1 }
    return Unmanaged<MultiHandle>.fromOpaque(context).takeUnretainedValue().want(what, of: socket, mark: mark) ? 0 : -1
}

/// Called when the time changes at which libcurl wants to be called.
private let onTimer: curl_multi_timer_callback = { _, milliseconds, context in
    guard let context else { return -1 }
    Unmanaged<MultiHandle>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds)
    return 0
}
