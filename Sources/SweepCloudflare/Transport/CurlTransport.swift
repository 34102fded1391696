import SweepModel

/// Sends requests to the API through libcurl, on a thread of its own: HTTP/2 with shared connections where the server offers
/// it over TLS, HTTP/1.1 with kept connections elsewhere.
///
/// No request is ever sent twice: where libcurl would repeat one on a fresh connection by itself, the transfer fails instead.
package final class CurlTransport: Sendable {
    private let inbox = Inbox()
    private let multi: MultiHandle
    private let thread: LoopThread

    /// `lanes` holds the header lines of each lane.
    init(base: BaseURL, lanes: [LaneHeaders], settings: TransportSettings) throws(CurlProblem) {
        try CurlLibrary.start()
        multi = try MultiHandle(connections: settings.connections)
        let loop = try CurlLoop(base: base, lanes: lanes, settings: settings, inbox: inbox, multi: multi)
        thread = try LoopThread(loop)
    }

    deinit { shutdown() }

    /// Hands requests over and returns at once. Replies come on the transport's thread.
    func send(_ submissions: [Submission]) {
        switch inbox.add(submissions) {
        case .taken: break
        case .takenByASleeper: multi.wake()
        case .refused:
            let failure = TransportFailure(mayHaveBeenSent: false, reason: "the transport was shut down", detail: "shut down")
            for submission in submissions { submission.complete(.failure(failure)) }
        }
    }

    /// Sends one request and waits for its reply.
    package func perform(_ request: HTTPRequest) async -> HTTPReply {
        await withCheckedContinuation { continuation in
            send([Submission(request: request) { continuation.resume(returning: $0) }])
        }
    }

    /// Cuts short every request handed over so far.
    package func cancelAll() {
        if inbox.cancelAll() { multi.wake() }
    }

    /// Cuts every request short and ends the thread; returns when it has ended. Later requests fail at once.
    package func shutdown() {
        if inbox.close() { multi.wake() }
        thread.join()
    }
}
