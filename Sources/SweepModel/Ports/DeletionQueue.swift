/// The durable queue as the runner sees it. Whatever a call promised is on disk when it returns; a call that throws
/// changed nothing.
package protocol DeletionQueue: Sendable {
    /// Takes the job up: items that a dead owner left in flight become pending with their fate unknown. Where the clock was set back
    /// since the last attempt, no item waits longer for its next one than it was asked to.
    /// `remembering` is how far back the answers of earlier requests matter: the length of the budget's window.
    func begin(
        _ job: JobID, lanes: LaneMap, remembering: Milliseconds, at now: Timestamp
    ) async throws(QueueError) -> JobStart

    /// Records what came back and claims what may leave now, in one durable transaction.
    func commit(_ turn: Turn) async throws(QueueError) -> [Claim]

    /// Writes down that the job stopped, and why. `finished` is refused while items are open.
    func end(_ job: JobID, _ state: JobState, reason: String?, at now: Timestamp) async throws(QueueError)

    /// What the API or, where it was not asked, the manifest calls an item's token; nil where neither said. Untrusted text.
    func name(of item: ItemID) async throws(QueueError) -> String?
}

/// What the queue knows of a job when a runner takes it up.
package struct JobStart: Sendable {
    package var tally: Tally
    /// Items never tried yet, by lane.
    package var fresh: [LaneID: Int]
    /// Items that wait for another try.
    package var waiting: [WaitingItem]
    /// Items that must not be claimed in this run: they wait for a second yes, until all others have their outcome.
    package var deferred: Int
    /// When the requests of each lane's credential were answered, oldest first, as far back as a budget's window can reach;
    /// requests that a dead owner left in flight, and those of the last minute that no answer came for, count as answered now.
    package var recentAnswers: [LaneID: [Timestamp]]

    package init(
        tally: Tally, fresh: [LaneID: Int], waiting: [WaitingItem], deferred: Int = 0, recentAnswers: [LaneID: [Timestamp]]
    ) {
        self.tally = tally
        self.fresh = fresh
        self.waiting = waiting
        self.deferred = deferred
        self.recentAnswers = recentAnswers
    }
}

/// An item that was tried and is to be tried again, not before a given moment.
package struct WaitingItem: Sendable, Hashable {
    package var item: ItemID
    package var lane: LaneID
    package var notBefore: Timestamp

    package init(item: ItemID, lane: LaneID, notBefore: Timestamp) {
        self.item = item
        self.lane = lane
        self.notBefore = notBefore
    }
}

/// One group commit: what came back, and what may leave now.
package struct Turn: Sendable {
    package var records: [Record]
    package var claims: [ClaimOrder]
    package var now: Timestamp

    package init(records: [Record], claims: [ClaimOrder], now: Timestamp) {
        self.records = records
        self.claims = claims
        self.now = now
    }
}

/// A wish to claim items; what the commit returns is what was claimed.
package enum ClaimOrder: Sendable, Hashable {
    /// At most `limit` items that were never tried, in manifest order.
    case fresh(LaneID, limit: Int)
    /// These items, which wait for another try.
    case waiting([ItemID])
}

/// An item that is committed as in flight: its request may leave.
package struct Claim: Sendable, Hashable {
    package var call: DeletionCall
    /// Where the manifests ask for it.
    package var position: RowPosition
    /// The number of this attempt, from 1.
    package var attempt: Int
    /// What the item had behind it before this attempt.
    package var history: ItemHistory
    /// Who refers to the token, as the plan read it.
    package var referrers: [String]

    package init(call: DeletionCall, position: RowPosition, attempt: Int, history: ItemHistory, referrers: [String] = []) {
        self.call = call
        self.position = position
        self.attempt = attempt
        self.history = history
        self.referrers = referrers
    }
}

/// What an attempt brought and what follows for its item.
package struct Record: Sendable, Hashable {
    package var item: ItemID
    package var attempt: Attempt
    /// What the item has behind it now, this attempt included.
    package var history: ItemHistory
    package var next: Next
    /// What the answer told about the token, kept where the manifest did not say.
    package var token: TokenFacts?

    package enum Next: Sendable, Hashable {
        /// An outcome; the reason is for people and missing where the outcome says all.
        case final(ItemState, reason: String?)
        /// To be tried again.
        case pending(notBefore: Timestamp)
    }

    package init(item: ItemID, attempt: Attempt, history: ItemHistory, next: Next, token: TokenFacts? = nil) {
        self.item = item
        self.attempt = attempt
        self.history = history
        self.next = next
        self.token = token
    }
}
