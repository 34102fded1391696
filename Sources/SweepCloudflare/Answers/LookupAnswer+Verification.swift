import SweepModel

extension LookupAnswer {
    /// What a verify endpoint says of a token. A refusal counts only in the API's own words and with a code that means the token:
    /// a proxy or another API that does not know the endpoint proves nothing.
    init(toVerification status: Int, _ body: AnswerBody) {
        if (200...299).contains(status), case .object(let envelope) = body, envelope.success == true, envelope.errors.isEmpty {
            self.init(standing: envelope.result?.status)
            return
        }
        guard let (row, error) = ErrorCatalogue.find(status: status, body) else {
            self.init(.refused, reason: Self.unknown, details: Self.details(body))
            return
        }
        switch row.kind {
        case .rateLimited: self.init(.rateLimited, reason: row.reason)
        case .temporary: self.init(.temporary, reason: row.reason)
        case .credentialRefused where error?.code.map(Self.invalidTokenCodes.contains) == true:
            self.init(.credentialRefused, reason: row.reason)
        case .credentialRefused: self.init(.forbidden, reason: "the credential may not ask for it")
        case .deleted, .found, .changed, .absent, .blocked, .wrongScope, .refused, .unreachable, .cutShort:
            self.init(.refused, reason: Self.unknown)
        }
        details = error.map { AnswerDetails($0) } ?? Self.details(body)
    }

    /// The token is unknown, revoked, malformed, or not to be used from this address.
    private static let invalidTokenCodes: Set<Int> = [1000, 6003, 9103, 9106, 9109]
    private static let unknown = "the API does not know the question"

    private init(standing: String?) {
        switch standing {
        case "active": self.init(.permitted)
        case "disabled": self.init(.credentialRefused, reason: "the API token is disabled")
        case "expired": self.init(.credentialRefused, reason: "the API token has expired")
        default: self.init(.temporary, reason: "the API's answer could not be read")
        }
    }

    private static func details(_ body: AnswerBody) -> AnswerDetails {
        switch body {
        case .unreadable(let excerpt): AnswerDetails(errorMessage: excerpt)
        case .object(let envelope): AnswerDetails(envelope.errors.first)
        }
    }
}
