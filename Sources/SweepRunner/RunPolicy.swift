package import SweepModel

/// How a run behaves: the numbers behind `--concurrency`, `--rate`, `--attempts`, `--canary` and `--halt-after`.
package struct RunPolicy: Sendable, Hashable {
    /// Requests in flight at once.
    package var concurrency: Int
    /// Each credential's budget; nil switches every limit off, the one for an IP address too.
    package var budget: RateBudget?
    /// Tries of a token before it is `failed`.
    package var attempts: Int
    /// Tokens to work on first; the run goes on only if each was found and had done to it what was asked. 0: none.
    package var canary: Int
    /// nil: never halts because of failures.
    package var haltRule: HaltRule?
    package var action: JobAction
    package var whenBlocked: WhenBlocked

    package init(
        concurrency: Int, budget: RateBudget?, attempts: Int, canary: Int = 0, haltRule: HaltRule? = nil,
        action: JobAction = .delete, whenBlocked: WhenBlocked = .report
    ) {
        self.concurrency = concurrency
        self.budget = budget
        self.attempts = attempts
        self.canary = canary
        self.haltRule = haltRule
        self.action = action
        self.whenBlocked = whenBlocked
    }
}

/// Stop when more than `percent` of the last `window` finished tokens failed.
package struct HaltRule: Sendable, Hashable {
    package var percent: Int
    package var window: Int

    package init(percent: Int, window: Int) {
        self.percent = percent
        self.window = window
    }
}

/// Watches the last outcomes for too many failures.
struct FailureWatch {
    private let rule: HaltRule?
    /// Whether each of the last outcomes was a failure; a ring.
    private var last: [Bool] = []
    private var next = 0

    init(_ rule: HaltRule?) { self.rule = rule }

    /// Takes an outcome in and tells whether the rule is broken now. It needs a full window to judge by.
    mutating func isBroken(by outcome: ItemState) -> Bool {
        guard let rule, rule.window > 0 else { return false }
        if last.count < rule.window {
            last.append(outcome == .failed)
        } else {
            last[next] = outcome == .failed
            next = (next + 1) % rule.window
        }
        guard last.count == rule.window else { return false }
        return last.count(where: { $0 }) * 100 > rule.percent * rule.window
    }
}
