import SweepModel

extension Answer {
    /// What a reply to the DELETE of a token means.
    ///
    /// "Deleted" and "absent" need positive proof: anything that does not read like the API's own words is never taken for either.
    init(to tokenID: TokenID, _ reply: HTTPReply) {
        switch reply {
        case .failure(let failure): self.init(failure)
        case .response(let response): self.init(to: tokenID, response)
        }
    }

    private init(_ failure: TransportFailure) {
        let detail = Excerpt.clean(failure.detail)
        self.init(
            kind: failure == .cancelled ? .cutShort : failure.mayHaveBeenSent ? .temporary(fateUnknown: true) : .unreachable,
            reason: failure.reason, details: AnswerDetails(transportError: detail))
    }

    private init(to tokenID: TokenID, _ response: HTTPResponse) {
        let verdict = Verdict(to: tokenID, response)
        var details = AnswerDetails(verdict.error)
        details.httpStatus = response.status
        details.errorMessage = details.errorMessage ?? verdict.excerpt
        details.rayID = response.headers.rayID.map(Excerpt.clean)
        details.transportError = verdict.transportError
        self.init(
            kind: verdict.kind, reason: verdict.reason, details: details,
            retryAfter: RetryAfter.parse(response.headers.retryAfter),
            rateLimit: RateLimitHint(limit: response.headers.rateLimit, policy: response.headers.rateLimitPolicy),
            token: verdict.token)
    }
}

extension AnswerDetails {
    init(_ error: APIError?) {
        self.init(
            errorCode: error?.code, errorMessage: error?.message.map(Excerpt.clean),
            documentationURL: error?.documentationURL.map(Excerpt.clean),
            sourcePointer: error?.sourcePointer.map(Excerpt.clean), errorChain: error?.renderedChain)
    }
}

extension APIError {
    /// `6111: Invalid format for Authorization header; …`; nil when there is no chain.
    fileprivate var renderedChain: String? {
        guard !chain.isEmpty else { return nil }
        let links = chain.prefix(20).map { link in
            [link.code.map(String.init), link.message].compactMap { $0 }.joined(separator: ": ")
        }
        return Excerpt.clean(links.joined(separator: "; "))
    }
}

extension TokenFacts {
    init(_ result: TokenResult) {
        self.init(
            name: result.name.map(Excerpt.clean), clientID: result.clientID.map(Excerpt.clean),
            duration: result.duration.map(Excerpt.clean), expiresAt: result.expiresAt)
    }
}
