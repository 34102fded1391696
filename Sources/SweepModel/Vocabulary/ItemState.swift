/// Where an item stands. The raw values are the words of the queue file, the reports and `--only`.
///
///     pending ──claim──▶ in_flight ──answer──▶ deleted | already_absent | presumed_deleted | blocked | failed
///        ▲  ▲                │                 disabled | enabled (in jobs with that action alone)
///        │  └── retry later ─┤
///        └── recovered ──────┘ (its owner died; its fate is unknown)
///     pending ──guard, cancel──▶ skipped          row unusable ──▶ invalid
///     failed, blocked, skipped ──retry──▶ pending
package enum ItemState: String, Sendable, Hashable, CaseIterable {
    /// The API confirmed this job's DELETE.
    case deleted
    /// The API knew no such token, and no earlier try of this job can have deleted it.
    case alreadyAbsent = "already_absent"
    /// The API knows it no more, after a try of this job whose answer was lost or did not tell.
    case presumedDeleted = "presumed_deleted"
    /// It is disabled, and was not deleted: an outcome of jobs that were asked to disable, and of no others.
    case disabled
    /// It is enabled again: an outcome of jobs that undo a disabling, and of no others.
    case enabled
    /// In use by a policy, a group or a SCIM configuration.
    case blocked
    /// Refused for good, or the tries ran out; the reason says which.
    case failed
    /// Protected, cancelled, or held back by a limit; the reason says which.
    case skipped
    /// The manifest's row cannot be used.
    case invalid
    /// Waiting for its turn.
    case pending
    /// Its request may be on the wire.
    case inFlight = "in_flight"

    /// Whether the token no longer exists, as far as the API told.
    package var isGone: Bool {
        switch self {
        case .deleted, .alreadyAbsent, .presumedDeleted: true
        case .disabled, .enabled, .blocked, .failed, .skipped, .invalid, .pending, .inFlight: false
        }
    }

    /// Whether a job with that action has nothing left to do for such an item. A token that is gone does not work any more,
    /// which is what disabling is for; it cannot be enabled again.
    package func fulfils(_ action: JobAction) -> Bool {
        switch action {
        case .delete: isGone
        case .disable: isGone || self == .disabled
        case .enable: self == .enabled
        }
    }

    /// The one action whose jobs know this state; nil for the states of every job.
    package var onlyAction: JobAction? {
        switch self {
        case .disabled: .disable
        case .enabled: .enable
        case .deleted, .alreadyAbsent, .presumedDeleted, .blocked, .failed, .skipped, .invalid, .pending, .inFlight: nil
        }
    }

    /// Whether this is an outcome, the last word on an item.
    package var isFinal: Bool {
        switch self {
        case .pending, .inFlight: false
        case .deleted, .alreadyAbsent, .presumedDeleted, .disabled, .enabled, .blocked, .failed, .skipped, .invalid: true
        }
    }

    /// Whether a state may follow this one; every other step is a defect.
    package func canBecome(_ next: ItemState) -> Bool {
        switch (self, next) {
        case (.pending, .inFlight), (.pending, .skipped): true
        case (.inFlight, .pending), (.inFlight, .deleted), (.inFlight, .alreadyAbsent), (.inFlight, .presumedDeleted),
            (.inFlight, .disabled), (.inFlight, .enabled), (.inFlight, .blocked), (.inFlight, .failed):
            true
        case (.failed, .pending), (.blocked, .pending), (.skipped, .pending): true
        default: false
        }
    }
}

extension ItemState {
    /// Its place in the closed list.
    fileprivate var place: Int {
        switch self {
        case .deleted: 0
        case .alreadyAbsent: 1
        case .presumedDeleted: 2
        case .disabled: 3
        case .enabled: 4
        case .blocked: 5
        case .failed: 6
        case .skipped: 7
        case .invalid: 8
        case .pending: 9
        case .inFlight: 10
        }
    }
}

/// How many items stand in each state; a state that is not named has none.
package struct Tally: Sendable, Hashable {
    /// By place: every request changes four of them, for which a dictionary would have to hash the states' words.
    private var counts = [Int](repeating: 0, count: ItemState.allCases.count)

    package init(_ counts: [ItemState: Int] = [:]) {
        for (state, count) in counts { self[state] = count }
    }

    package subscript(state: ItemState) -> Int {
        get { counts[state.place] }
        set { counts[state.place] = newValue }
    }

    package var total: Int { counts.reduce(0, +) }
    package var gone: Int { sum { $0.isGone } }
    /// Items for which a job with that action has nothing left to do.
    package func fulfilled(_ action: JobAction) -> Int { sum { $0.fulfils(action) } }
    package var final: Int { sum { $0.isFinal } }
    /// Items that still need a request.
    package var open: Int { sum { !$0.isFinal } }
    /// Items that a manifest's usable rows asked for.
    package var usable: Int { total - self[.invalid] }

    package static func + (left: Tally, right: Tally) -> Tally {
        var sum = left
        for state in ItemState.allCases { sum[state] += right[state] }
        return sum
    }

    private func sum(_ isCounted: (ItemState) -> Bool) -> Int {
        ItemState.allCases.reduce(0) { isCounted($1) ? $0 + self[$1] : $0 }
    }
}
