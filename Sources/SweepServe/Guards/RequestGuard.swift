/// Decides who gets an answer at all, before anything is looked up.
struct RequestGuard: Sendable {
    var hosts: HostRule
    /// nil where everybody may look.
    var token: AccessToken?

    /// Why a request is refused, in the order in which it is asked.
    enum Refusal: Equatable {
        /// It was meant for another server, or a page of another site made it come here.
        case foreignHost
        /// A page of another site sent it.
        case crossSite
        /// Only reading is possible here.
        case method
        /// The token is missing or wrong.
        case token
    }

    func refusal(_ request: HTTPRequest) -> Refusal? {
        guard let host = request.headers["host"], hosts.allows(host) else { return .foreignHost }
        if isCrossSite(request) { return .crossSite }
        guard request.method == "GET" || request.method == "HEAD" else { return .method }
        // Whoever watches whether the server lives knows no token, and learns nothing else.
        if request.path == ["healthz"] { return nil }
        if let token, !token.opens(request.headers["authorization"]) { return .token }
        return nil
    }

    /// Browsers say where a request comes from; other programs say nothing. A link to the page may stand anywhere.
    private func isCrossSite(_ request: HTTPRequest) -> Bool {
        if let origin = request.headers["origin"] {
            let authority = ["http://", "https://"].compactMap { origin.hasPrefix($0) ? String(origin.dropFirst($0.count)) : nil }.first
            guard let authority, hosts.allows(authority) else { return true }
        }
        switch request.headers["sec-fetch-site"] {
        case nil, "same-origin", "none": return false
        default:
            let isLink = request.headers["sec-fetch-mode"] == "navigate" && request.headers["sec-fetch-dest"] == "document"
            return !(isLink && request.path.isEmpty)
        }
    }
}

/// What every answer says to browsers: nobody else may read, frame, sniff or keep it, and nothing from elsewhere runs in it.
enum SecurityHeaders {
    static let all: [(name: String, value: String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'none'"
        ),
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
        ("Vary", "Origin, Sec-Fetch-Site"),
    ]
}
