/// What became of one request, as far as HTTP tells.
package enum HTTPReply: Sendable, Hashable {
    /// A status line and its headers arrived.
    case response(HTTPResponse)
    /// No answer arrived.
    case failure(TransportFailure)
}

package struct HTTPResponse: Sendable, Hashable {
    package var status: Int
    package var headers: AnswerHeaders
    package var body: Body

    package enum Body: Sendable, Hashable {
        case complete([UInt8])
        /// Over the limit of `CurlTransport`; the rest was not read.
        case tooLarge
        /// The connection failed before the end; the text says how: `timeout`, `body cut short`, …
        case cutShort(String)
    }

    package init(status: Int, headers: AnswerHeaders = AnswerHeaders(), body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why no answer arrived.
package struct TransportFailure: Error, Sendable, Hashable {
    /// Whether any part of the request may have left this machine.
    package var mayHaveBeenSent: Bool
    /// One short sentence without variable parts.
    package var reason: String
    /// A word or two on what happened below HTTP (`timeout`, `connection reset`), or libcurl's sentence with the names in it.
    package var detail: String

    package init(mayHaveBeenSent: Bool, reason: String, detail: String) {
        self.mayHaveBeenSent = mayHaveBeenSent
        self.reason = reason
        self.detail = detail
    }

    /// The request was cut short on this side.
    package static let cancelled = TransportFailure(
        mayHaveBeenSent: true, reason: "the request was cut short by this program", detail: "cancelled")
}
