import SweepModel

/// What a response means, and the part of it that says so.
struct Verdict {
    var kind: AnswerClass
    var reason: String
    var error: APIError?
    /// The first words of a body that is not the API's.
    var excerpt: String?
    var transportError: String?
    var token: TokenFacts?

    init(to tokenID: TokenID, _ response: HTTPResponse) {
        switch response.body {
        case .complete(let bytes): self.init(to: tokenID, status: response.status, AnswerBody(bytes))
        case .tooLarge:
            self.init(to: tokenID, status: response.status, .unreadable(excerpt: nil))
            transportError = "body too large"
        case .cutShort where response.status == 429:
            self.init(to: tokenID, status: response.status, .unreadable(excerpt: nil))
        case .cutShort(let how):
            // What it would have said is unknown, whatever the status promised.
            self.init(.temporary(fateUnknown: true), "the connection broke before the end of the answer")
            transportError = how
        }
    }

    private init(to tokenID: TokenID, status: Int, _ body: AnswerBody) {
        if case .object(let envelope) = body, let verdict = Verdict(success: envelope, status: status, to: tokenID) {
            self = verdict
            return
        }
        if let (row, error) = ErrorCatalogue.find(status: status, body) {
            self.init(row.kind, row.reason, error)
        } else {
            self.init(unlisted: status, body)
        }
        if case .unreadable(let excerpt) = body { self.excerpt = excerpt }
        if case .object(let envelope) = body, error == nil { error = envelope.errors.first }
    }

    /// nil unless the API says that it deleted something. 202 says that it will.
    private init?(success envelope: Envelope, status: Int, to tokenID: TokenID) {
        guard (200...299).contains(status), status != 202, envelope.success == true, envelope.errors.isEmpty else { return nil }
        if let id = envelope.result?.id, TokenID(id) != tokenID {
            self.init(.temporary(fateUnknown: true), "the API answered for another token")
            return
        }
        self.init(.deleted, "deleted")
        token = envelope.result.map { TokenFacts($0) }
    }

    /// An answer that no row knows.
    private init(unlisted status: Int, _ body: AnswerBody) {
        switch (status, body) {
        case (200...299, .unreadable): self.init(.temporary(fateUnknown: true), "the API's answer could not be read")
        case (200...299, .object): self.init(.temporary(fateUnknown: true), "the API did not confirm it")
        case (300...399, _): self.init(.temporary(fateUnknown: true), "a redirect, which is never followed")
        case (401, _): self.init(.credentialRefused(mayPass: false), "the credential was refused")
        case (404, .object(let envelope)) where envelope.errors.contains { $0.code != nil }:
            self.init(.refused, "the API refused the request")
        // A proxy's page, or a base URL that leads to another server: neither says anything about the token.
        case (404, _): self.init(.temporary(fateUnknown: false), "not found, but not in the words of the API")
        case (400...499, _): self.init(.refused, "the API refused the request")
        default: self.init(.temporary(fateUnknown: true), "an answer that cannot be understood")
        }
    }

    private init(_ kind: AnswerClass, _ reason: String, _ error: APIError? = nil) {
        self.kind = kind
        self.reason = reason
        self.error = error
    }
}
