import SweepModel

extension LookupAnswer {
    /// What a reply to a lookup means. As with deletions, nothing but the API's own words counts as an answer.
    init(to call: LookupCall, _ reply: HTTPReply) {
        switch reply {
        case .failure(let failure):
            self.init(
                failure.mayHaveBeenSent ? .temporary : .unreachable, reason: failure.reason,
                details: AnswerDetails(transportError: Excerpt.clean(failure.detail)))
        case .response(let response): self.init(to: call, response)
        }
    }

    private init(to call: LookupCall, _ response: HTTPResponse) {
        switch response.body {
        case .complete(let bytes): self.init(to: call, response.status, bytes)
        case .tooLarge: self.init(.temporary, reason: "the answer is too large", details: AnswerDetails(transportError: "body too large"))
        case .cutShort where response.status == 429: self.init(.rateLimited, reason: "the API's rate limit was exceeded")
        case .cutShort(let how):
            self.init(
                .temporary, reason: "the connection broke before the end of the answer", details: AnswerDetails(transportError: how))
        }
        details.httpStatus = response.status
        details.rayID = response.headers.rayID.map(Excerpt.clean)
        retryAfter = RetryAfter.parse(response.headers.retryAfter)
        rateLimit = RateLimitHint(limit: response.headers.rateLimit, policy: response.headers.rateLimitPolicy)
    }

    private init(to call: LookupCall, _ status: Int, _ bytes: [UInt8]) {
        if status == 200, case .tokens = call.question, let page = TokenPage(bytes, of: call.scope) {
            self.init(.page(page))
            return
        }
        if status == 200, case .references(let source, _) = call.question, let found = Self.references(bytes, source) {
            self.init(found)
            return
        }
        let body = AnswerBody(bytes)
        if call.question == .userToken || call.question == .accountToken {
            self.init(toVerification: status, body)
            return
        }
        if case .mayRead = call.question, case .object(let envelope) = body, Self.isPermission(status, envelope) {
            self.init(.permitted)
            return
        }
        if let (row, error) = ErrorCatalogue.find(status: status, body) {
            self.init(row, status, AnswerDetails(error))
        } else {
            self.init(unlisted: status, body)
        }
        switch body {
        case .unreadable(let excerpt): details.errorMessage = details.errorMessage ?? excerpt
        case .object(let envelope) where details.errorCode == nil: details = AnswerDetails(envelope.errors.first)
        case .object: break
        }
    }

    private static func references(_ bytes: [UInt8], _ source: ReferenceSource) -> Outcome? {
        switch source {
        case .apps, .groups, .policies: EntityPage(bytes, of: source).map { .entities($0) }
        case .doh: DoHBody(bytes).map { .dohToken($0.token) }
        }
    }

    /// "No such application" is said only to those who may look for one.
    private static func isPermission(_ status: Int, _ envelope: Envelope) -> Bool {
        status == 404 && envelope.success == false && envelope.errors.contains { $0.code == 11021 }
    }

    /// The credential is known, but has no business there: not with its permissions, or not as the kind of credential it is.
    private static let localCodes: Set<Int> = [10000, 10001, 1010, 1007]

    private init(_ row: CatalogueRow, _ status: Int, _ details: AnswerDetails) {
        let outcome: Outcome =
            switch row.kind {
            case .rateLimited: .rateLimited
            case .temporary: .temporary
            case .credentialRefused where details.errorCode.map(Self.localCodes.contains) == true: .forbidden
            case .credentialRefused: .credentialRefused
            case .wrongScope: .wrongScope
            case .deleted, .found, .changed, .absent, .blocked, .refused, .unreachable, .cutShort: .refused
            }
        let reason =
            switch outcome {
            case .forbidden where status != 405: "the credential may not read there"
            case .refused: "the API refused the request"
            default: row.reason
            }
        self.init(outcome, reason: reason, details: details)
    }

    /// An answer that no row knows.
    private init(unlisted status: Int, _ body: AnswerBody) {
        switch (status, body) {
        case (200...299, _): self.init(.temporary, reason: "the API's answer could not be read")
        case (401, _): self.init(.credentialRefused, reason: "the credential was refused")
        case (404, .object(let envelope)) where envelope.errors.contains { $0.code != nil }:
            self.init(.refused, reason: "the API refused the request")
        case (404, _): self.init(.temporary, reason: "not found, but not in the words of the API")
        case (400...499, _): self.init(.refused, reason: "the API refused the request")
        default: self.init(.temporary, reason: "an answer that cannot be understood")
        }
    }
}
