import SweepModel

extension Answer {
    /// What a reply to a request for a token means, whatever was asked.
    init(to call: DeletionCall, _ reply: HTTPReply) {
        switch (call.request, reply) {
        case (.delete, _), (_, .failure): self.init(to: call.tokenID, reply)
        case (let request, .response(let response)): self.init(to: call.tokenID, request, response)
        }
    }

    /// Anything but a deletion. As there, success needs positive proof: of the very token, in the state that was asked for.
    private init(to tokenID: TokenID, _ request: TokenRequest, _ response: HTTPResponse) {
        // Errors mean the same as in answers to a DELETE; only its success does not.
        self.init(to: tokenID, .response(response))
        // Words that are not the API's own may come from anywhere, and here the secret may be among them.
        if request == .rotate, details.errorCode == nil { details.errorMessage = nil }
        guard kind == .deleted || (200...299).contains(response.status) else { return }
        // The body of a success may hold a secret: no word of it is kept.
        details.errorMessage = nil
        token = nil
        guard kind == .deleted, case .complete(let bytes) = response.body, case .object(let envelope) = AnswerBody(bytes) else { return }
        (kind, reason) = Self.meaning(of: envelope.result, request, tokenID)
        if request != .rotate { token = envelope.result.map { TokenFacts($0) } }
    }

    private static func meaning(
        of result: TokenResult?, _ request: TokenRequest, _ tokenID: TokenID
    ) -> (kind: AnswerClass, reason: String) {
        // The id of another token would already have been refused. Only who reads needs one: what is changed stood in the path.
        switch request {
        case .read:
            guard let result, result.id.flatMap({ TokenID($0) }) == tokenID else {
                return (.temporary(fateUnknown: false), "the API's answer could not be read")
            }
            // Where the API does not say, the token is enabled.
            return (.found(FoundToken(name: result.name, isEnabled: result.isEnabled ?? true)), "found")
        case .disable:
            // An API that does not know the switch takes the request and leaves the token as it was.
            guard result?.isEnabled == false else {
                return (.temporary(fateUnknown: true), "the API did not confirm that the token is disabled")
            }
            return (.changed, "disabled")
        case .enable:
            guard let result, result.isEnabled != false else {
                return (.temporary(fateUnknown: true), "the API did not confirm that the token is enabled")
            }
            return (.changed, "enabled")
        case .rotate, .delete:
            // Every field of a success may be missing, and a repetition would replace the secret once more.
            return (.changed, "rotated")
        }
    }
}
