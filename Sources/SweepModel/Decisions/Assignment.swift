/// What a job wants done with one of its tokens, over all of its requests.
package struct Assignment: Sendable, Hashable {
    package var action: JobAction
    package var whenBlocked: WhenBlocked
    /// Whether the API can rotate secrets there: it can in accounts, and not in zones.
    package var canRotate: Bool

    package init(_ action: JobAction = .delete, whenBlocked: WhenBlocked = .report, canRotate: Bool = true) {
        self.action = action
        self.whenBlocked = whenBlocked
        self.canRotate = canRotate
    }

    /// The request that an item asks for, held to what the job may do: whatever a queue file says, a job that was not asked to
    /// delete sends no DELETE, and what is not to be rotated is not rotated.
    package func held(_ request: RequestKind) -> RequestKind {
        switch (request, action) {
        case (.delete, .disable), (.delete, .enable), (.rotate, .disable), (.rotate, .enable), (.disable, .enable), (.enable, .disable):
            .read
        case (.enable, .delete): .delete
        case (.rotate, .delete) where whenBlocked != .rotate, (.disable, .delete) where whenBlocked != .disable,
            (.read, .delete) where whenBlocked != .disable:
            .delete
        default: request
        }
    }

    /// What an answer means where the request is not the first one of its kind of job: the credential has just been accepted
    /// there, so that a refusal is about the request.
    package func heed(_ answer: Answer, to request: RequestKind) -> Answer {
        guard request != action.firstRequest, case .credentialRefused(let mayPass) = answer.kind else { return answer }
        var answer = answer
        answer.kind = mayPass ? .temporary(fateUnknown: false) : .refused
        return answer
    }
}
