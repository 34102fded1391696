import SweepModel
import Testing

/// What a job that does more than delete makes of each answer.
@Suite struct AssignmentTests {
    private static let disabling = Assignment(.disable)
    private static let enabling = Assignment(.enable)
    private static let blocking = Assignment(whenBlocked: .disable)
    private static let rotating = Assignment(whenBlocked: .rotate)
    static let all: [Assignment] = JobAction.allCases.flatMap { action in
        WhenBlocked.allCases.flatMap { when in [true, false].map { Assignment(action, whenBlocked: when, canRotate: $0) } }
    }
    static let kinds: [AnswerClass] = [
        .deleted, .absent, .blocked, .found(FoundToken(name: "n", isEnabled: true)), .found(FoundToken(name: "n", isEnabled: false)),
        .found(FoundToken(name: nil, isEnabled: true)), .changed, .credentialRefused(mayPass: true), .credentialRefused(mayPass: false),
        .wrongScope, .rateLimited, .refused, .temporary(fateUnknown: true), .temporary(fateUnknown: false), .cutShort, .unreachable,
    ]

    private func judge(
        _ kind: AnswerClass, _ history: ItemHistory, _ assignment: Assignment, limit: Int = 5
    ) -> Judgement {
        Judgement(Answer(kind: kind, reason: "why"), after: history, for: assignment, limit: limit)
    }

    private func found(_ isEnabled: Bool, name: String? = "n") -> AnswerClass { .found(FoundToken(name: name, isEnabled: isEnabled)) }

    @Test(arguments: all, RequestKind.allCases) func `a job sends nothing that it was not asked for`(
        _ assignment: Assignment, _ kind: RequestKind
    ) {
        let allowed: Set<RequestKind> =
            switch (assignment.action, assignment.whenBlocked) {
            case (.delete, .report): [.delete]
            case (.delete, .disable): [.delete, .read, .disable]
            case (.delete, .rotate): [.delete, .rotate]
            case (.disable, _): [.read, .disable]
            case (.enable, _): [.read, .enable]
            }
        #expect(allowed.contains(assignment.held(kind)))
        #expect(!allowed.contains(kind) || assignment.held(kind) == kind)
        // Neither does an answer, whatever it is, lead there.
        for answer in Self.kinds {
            let next = judge(answer, ItemHistory(request: assignment.held(kind)), assignment)
            #expect(allowed.contains(assignment.held(next.history.request)), "\(answer)")
            if next.verdict == .proceed { #expect(allowed.contains(next.history.request), "\(answer)") }
        }
    }

    @Test func `a blocked token is read and disabled, with all its tries`() {
        let blocked = judge(.blocked, ItemHistory(triesSpent: 3), Self.blocking)
        #expect(blocked.verdict == .proceed && blocked.history == ItemHistory(request: .read))
        let read = judge(found(true), blocked.history, Self.blocking)
        #expect(read.verdict == .proceed && read.history == ItemHistory(request: .disable))
        let disabled = judge(.changed, read.history, Self.blocking)
        #expect(disabled.verdict == .final(.blocked, reason: "disabled, still referenced"))
        #expect(disabled.history == ItemHistory(triesSpent: 1, request: .disable, change: .disabled))
    }

    @Test func `a reason names who refers to the token, as far as that is known`() {
        let names = (1...7).map { "policy \($0)" }
        let few = Array(names.prefix(2))
        #expect(
            judge(.blocked, ItemHistory(), Assignment(referrers: few)).verdict
                == .final(.blocked, reason: "why; the plan found policy 1, policy 2"))
        #expect(judge(.blocked, ItemHistory(), Assignment()).verdict == .final(.blocked, reason: "why"))
        #expect(
            judge(.changed, ItemHistory(request: .disable), Assignment(whenBlocked: .disable, referrers: names)).verdict
                == .final(.blocked, reason: "disabled, still referenced by policy 1, policy 2, policy 3, policy 4, policy 5 and 2 more"))
        #expect(
            judge(.refused, ItemHistory(request: .rotate), Assignment(whenBlocked: .rotate, referrers: few)).verdict
                == .final(.blocked, reason: "secret NOT rotated, still referenced by policy 1, policy 2: why"))
        #expect(
            judge(.changed, ItemHistory(request: .disable), Assignment(.disable, referrers: few)).verdict
                == .final(.disabled, reason: "disabled, not deleted"))
    }

    @Test func `what was disabled by others is not claimed`() {
        let blocked = judge(found(false), ItemHistory(request: .read), Self.blocking)
        #expect(blocked.verdict == .final(.blocked, reason: "was disabled already, still referenced") && blocked.history.change == nil)
        let job = judge(found(false), ItemHistory(request: .read), Self.disabling)
        #expect(job.verdict == .final(.disabled, reason: "was disabled already, not deleted") && job.history.change == nil)
    }

    @Test func `a lost answer is looked into before anything is repeated`() {
        let lost = judge(.temporary(fateUnknown: true), ItemHistory(request: .disable), Self.disabling)
        #expect(lost.verdict == .retry && lost.history == ItemHistory(triesSpent: 1, request: .read, change: .maybeDisabled))
        let found = judge(found(false), lost.history, Self.disabling)
        #expect(found.verdict == .final(.disabled, reason: "found disabled after a try whose answer was lost, not deleted"))
        #expect(found.history.change == .disabled)
        #expect(judge(self.found(true), lost.history, Self.disabling).verdict == .proceed)
        #expect(judge(.cutShort, ItemHistory(request: .disable), Self.disabling).history.change == .maybeDisabled)
        // A request that only looks leaves no doubt.
        #expect(judge(.cutShort, ItemHistory(request: .read), Self.disabling).history == ItemHistory(request: .read))
    }

    @Test func `rotating is repeated after a lost answer, and said so`() {
        let lost = judge(.temporary(fateUnknown: true), ItemHistory(request: .rotate), Self.rotating)
        #expect(lost.verdict == .retry && lost.history == ItemHistory(triesSpent: 1, request: .rotate, change: .maybeRotated))
        #expect(
            judge(.changed, lost.history, Self.rotating).verdict
                == .final(.blocked, reason: "secret rotated, perhaps more than once, still referenced"))
        let done = judge(.changed, ItemHistory(request: .rotate), Self.rotating)
        #expect(done.verdict == .final(.blocked, reason: "secret rotated, still referenced") && done.history.change == .rotated)
        // After a retry of the deletion, the secret is not rotated a second time.
        #expect(
            judge(.blocked, ItemHistory(change: .rotated), Self.rotating).verdict
                == .final(.blocked, reason: "secret rotated earlier, still referenced"))
    }

    @Test func `zones cannot rotate, and it is told`() {
        let judgement = judge(.blocked, ItemHistory(), Assignment(whenBlocked: .rotate, canRotate: false))
        #expect(
            judgement.verdict
                == .final(.blocked, reason: "secret NOT rotated, still referenced: the API rotates tokens of accounts only"))
    }

    @Test(arguments: [AnswerClass.refused, .wrongScope, .blocked]) func `a refused change is told as not done`(_ kind: AnswerClass) {
        #expect(
            judge(kind, ItemHistory(request: .disable), Self.blocking).verdict
                == .final(.blocked, reason: "NOT disabled, still referenced: why"))
        #expect(judge(kind, ItemHistory(request: .disable), Self.disabling).verdict == .final(.failed, reason: "not disabled: why"))
        #expect(judge(kind, ItemHistory(request: .enable), Self.enabling).verdict == .final(.failed, reason: "not enabled: why"))
        #expect(
            judge(kind, ItemHistory(request: .rotate, change: .maybeRotated), Self.rotating).verdict
                == .final(
                    .blocked,
                    reason: "secret NOT rotated, still referenced: why; whether it was carried out all the same is not known"))
    }

    @Test func `a name is never made up`() {
        #expect(
            judge(found(true, name: nil), ItemHistory(request: .read), Self.disabling).verdict
                == .final(.failed, reason: "not disabled: the API tells no name of the token, and none is made up"))
    }

    @Test func `tries run out`() {
        let history = ItemHistory(triesSpent: 4, request: .disable)
        let last = judge(.temporary(fateUnknown: false), history, Self.blocking)
        #expect(last.verdict == .final(.blocked, reason: "NOT disabled, still referenced: 5 tries failed, the last one: why"))
    }

    @Test func `absent tokens`() {
        #expect(judge(.absent, ItemHistory(request: .read), Self.disabling).verdict == .final(.alreadyAbsent, reason: "nothing to disable"))
        #expect(
            judge(.absent, ItemHistory(request: .read), Self.enabling).verdict
                == .final(.alreadyAbsent, reason: "not enabled: the token is gone"))
        // A DELETE of this job was lost before the token was refused as in use.
        #expect(
            judge(.absent, ItemHistory(fateUnknown: true, request: .read), Self.blocking).verdict
                == .final(.presumedDeleted, reason: "gone after an earlier try whose answer was lost"))
    }

    @Test func `enabling`() {
        let read = judge(found(false), ItemHistory(request: .read), Self.enabling)
        #expect(read.verdict == .proceed && read.history.request == .enable)
        #expect(judge(.changed, read.history, Self.enabling).verdict == .final(.enabled, reason: nil))
        #expect(judge(found(true), ItemHistory(request: .read), Self.enabling).verdict == .final(.enabled, reason: "was enabled already"))
    }

    @Test func `a refusal of what follows is not one of the credential`() {
        let refused = Answer(kind: .credentialRefused(mayPass: false), reason: "no")
        let blip = Answer(kind: .credentialRefused(mayPass: true), reason: "no")
        #expect(Self.blocking.heed(refused, to: .disable).kind == .refused)
        #expect(Self.blocking.heed(blip, to: .rotate).kind == .temporary(fateUnknown: false))
        #expect(Self.blocking.heed(refused, to: .delete) == refused)
        #expect(Self.disabling.heed(refused, to: .read) == refused)
        #expect(Self.disabling.heed(refused, to: .disable).kind == .refused)
    }
}
