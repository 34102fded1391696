/// One request that only looks.
package struct LookupCall: Sendable, Hashable {
    package enum Question: Sendable, Hashable {
        /// A page of the scope's service tokens, from 1, 1,000 tokens each.
        case tokens(page: Int)
        /// Whether the credential may read Access there at all.
        case mayRead
        /// Whether the credential is a user's API token that works; the scope says nothing.
        case userToken
        /// Whether the credential is an API token of that account that works.
        case accountToken
        /// A page of what may refer to tokens, from 1, 1,000 entries each; DoH has one page.
        case references(ReferenceSource, page: Int)
    }

    package var scope: Scope
    package var question: Question
    /// Which credential serves it: an index into the list of credentials.
    package var lane: LaneID

    package init(scope: Scope, question: Question, lane: LaneID) {
        self.scope = scope
        self.question = question
        self.lane = lane
    }
}

/// The API as whoever looks things up sees it.
package protocol LookupAPI: Sendable {
    /// Sends the request at once and returns with its answer. It is sent once: whether to try again is the caller's to decide.
    func look(_ call: LookupCall) async -> LookupAnswer
}

/// Where lookups are remembered, so that a later run does not spend their share of the budget a second time.
package protocol LookupMemory: Sendable {
    /// When the requests of each credential, deletions and lookups, were answered since `start`, in any order.
    func recentAnswers(
        of fingerprints: [String], since start: Timestamp, at now: Timestamp
    ) async throws(QueueError) -> [LaneID: [Timestamp]]

    /// Writes down what was answered, and what is about to be sent; both in one step.
    ///
    /// - Returns: one ticket for each of `sent`, in their order.
    func remember(_ news: LookupNews) async throws(QueueError) -> [LookupTicket]
}

/// What a memory is told about lookups.
package struct LookupNews: Sendable, Hashable {
    package var answered: [Answered]
    package var sent: [Sent]

    package init(answered: [Answered], sent: [Sent]) {
        self.answered = answered
        self.sent = sent
    }

    package struct Answered: Sendable, Hashable {
        package var ticket: LookupTicket
        package var at: Timestamp

        package init(ticket: LookupTicket, at: Timestamp) {
            self.ticket = ticket
            self.at = at
        }
    }

    package struct Sent: Sendable, Hashable {
        /// The credential, as the queue file knows it.
        package var fingerprint: String
        /// When the request will have been given up. Until its answer is written down, that moment stands for it, so that a
        /// crash forgets nothing.
        package var givenUpAt: Timestamp

        package init(fingerprint: String, givenUpAt: Timestamp) {
            self.fingerprint = fingerprint
            self.givenUpAt = givenUpAt
        }
    }
}

/// A remembered lookup.
package struct LookupTicket: Sendable, Hashable {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}
