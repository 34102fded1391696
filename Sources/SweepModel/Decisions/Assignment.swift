/// What a job wants done with one of its tokens, over all of its requests.
package struct Assignment: Sendable, Hashable {
    package var action: JobAction
    package var whenBlocked: WhenBlocked
    /// Whether the API can rotate secrets there: it can in accounts, and not in zones.
    package var canRotate: Bool
    /// Who refers to the token, as the plan read it: the API refuses a token that is in use without saying by whom.
    package var referrers: [String]

    package init(
        _ action: JobAction = .delete, whenBlocked: WhenBlocked = .report, canRotate: Bool = true, referrers: [String] = []
    ) {
        self.action = action
        self.whenBlocked = whenBlocked
        self.canRotate = canRotate
        self.referrers = referrers
    }

    /// How many referrers a reason names.
    private static let named = 5

    /// Who refers to the token, in words; nil where that is not known.
    var referrersInWords: String? {
        guard !referrers.isEmpty else { return nil }
        let rest = referrers.count - Self.named
        return referrers.prefix(Self.named).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    /// What a reason says of a token that the API refused to delete.
    var stillReferenced: String { "still referenced" + (referrersInWords.map { " by \($0)" } ?? "") }

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
