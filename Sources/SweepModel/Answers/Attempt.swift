/// One request sent for an item, with what came back.
package struct Attempt: Sendable, Hashable {
    /// Counted from 1 for each item.
    package var number: Int
    package var startedAt: Timestamp
    package var finishedAt: Timestamp
    package var request: RequestKind
    package var details: AnswerDetails

    package init(number: Int, startedAt: Timestamp, finishedAt: Timestamp, request: RequestKind = .delete, details: AnswerDetails) {
        self.number = number
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.request = request
        self.details = details
    }
}
