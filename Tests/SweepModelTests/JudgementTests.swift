import SweepModel
import SweepTestSupport
import Testing

@Suite struct JudgementTests {
    static let histories = [0, 1, 3].flatMap { tries in [false, true].map { ItemHistory(triesSpent: tries, fateUnknown: $0) } }
    static let notTries: [AnswerClass] = [
        .rateLimited, .unreachable, .credentialRefused(mayPass: true), .credentialRefused(mayPass: false),
    ]
    static let outcomes: [(AnswerClass, ItemState)] = [
        (.deleted, .deleted), (.blocked, .blocked), (.wrongScope, .failed), (.refused, .failed),
    ]

    private func judge(_ kind: AnswerClass, _ history: ItemHistory, limit: Int = 5) -> Judgement {
        Judgement(Answer(kind: kind, reason: "why"), after: history, limit: limit)
    }

    @Test(arguments: notTries, histories) func whatIsNoTryChangesNothing(_ kind: AnswerClass, _ history: ItemHistory) {
        let judgement = judge(kind, history, limit: 1)
        #expect(judgement.verdict == .again && judgement.history == history)
    }

    /// Whoever interrupts a run twice must not use up a token's tries.
    @Test(arguments: histories) func cuttingShortIsNoTryButLeavesADoubt(_ history: ItemHistory) {
        let judgement = judge(.cutShort, history, limit: 1)
        #expect(judgement.verdict == .again)
        #expect(judgement.history == ItemHistory(triesSpent: history.triesSpent, fateUnknown: true))
    }

    @Test(arguments: outcomes, histories) func lastWords(_ pair: (AnswerClass, ItemState), _ history: ItemHistory) {
        let judgement = judge(pair.0, history)
        let doubt = pair.1 == .failed && history.fateUnknown ? "; whether the token still exists is not known" : ""
        #expect(judgement.verdict == .final(pair.1, reason: pair.1 == .deleted ? nil : "why" + doubt))
        #expect(judgement.history == ItemHistory(triesSpent: history.triesSpent + 1, fateUnknown: history.fateUnknown))
    }

    @Test(arguments: histories) func absence(_ history: ItemHistory) {
        let expected: Judgement.Verdict =
            history.fateUnknown
            ? .final(.presumedDeleted, reason: "gone after an earlier try whose answer was lost") : .final(.alreadyAbsent, reason: nil)
        #expect(judge(.absent, history).verdict == expected)
    }

    @Test(arguments: [false, true], histories) func failuresAreRetriedAndRemembered(_ unknown: Bool, _ history: ItemHistory) {
        let judgement = judge(.temporary(fateUnknown: unknown), history)
        #expect(judgement.verdict == .retry)
        #expect(judgement.history == ItemHistory(triesSpent: history.triesSpent + 1, fateUnknown: history.fateUnknown || unknown))
        let last = judge(.temporary(fateUnknown: unknown), history, limit: history.triesSpent + 1)
        guard case .final(.failed, let reason?) = last.verdict else {
            Issue.record("\(last.verdict)")
            return
        }
        #expect(reason.contains("why") && reason.contains("is not known") == (unknown || history.fateUnknown))
    }
}
