import CCurl

/// Owns a multi handle: the connections, and the transfers that are under way on them.
// @unchecked: `wake` is the one call that libcurl allows from any thread; everything else is called by the loop's thread only.
final class MultiHandle: @unchecked Sendable {
    private let multi: UnsafeMutableRawPointer

    init(connections: Int) throws(CurlProblem) {
        guard let multi = curl_multi_init() else { throw CurlProblem("making a multi handle", "out of memory") }
        self.multi = multi
        try check(ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX)), "sharing connections")
        try check(ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections), "keeping connections")
        try check(ccurl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections), "limiting connections")
    }

    // Fails only when a handle is invalid, which this type rules out; there is nobody left to tell.
    deinit { _ = curl_multi_cleanup(multi) }

    /// Ends the wait of the thread, or its next one. Should it fail, the wait still ends within a second.
    func wake() {
        _ = curl_multi_wakeup(multi)
    }

    func add(_ transfer: Transfer) throws(CurlProblem) {
        try check(curl_multi_add_handle(multi, transfer.easy), "starting a request")
    }

    func remove(_ transfer: Transfer) throws(CurlProblem) {
        try check(curl_multi_remove_handle(multi, transfer.easy), "ending a request")
    }

    /// Reads and writes whatever can be without waiting.
    func perform() throws(CurlProblem) {
        var running: Int32 = 0
        try check(curl_multi_perform(multi, &running), "transferring")
    }

    /// Waits for the network, a timeout or `wake`.
    func wait() throws(CurlProblem) {
        try check(curl_multi_poll(multi, nil, 0, 1000, nil), "waiting for the network")
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
}
