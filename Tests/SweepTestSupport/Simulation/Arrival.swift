package import SweepModel

/// A request as it reaches the simulated API.
package struct Arrival: Sendable {
    package var call: DeletionCall
    /// Which request of the whole run it is, from 1, in the order of arrival.
    package var number: Int
    /// Which request for this token it is, from 1.
    package var attempt: Int
    package var at: Timestamp
}

/// What a simulated API does instead of answering truly.
package enum Fault: Sendable, Hashable {
    /// Answers so, and does nothing.
    case answer(Answer)
    /// Carries the request out, if it can be, and loses the answer.
    case lostAnswer
    /// Loses the request: the caller cannot know that nothing was done.
    case lostRequest
    /// No connection comes about: nothing is counted or looked at.
    case unreachable
}

/// Answers for scripts, in the transport's words.
extension Answer {
    package static let deleted = Answer(kind: .deleted, reason: "deleted", details: AnswerDetails(httpStatus: 200))
    package static let changed = Answer(kind: .changed, reason: "changed", details: AnswerDetails(httpStatus: 200))
    package static let absent = Answer(kind: .absent, reason: "no such token", details: AnswerDetails(httpStatus: 404))
    package static let blocked = Answer(kind: .blocked, reason: "in use by a policy", details: AnswerDetails(httpStatus: 409))
    package static let wrongScope = Answer(kind: .wrongScope, reason: "no such account", details: AnswerDetails(httpStatus: 404))
    package static let refusedForGood = Answer(kind: .refused, reason: "invalid request", details: AnswerDetails(httpStatus: 400))
    package static let unavailable =
        Answer(kind: .temporary(fateUnknown: false), reason: "service unavailable", details: AnswerDetails(httpStatus: 503))
    package static let cutShort = Answer(kind: .cutShort, reason: "cut short")
    package static let noAnswer = Answer(kind: .temporary(fateUnknown: true), reason: "no answer in time")
    package static let noConnection = Answer(kind: .unreachable, reason: "connection refused")
    package static let badCredential =
        Answer(kind: .credentialRefused(mayPass: false), reason: "invalid token", details: AnswerDetails(httpStatus: 403))
    package static let doubtfulCredential =
        Answer(kind: .credentialRefused(mayPass: true), reason: "authentication error", details: AnswerDetails(httpStatus: 403))

    package static func found(name: String?, isEnabled: Bool) -> Answer {
        Answer(kind: .found(FoundToken(name: name, isEnabled: isEnabled)), reason: "found", details: AnswerDetails(httpStatus: 200))
    }

    package static func tooMany(_ wait: Milliseconds?) -> Answer {
        Answer(kind: .rateLimited, reason: "too many requests", details: AnswerDetails(httpStatus: 429), retryAfter: wait)
    }

    package func with(_ hint: RateLimitHint?) -> Answer {
        var answer = self
        answer.rateLimit = hint
        return answer
    }
}
