import SweepModel
import SweepQueue
import SweepReport
import SweepRunner

/// A plan as people and scripts see it.
struct PlanText {
    var plan: Plan
    var action: JobAction
    var sample: [DeletionRequest]
    var policy: RunPolicy
    var baseURL: String
    /// What the API said of the credentials; in words it stands beside the plan, in JSON it is a part of it.
    var credentials = PreflightResult(findings: [])
    var now: Timestamp
    /// nil where nothing was looked up.
    var details: PlanDetails?
    var deferred: MadePlan.Deferred?
    /// What makes this plan again; nil for one that no manifest makes.
    var line: PlanCommandLine?

    /// How many tokens the sample names.
    static let sampleSize = 5
    /// Scopes that are listed before the rest is only counted.
    private static let listedScopes = 12

    /// What is sent at least: a token that is to be changed is read first.
    var requests: Int { action == .delete ? plan.deletions : plan.deletions * 2 }

    /// The earliest span in which all requests can be sent: the budget from a fresh start, and the limit of an IP address.
    var earliestSpan: Milliseconds {
        guard let budget = policy.budget else { return Milliseconds(0) }
        let byAddress = Milliseconds.seconds(Int64(max(0, requests - 1) / RateBudget.requestsPerSecondOfAnAddress))
        return max(budget.earliestSpan(for: requests), byAddress)
    }

    /// `3 accounts and 1 zone`
    var scopesInWords: String {
        let counts = Scope.Kind.allCases.map { kind in plan.scopes.count { $0.scope.kind == kind && $0.tally[.pending] > 0 } }
        let words = zip(Scope.Kind.allCases, counts).filter { $0.1 > 0 }
            .map { HumanText.count($0.1, $0.0.rawValue, "\($0.0.rawValue)s") }
        return words.joined(separator: " and ")
    }

    var lines: [String] {
        var lines = ["Plan \(plan.id): \(deed)."]
        if !JobFacts.isPublic(baseURL) { lines.append("API: \(TerminalText.sanitised(baseURL))") }
        lines += details?.callOutLines ?? []
        lines += details?.troubleLines ?? []
        let scopes = plan.scopes.filter { $0.tally[.pending] > 0 }
        if !scopes.isEmpty { lines.append("By account and zone:") }
        for entry in scopes.prefix(Self.listedScopes) {
            lines.append("  \(entry.scope)  \(HumanText.number(entry.tally[.pending]))")
        }
        if scopes.count > Self.listedScopes {
            lines.append("  … and \(HumanText.number(scopes.count - Self.listedScopes)) more accounts and zones")
        }
        lines += counts + deferral
        guard plan.deletions > 0 else { return lines }
        let tokens = details?.tokenLines ?? sampleLines
        lines += [(tokens.count == plan.deletions ? "The " : "The first ") + (tokens.count == 1 ? "token:" : "tokens:")] + tokens
        let rest = plan.deletions - tokens.count
        if details != nil, rest > 0, let line {
            let input = line.readsInput ? " from the same input" : ""
            lines.append("  … and \(HumanText.number(rest)) more, which `\(line.text(adding: "--json"))` names\(input)")
        }
        lines.append(pace)
        return lines
    }

    private var deed: String {
        guard plan.deletions > 0 else { return "nothing to \(action.rawValue)" }
        let tokens = "\(HumanText.count(plan.deletions, "token", "tokens")) of \(scopesInWords)"
        return "\(action.rawValue) \(tokens)\(action == .disable ? "; none is deleted" : "")"
    }

    private var counts: [String] {
        var lines: [String] = []
        if plan.duplicates > 0 {
            lines.append("\(HumanText.count(plan.duplicates, "row names", "rows name")) a token that an earlier row named.")
        }
        if plan.skipped > 0 {
            lines.append("\(HumanText.count(plan.skipped, "token is", "tokens are")) protected and will be skipped.")
        }
        if plan.invalid > 0 {
            lines.append("\(HumanText.count(plan.invalid, "row", "rows")) cannot be used and will be reported as invalid.")
        }
        switch policy.whenBlocked {
        case .report: break
        case .disable: lines.append("A token that is refused as in use will be disabled; `tokensweep enable` takes that back.")
        case .rotate: lines.append("A token that is refused as in use will have its secret rotated; nothing takes that back.")
        }
        return lines
    }

    private var deferral: [String] {
        guard let deferred else { return [] }
        let tokens = HumanText.count(deferred.count, "token", "tokens")
        var lines = [
            "\(tokens) may have been seen in the last \(HumanText.duration(deferred.span)) and will go last, after a second question."
        ]
        if deferred.unknown > 0 {
            lines.append("When they were seen is unknown of \(HumanText.number(deferred.unknown)) of them, which counts as seen.")
        }
        return lines
    }

    private var sampleLines: [String] {
        sample.map { request in
            let name = request.name.map { "  \(TerminalText.cut(TerminalText.sanitised($0), to: 40))" } ?? ""
            return "  \(request.tokenID)  \(request.scope.kind.rawValue) \(request.scope.id)\(name)"
        }
    }

    private var pace: String {
        let requests = HumanText.count(requests, "request", "requests")
        guard let budget = policy.budget else { return "\(requests), without any limit of pace." }
        let end = (now + earliestSpan).rfc3339.prefix(16).replacing("T", with: " ")
        let span =
            earliestSpan.count == 0
            ? "done in one burst" : "at least \(HumanText.duration(earliestSpan)), not before \(end) UTC"
        return "\(requests) under a budget of \(HumanText.number(budget.allowance)) in \(HumanText.duration(budget.period)): \(span)."
    }

    /// `{"plan":{…}}`, one line.
    var json: JSONText {
        var json = JSONText()
        json.object { json in
            json.object("plan") { json in
                json.member("plan_id", plan.id)
                json.member("action", action.rawValue)
                json.member("when_blocked", policy.whenBlocked == .report ? nil : policy.whenBlocked.rawValue)
                json.member("base_url", baseURL)
                json.member("token_count", plan.deletions)
                json.member("deletions", action == .delete ? plan.deletions : 0)
                json.member("requests", requests)
                json.member("earliest_seconds", earliestSpan.inSeconds)
                json.member("earliest_finish", now + earliestSpan)
                json.member("duplicates", plan.duplicates)
                json.member("skipped", plan.skipped)
                json.member("invalid", plan.invalid)
                json.member("deferred", deferred?.count)
                details?.write(to: &json)
                json.array("scopes") { json in
                    for entry in plan.scopes {
                        json.object { json in
                            json.member("scope", entry.scope.kind.rawValue)
                            json.member("scope_id", entry.scope.id.description)
                            json.member("token_count", entry.tally[.pending])
                            json.member("deletions", action == .delete ? entry.tally[.pending] : 0)
                        }
                    }
                }
                json.array("credentials") { credentials.write(to: &$0) }
                json.array("sample") { json in
                    for request in sample {
                        json.object { json in
                            json.member("service_token_id", request.tokenID.description)
                            json.member("scope", request.scope.kind.rawValue)
                            json.member("scope_id", request.scope.id.description)
                            json.member("name", request.name)
                        }
                    }
                }
            }
        }
        return json
    }
}
