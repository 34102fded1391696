/// One answered request of a job, as charts count it.
package struct RequestMark: Sendable, Hashable {
    package var startedAt: Timestamp
    package var finishedAt: Timestamp
    /// Whose budget it was taken from: a number in the queue file.
    package var credential: Int64
    /// nil where no answer came.
    package var httpStatus: Int?
    /// The outcome that it brought its token; nil where another request followed, or is to follow.
    package var outcome: ItemState?

    package init(startedAt: Timestamp, finishedAt: Timestamp, credential: Int64, httpStatus: Int?, outcome: ItemState?) {
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.credential = credential
        self.httpStatus = httpStatus
        self.outcome = outcome
    }

    package var latency: Milliseconds { finishedAt - startedAt }
}

/// Something that happened to a job as a whole, from its evidence.
package struct Milestone: Sendable, Hashable {
    /// The raw values are the words of the evidence.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case planned
        case confirmed
        /// A process began to work on it: for the first time, or again.
        case started
        /// The process that worked on it before had died.
        case recovered
        case paused
        case interrupted
        case halted
        case cancelled
        case retried
        case verified
        case finished

        /// Whether a process stopped working on the job with it.
        package var endsRun: Bool {
            switch self {
            case .paused, .interrupted, .halted, .cancelled, .finished: true
            case .planned, .confirmed, .started, .recovered, .retried, .verified: false
            }
        }
    }

    package var kind: Kind
    package var at: Timestamp
    /// Untrusted.
    package var reason: String?
    /// When the last request before it was answered; nil where none was.
    package var lastAnswerAt: Timestamp?

    package init(_ kind: Kind, at: Timestamp, reason: String? = nil, lastAnswerAt: Timestamp? = nil) {
        self.kind = kind
        self.at = at
        self.reason = reason
        self.lastAnswerAt = lastAnswerAt
    }
}
