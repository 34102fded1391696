/// What an item has behind it.
package struct ItemHistory: Sendable, Hashable {
    /// Attempts that count as tries; what `--attempts` limits.
    package var triesSpent: Int
    /// Whether an attempt may have deleted the token although no answer said so.
    package var fateUnknown: Bool
    /// What is to be sent next; in flight, what was sent.
    package var request: RequestKind
    /// What this job did to the token besides deleting it; nil for nothing.
    package var change: TokenChange?

    package init(triesSpent: Int = 0, fateUnknown: Bool = false, request: RequestKind = .delete, change: TokenChange? = nil) {
        self.triesSpent = triesSpent
        self.fateUnknown = fateUnknown
        self.request = request
        self.change = change
    }
}

/// What an answer means for its item.
package struct Judgement: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        case final(ItemState, reason: String?)
        /// Try again after a backoff that grows with the tries spent.
        case retry
        /// The item's next request, which `history` names, may leave at once.
        case proceed
        /// Try again as soon as the lane lets it: this was not a try of the item.
        case again
    }

    package var verdict: Verdict
    /// What the item has behind it now.
    package var history: ItemHistory

    /// Judges the answer to a DELETE. `limit` is `--attempts`.
    ///
    /// "Absent" after an attempt of unknown fate is this job's own doing, most likely, and never `already_absent`.
    package init(_ answer: Answer, after earlier: ItemHistory, limit: Int) {
        history = earlier
        switch answer.kind {
        case .credentialRefused, .rateLimited, .unreachable:
            verdict = .again
            return
        case .cutShort:
            history.fateUnknown = true
            verdict = .again
            return
        case .temporary(let fateUnknown): history.fateUnknown = earlier.fateUnknown || fateUnknown
        case .deleted, .found, .changed, .absent, .blocked, .wrongScope, .refused: break
        }
        history.triesSpent += 1
        switch answer.kind {
        case .deleted: verdict = .final(.deleted, reason: nil)
        case .absent where earlier.fateUnknown: verdict = .final(.presumedDeleted, reason: Judgement.presumed)
        case .absent: verdict = .final(.alreadyAbsent, reason: nil)
        case .blocked: verdict = .final(.blocked, reason: answer.reason)
        case .wrongScope, .refused: verdict = .final(.failed, reason: answer.reason + Judgement.doubt(earlier))
        case .temporary where history.triesSpent >= limit:
            verdict = .final(.failed, reason: Judgement.exhausted(answer, history))
        case .temporary, .credentialRefused, .rateLimited, .unreachable, .cutShort, .found, .changed: verdict = .retry
        }
    }

    private static let presumed = "gone after an earlier try whose answer was lost"

    private static func exhausted(_ answer: Answer, _ history: ItemHistory) -> String {
        "\(tries(history)), the last one: \(answer.reason)\(doubt(history))"
    }

    static func tries(_ history: ItemHistory) -> String {
        history.triesSpent == 1 ? "the only try failed" : "\(history.triesSpent) tries failed"
    }

    /// What a token that failed must not hide: that an attempt may have deleted it all the same.
    private static func doubt(_ history: ItemHistory) -> String {
        history.fateUnknown ? "; whether the token still exists is not known" : ""
    }
}
