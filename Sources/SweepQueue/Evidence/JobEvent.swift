import SweepModel

/// What happens to a job as a whole, as evidence.
struct JobEvent {
    enum Member {
        case text(String?)
        case number(Int)
        case texts([String])
        case tally(Tally)
    }

    var name: String
    /// In the order of the line.
    var members: [(key: StaticString, value: Member)]

    func text(line number: Int, at moment: Timestamp, by: String) -> EvidenceText {
        var text = EvidenceText(line: number, at: moment, event: name)
        text.member("by", by)
        for (key, value) in members {
            switch value {
            case .text(let value): text.member(key, value)
            case .number(let value): text.member(key, value)
            case .texts(let values): text.member(key, values)
            case .tally(let tally): text.member(key, tally)
            }
        }
        return text
    }

    /// `held`: the digest of the items that no attempt settles, see `EvidenceDigest`.
    static func planned(
        name: String, deed: String, planID: String?, tally: Tally, duplicates: Int, manifests: [String], baseURL: String?, reason: String?,
        held: String?
    ) -> JobEvent {
        JobEvent(
            name: "planned",
            members: [
                ("name", .text(name)), ("action", .text(deed)), ("plan_id", .text(planID)), ("deletions", .number(tally[.pending])),
                ("skipped", .number(tally[.skipped])), ("invalid", .number(tally[.invalid])), ("duplicates", .number(duplicates)),
                ("manifests", .texts(manifests)), ("base_url", .text(baseURL)), ("reason", .text(reason)), ("held", .text(held)),
            ])
    }

    static func confirmed(_ consent: Consent, planID: String?, reason: String?) -> JobEvent {
        JobEvent(
            name: "confirmed",
            members: [("how", .text(consent.rawValue)), ("plan_id", .text(planID)), ("reason", .text(reason))])
    }

    static func started(baseURL: String?, credentials: [String]) -> JobEvent {
        JobEvent(name: "started", members: [("base_url", .text(baseURL)), ("credentials", .texts(credentials))])
    }

    /// An owner died while these items were in flight; the lines before say which.
    static func recovered(items: Int) -> JobEvent { JobEvent(name: "recovered", members: [("in_flight", .number(items))]) }

    /// The end of a run. `reason`: why, for one that did not finish its job.
    static func ended(_ state: JobState, reason: String?, _ tally: Tally) -> JobEvent {
        let name =
            switch state {
            case .finished: "finished"
            case .halted: "halted"
            case .unfinished, .planning: reason == "paused" ? "paused" : "interrupted"
            }
        return JobEvent(name: name, members: [("reason", .text(reason)), ("outcomes", .tally(tally))])
    }

    static func cancelled(skipped: Int, held: String?, _ tally: Tally) -> JobEvent {
        JobEvent(name: "cancelled", members: [("tokens", .number(skipped)), ("outcomes", .tally(tally)), ("held", .text(held))])
    }

    static func retried(_ states: Set<ItemState>, items: Int, held: String?) -> JobEvent {
        let states = ItemState.allCases.filter(states.contains).map(\.rawValue)
        return JobEvent(name: "retried", members: [("states", .texts(states)), ("tokens", .number(items)), ("held", .text(held))])
    }

    /// `proofs`: the digest of what is proven gone, see `EvidenceDigest`. `unproven`: scopes whose list proves nothing gone.
    static func verified(scopes: [String], unproven: [String], gone: Int, proofs: String) -> JobEvent {
        JobEvent(
            name: "verified",
            members: [
                ("scopes", .texts(scopes)), ("unproven", .texts(unproven)), ("proven_gone", .number(gone)), ("proofs", .text(proofs)),
            ])
    }
}
