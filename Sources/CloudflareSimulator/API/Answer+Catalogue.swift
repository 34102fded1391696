/// The refusals of the API, each in its own words.
extension Answer {
    // MARK: Credentials

    package static let invalidToken = failure(401, 1000, "Invalid API Token")
    package static let revoked = failure(403, 9109, "Invalid access token")
    package static let unknownKey = failure(400, 9103, "Unknown X-Auth-Key or X-Auth-Email")
    package static let missingKey = failure(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers")
    package static let authentication = failure(403, [Problem(10000, "Authentication error")], short: true)
    package static let readOnly = flat(403, 1010, "error", "auth.forbidden")
    package static let notInClaims = failure(403, 1007, "auth.key_not_in_claims")
    package static let notForToken = failure(403, 10001, "Method not allowed for token")

    package static func malformed(authorization: Bool) -> Answer {
        let cause =
            authorization
            ? Problem(6111, "Invalid format for Authorization header") : Problem(6103, "Invalid format for X-Auth-Key header")
        return failure(400, [Problem(6003, "Invalid request headers", chain: [cause])])
    }

    package static func location(_ peer: UInt32) -> Answer {
        let address = stride(from: 24, through: 0, by: -8).map { String((peer >> $0) & 0xff) }.joined(separator: ".")
        return failure(403, 9109, "Cannot use the access token from location: \(address)")
    }

    package static func needsKey(_ method: String) -> Answer {
        failure(405, 10000, "\(method) method with API Tokens is not supported by this API")
    }

    // MARK: Paths and scopes

    package static func noRoute(_ path: String) -> Answer {
        let routing = Problem(7003, "Could not route to \(path), perhaps your object identifier is invalid?")
        return failure(404, [routing, Problem(7000, "No route for that URI")])
    }

    package static func noMethod(_ method: String) -> Answer { failure(405, 7001, "Method \(method) not available for that URI.") }

    package static let notEnabled = failure(
        400, 9999,
        "access.api.error.not_enabled: Access is not enabled. Visit the Access dashboard at https://dash.cloudflare.com/ and click "
            + "the 'Enable Access' button."
    )

    // MARK: Access

    package static let inUse = failure(
        400, 12139,
        "access.api.error.service_token_in_use: cannot delete service token because it is used by a policy, group, or app SCIM "
            + "configuration."
    )
    package static let noToken = failure(404, 12135, "access.api.error.service_token_not_found")
    package static let notFound = failure(404, 12135, "access.api.error.not_found")
    package static let noApp = failure(404, 11021, "access.api.error.unknown_application")
    package static let badParameter = failure(400, 12091, "access.api.error.invalid_url_parameter_value")
    package static let conflict = failure(409, 12132, "access.api.error.conflict: the resource was changed by another request")

    package static func invalidRequest(_ reason: String) -> Answer {
        failure(400, 12130, "access.api.error.invalid_request: \(reason)")
    }

    // MARK: Load and outages

    private static let slowDown = "Please wait and consider throttling your request speed"

    package static func tooMany(_ status: Int, _ shape: RateLimitShape, _ rate: Rate) -> Answer {
        switch shape {
        case .flat: return flat(status, 971, "message", slowDown)
        case .envelope, .mixed: return failure(status, 971, slowDown)
        case .historic:
            let seconds = rate.milliseconds / 1000
            return failure(status, 10100, "More than \(rate.requests) requests per \(seconds) seconds reached. \(slowDown)")
        }
    }

    package static let internalError = failure(500, 10001, "access.api.error.internal_server_error")
    package static let timeout = failure(400, 1000, "upstream request timeout")
    package static let originUnreachable = Answer(status: 522, text: "error code: 522", type: "text/plain; charset=UTF-8")

    /// A page of the edge, as a browser would show it.
    package static func page(_ status: Int, _ title: String) -> Answer {
        let text =
            "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1></center>\r\n"
            + "<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
        return Answer(status: status, text: text, type: "text/html")
    }

    /// An object without the envelope: `{"code":…,"<key>":"…"}`.
    private static func flat(_ status: Int, _ code: Int, _ key: String, _ text: String) -> Answer {
        Answer(status: status, json: ["code": .int(code), key: .string(text)], code: code)
    }
}
