/// One DELETE sent for an item, with what came back.
package struct Attempt: Sendable, Hashable {
    /// Counted from 1 for each item.
    package var number: Int
    package var startedAt: Timestamp
    package var finishedAt: Timestamp
    package var details: AnswerDetails

    package init(number: Int, startedAt: Timestamp, finishedAt: Timestamp, details: AnswerDetails) {
        self.number = number
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.details = details
    }
}
