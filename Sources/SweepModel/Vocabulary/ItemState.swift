/// Where an item stands. The raw values are the words of the queue file, the reports and `--only`.
///
///     pending ──claim──▶ in_flight ──answer──▶ deleted | already_absent | presumed_deleted | blocked | failed
///        ▲  ▲                │
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
        case .blocked, .failed, .skipped, .invalid, .pending, .inFlight: false
        }
    }

    /// Whether this is an outcome, the last word on an item.
    package var isFinal: Bool {
        switch self {
        case .pending, .inFlight: false
        case .deleted, .alreadyAbsent, .presumedDeleted, .blocked, .failed, .skipped, .invalid: true
        }
    }

    /// The states that may follow this one; every other step is a defect.
    package var successors: Set<ItemState> {
        switch self {
        case .pending: [.inFlight, .skipped]
        case .inFlight: [.pending, .deleted, .alreadyAbsent, .presumedDeleted, .blocked, .failed]
        case .failed, .blocked, .skipped: [.pending]
        case .deleted, .alreadyAbsent, .presumedDeleted, .invalid: []
        }
    }
}

/// How many items stand in each state; a state that is not named has none.
package struct Tally: Sendable, Hashable {
    private var counts: [ItemState: Int] = [:]

    package init() {}

    package init(_ counts: [ItemState: Int]) { self.counts = counts }

    package subscript(state: ItemState) -> Int {
        get { counts[state, default: 0] }
        set { counts[state] = newValue }
    }

    package var total: Int { counts.values.reduce(0, +) }
    package var gone: Int { sum { $0.isGone } }
    package var final: Int { sum { $0.isFinal } }
    /// Items that still need a request.
    package var open: Int { sum { !$0.isFinal } }
    /// Items that a manifest's usable rows asked for.
    package var usable: Int { total - self[.invalid] }

    package static func + (left: Tally, right: Tally) -> Tally {
        Tally(left.counts.merging(right.counts, uniquingKeysWith: +))
    }

    private func sum(_ isCounted: (ItemState) -> Bool) -> Int {
        counts.reduce(0) { isCounted($1.key) ? $0 + $1.value : $0 }
    }
}
