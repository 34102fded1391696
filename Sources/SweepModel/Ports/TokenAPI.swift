/// What is asked of the API for one token.
package enum TokenRequest: Sendable, Hashable {
    case delete
    case read
    /// The API wants the token's name with it: its own word for it, exactly.
    case disable(name: String)
    case enable(name: String)
    case rotate

    package var kind: RequestKind {
        switch self {
        case .delete: .delete
        case .read: .read
        case .disable: .disable
        case .enable: .enable
        case .rotate: .rotate
        }
    }
}

/// One request that the runner wants sent now: a DELETE, unless it says otherwise.
package struct DeletionCall: Sendable, Hashable {
    package var item: ItemID
    package var scope: Scope
    package var tokenID: TokenID
    /// Which credential serves it: an index into the run's lanes.
    package var lane: LaneID
    package var request: TokenRequest

    package init(item: ItemID, scope: Scope, tokenID: TokenID, lane: LaneID, request: TokenRequest = .delete) {
        self.item = item
        self.scope = scope
        self.tokenID = tokenID
        self.lane = lane
        self.request = request
    }
}

/// The items that one credential serves, by its place in the run's list of credentials.
package struct LaneID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let index: Int
    package init(_ index: Int) { self.index = index }
    package var description: String { String(index) }
    package static func < (left: LaneID, right: LaneID) -> Bool { left.index < right.index }
}

/// The API as the runner sees it.
package protocol TokenAPI: Sendable {
    /// Sends every call at once and returns without waiting. `deliver` is called exactly once for each call, on any
    /// thread, also when the call is cut short by `cancelAll`.
    func send(_ calls: [DeletionCall], deliver: @escaping @Sendable (ItemID, Answer) -> Void)

    /// Cuts every request in flight short; each is answered as `cutShort`.
    func cancelAll()
}
