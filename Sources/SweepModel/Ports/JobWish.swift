/// What somebody at another terminal wants of a job that runs. The raw values are the words of the queue file. Of two wishes the
/// greater one holds.
package enum JobWish: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Let the requests in flight finish, let a more urgent job have the queue, and go on when it is done.
    case giveWay = "give_way"
    /// Let the requests in flight finish and stop; `resume` goes on.
    case pause
    /// The same, and then skip every token that is still to be deleted.
    case cancel

    /// Why a job stopped that gave way, and is to go on by itself.
    package static let waitingReason = "waiting for a more urgent job"
    /// Why a job stopped that another terminal paused.
    package static let pausedReason = "paused"

    package static func < (left: JobWish, right: JobWish) -> Bool {
        allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
    }
}

/// Where the owner of a queue finds such wishes.
package protocol WishSource: Sendable {
    /// The wish that was left for a job; nil for none. Cheap enough to be asked a few times a second.
    func wish(for job: JobID) async throws(QueueError) -> JobWish?
}
