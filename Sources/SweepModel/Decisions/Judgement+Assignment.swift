extension Judgement {
    /// Judges the answer to the request that `earlier` names, within what the job wants of the token.
    ///
    ///     delete:  DELETE ─▶ blocked ─▶ (--when-blocked disable) read ─▶ disable ─▶ blocked, disabled
    ///                                └▶ (--when-blocked rotate)  rotate ──────────▶ blocked, rotated
    ///     disable: read ─▶ disable ─▶ disabled          enable: read ─▶ enable ─▶ enabled
    ///
    /// A try to change that was not confirmed goes back to reading: disabling and enabling are not repeated unless the token
    /// is seen to need it. The tries count anew after the block, and read and change together.
    package init(_ answer: Answer, after earlier: ItemHistory, for assignment: Assignment, limit: Int) {
        guard earlier.request == .delete else {
            self.init(to: answer, after: earlier, assignment, limit)
            return
        }
        self.init(answer, after: earlier, limit: limit)
        guard case .final(.blocked, let reason) = verdict else { return }
        guard let request = assignment.whenBlocked.request else {
            if let reason, let names = assignment.referrersInWords {
                verdict = .final(.blocked, reason: "\(reason); the plan found \(names)")
            }
            return
        }
        if request == .rotate, !assignment.canRotate {
            verdict = Self.undone(assignment, "the API rotates tokens of accounts only", history)
            return
        }
        // Nobody has the secret of then, and whoever asked for another since would lose it.
        if request == .rotate, history.change == .rotated {
            verdict = .final(.blocked, reason: "secret rotated earlier, \(assignment.stillReferenced)")
            return
        }
        history.request = request
        history.triesSpent = 0
        verdict = .proceed
    }

    private init(to answer: Answer, after earlier: ItemHistory, _ assignment: Assignment, _ limit: Int) {
        history = earlier
        verdict = .again
        switch answer.kind {
        case .rateLimited, .unreachable, .credentialRefused: return
        case .cutShort:
            history.doubt()
            return
        case .found(let token) where earlier.request == .read:
            verdict = assignment.next(after: token, &history)
            return
        case .changed: verdict = assignment.done(&history)
        case .absent: verdict = assignment.absent(history)
        case .temporary(let fateUnknown):
            if fateUnknown { history.doubt() } else { history.readAgain() }
            verdict = .retry
        case .deleted, .found, .blocked, .wrongScope, .refused: verdict = Self.undone(assignment, answer.reason, history)
        }
        history.triesSpent += 1
        if case .temporary = answer.kind, history.triesSpent >= limit {
            verdict = Self.undone(assignment, "\(Self.tries(history)), the last one: \(answer.reason)", history)
        }
    }

    /// The change did not come about, as far as is known.
    fileprivate static func undone(_ assignment: Assignment, _ why: String, _ history: ItemHistory) -> Verdict {
        let unsure = history.change == .maybeDisabled || history.change == .maybeRotated || history.change == .maybeEnabled
        let doubt = unsure ? "; whether it was carried out all the same is not known" : ""
        switch (assignment.action, assignment.whenBlocked) {
        case (.delete, .rotate): return .final(.blocked, reason: "secret NOT rotated, \(assignment.stillReferenced): \(why)\(doubt)")
        case (.delete, _): return .final(.blocked, reason: "NOT disabled, \(assignment.stillReferenced): \(why)\(doubt)")
        case (.disable, _): return .final(.failed, reason: "not disabled: \(why)\(doubt)")
        case (.enable, _): return .final(.failed, reason: "not enabled: \(why)\(doubt)")
        }
    }
}

extension Assignment {
    /// Whether the token is to be enabled in the end; else it is to be disabled.
    private var wantsEnabled: Bool { action == .enable }

    /// What follows when the API shows the token as it is now.
    fileprivate func next(after token: FoundToken, _ history: inout ItemHistory) -> Judgement.Verdict {
        guard token.isEnabled != wantsEnabled else {
            let wasLost = history.change == (wantsEnabled ? .maybeEnabled : .maybeDisabled)
            guard !wasLost else { return done(&history, "found \(result) after a try whose answer was lost") }
            // Disabled by this job before, and asked again since.
            if history.change == .disabled, !wantsEnabled { return done(&history) }
            return finished("was \(result) already")
        }
        guard token.name != nil else {
            return Judgement.undone(self, "the API tells no name of the token, and none is made up", history)
        }
        history.request = wantsEnabled ? .enable : .disable
        return .proceed
    }

    /// The change that the item was asked for is there, by this job.
    fileprivate func done(_ history: inout ItemHistory, _ how: String? = nil) -> Judgement.Verdict {
        guard history.request != .rotate else {
            let often = history.change == .maybeRotated ? ", perhaps more than once" : ""
            history.change = .rotated
            return .final(.blocked, reason: "secret rotated\(often), \(stillReferenced)")
        }
        history.change = wantsEnabled ? .enabled : .disabled
        return finished(how ?? result)
    }

    private func finished(_ how: String) -> Judgement.Verdict {
        switch action {
        case .delete: .final(.blocked, reason: "\(how), \(stillReferenced)")
        case .disable: .final(.disabled, reason: "\(how), not deleted")
        case .enable: .final(.enabled, reason: how == result ? nil : how)
        }
    }

    private var result: String { wantsEnabled ? "enabled" : "disabled" }

    fileprivate func absent(_ history: ItemHistory) -> Judgement.Verdict {
        switch action {
        case .delete where history.fateUnknown: .final(.presumedDeleted, reason: "gone after an earlier try whose answer was lost")
        case .delete: .final(.alreadyAbsent, reason: "gone after it was refused as in use, and not by this job")
        case .disable: .final(.alreadyAbsent, reason: "nothing to disable")
        case .enable: .final(.alreadyAbsent, reason: "not enabled: the token is gone")
        }
    }
}

extension ItemHistory {
    /// Notes that a change may have been carried out although no answer said so.
    fileprivate mutating func doubt() {
        switch request {
        // What this job did for sure before is no less sure now.
        case .disable: if change != .disabled { change = .maybeDisabled }
        case .enable: change = .maybeEnabled
        case .rotate: if change != .rotated { change = .maybeRotated }
        case .delete, .read: break
        }
        readAgain()
    }

    fileprivate mutating func readAgain() {
        if request == .disable || request == .enable { request = .read }
    }
}
