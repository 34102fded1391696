/// What an item has behind it when an answer comes.
package struct ItemHistory: Sendable, Hashable {
    /// Tries spent before this one.
    package var triesSpent: Int
    /// Whether an earlier attempt may have deleted the token.
    package var fateUnknown: Bool

    package init(triesSpent: Int, fateUnknown: Bool) {
        self.triesSpent = triesSpent
        self.fateUnknown = fateUnknown
    }
}

/// What an answer means for its item.
package enum Judgement: Sendable, Hashable {
    case final(ItemState, reason: String?)
    /// Try again after a backoff that grows with the tries spent.
    case retry(ItemHistory)
    /// Try again as soon as the lane lets it: this was not a try of the item.
    case again(ItemHistory)

    /// Judges an answer. `limit` is `--attempts`.
    ///
    /// "Absent" after an attempt of unknown fate is this job's own doing, most likely, and never `already_absent`.
    package init(_ answer: Answer, after history: ItemHistory, limit: Int) {
        switch answer.kind {
        case .deleted: self = .final(.deleted, reason: nil)
        case .absent where history.fateUnknown: self = .final(.presumedDeleted, reason: Judgement.presumed)
        case .absent: self = .final(.alreadyAbsent, reason: nil)
        case .blocked: self = .final(.blocked, reason: answer.reason)
        case .wrongScope, .refused: self = .final(.failed, reason: answer.reason)
        case .credentialRefused, .rateLimited, .unreachable: self = .again(history)
        case .temporary(let fateUnknown):
            let history = ItemHistory(triesSpent: history.triesSpent + 1, fateUnknown: history.fateUnknown || fateUnknown)
            self = history.triesSpent < limit ? .retry(history) : .final(.failed, reason: Judgement.exhausted(answer, history))
        }
    }

    private static let presumed = "gone after an earlier try whose answer was lost"

    private static func exhausted(_ answer: Answer, _ history: ItemHistory) -> String {
        let tries = history.triesSpent == 1 ? "the only try failed" : "\(history.triesSpent) tries failed"
        let doubt = history.fateUnknown ? "; whether the token still exists is not known" : ""
        return "\(tries), the last one: \(answer.reason)\(doubt)"
    }
}
