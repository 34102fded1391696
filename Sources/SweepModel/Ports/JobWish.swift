/// What somebody at another terminal wants of a job that runs. The raw values are the words of the queue file.
package enum JobWish: String, Sendable, Hashable {
    /// Let the requests in flight finish and stop; `resume` goes on.
    case pause
    /// The same, and then skip every token that is still to be deleted.
    case cancel
}

/// Where the owner of a queue finds such wishes.
package protocol WishSource: Sendable {
    /// The wish that was left for a job; nil for none. Cheap enough to be asked a few times a second.
    func wish(for job: JobID) async throws(QueueError) -> JobWish?
}
