package import SweepModel

/// Turns in short forms, for tests that play the runner.
extension DeletionQueue {
    package func claim(_ limit: Int, lane: Int = 0, at now: Timestamp = Samples.start) async throws(QueueError) -> [Claim] {
        try await commit(Turn(records: [], claims: [.fresh(LaneID(lane), limit: limit)], now: now))
    }

    package func claim(waiting items: [ItemID], at now: Timestamp) async throws(QueueError) -> [Claim] {
        try await commit(Turn(records: [], claims: [.waiting(items)], now: now))
    }

    package func record(_ records: [Record], at now: Timestamp = Samples.start) async throws(QueueError) {
        _ = try await commit(Turn(records: records, claims: [], now: now))
    }
}

extension Claim {
    /// What became of the claim's request.
    package func record(
        _ next: Record.Next, at moment: Timestamp = Samples.start, tries: Int? = nil, fateUnknown: Bool? = nil,
        details: AnswerDetails = Samples.answer, token: TokenFacts? = nil
    ) -> Record {
        Record(
            item: call.item, attempt: Attempt(number: attempt, startedAt: moment, finishedAt: moment + Milliseconds(50), details: details),
            history: ItemHistory(triesSpent: tries ?? history.triesSpent + 1, fateUnknown: fateUnknown ?? history.fateUnknown),
            next: next, token: token)
    }

    package func deleted() -> Record { record(.final(.deleted, reason: nil)) }
}
