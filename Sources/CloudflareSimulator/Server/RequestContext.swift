/// One HTTP request inside libmicrohttpd, from its first line until it is completed. Used by the serving thread only.
final class RequestContext {
    /// Path and query, as sent.
    let target: String
    var phase: Phase = .head

    enum Phase {
        /// The handler was not called yet.
        case head
        /// Reading the body, so far so many bytes.
        case body([UInt8])
        /// Decided; waiting for its time.
        case waiting(Simulation.Reply)
        /// Written down; waiting with an open connection that will get no answer.
        case hanging
        /// Written down, and an answer queued or refused.
        case done
    }

    init(target: String) { self.target = target }
}
