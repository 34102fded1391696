import SweepModel
import SweepQueue
import SweepReport

/// What a lookup found out about the tokens of a plan, as far as people are told: the tokens themselves may be millions.
struct PlanDetails: Sendable {
    /// A group of tokens that somebody should look at before saying yes.
    struct CallOut: Sendable {
        var title: String
        var selection: PlanSelection
        var count: Int
        /// The first ones.
        var tokens: [PlannedToken]
    }

    var facts: PlanFacts
    /// Without those of which there are none.
    var callOuts: [CallOut]
    /// How many there are of each, for scripts.
    var counts: [(key: String, count: Int)]
    /// The first tokens.
    var tokens: [PlannedToken]

    /// Tokens that are shown of each group.
    static let shown = 20
    /// What was seen within this time is most likely in use.
    private static let recent = Milliseconds.seconds(3600)

    static func gather(_ made: MadePlan, _ queue: Queue) async throws -> PlanDetails? {
        guard let facts = made.facts else { return nil }
        let groups: [(key: String, title: String, selection: PlanSelection)] = [
            ("in_use", "WILL BE REFUSED AS IN USE", .inUse),
            ("seen_last_hour", "SEEN IN THE LAST HOUR", .seen(since: facts.at - recent)),
            ("unlisted", "not found in the complete list", .unlisted),
            ("renamed", "with another name than in the manifest", .renamed),
            ("unknown", "of which nothing is known", .unknown),
        ]
        var details = PlanDetails(facts: facts, callOuts: [], counts: [], tokens: try await queue.tokens(of: made.plan, limit: shown))
        for group in groups {
            let count = try await queue.count(of: made.plan, group.selection)
            details.counts.append((group.key, count))
            guard count > 0 else { continue }
            let tokens = try await queue.tokens(of: made.plan, group.selection, limit: shown)
            details.callOuts.append(CallOut(title: group.title, selection: group.selection, count: count, tokens: tokens))
        }
        return details
    }

    // MARK: - For people

    var callOutLines: [String] {
        callOuts.flatMap { group -> [String] in
            let rest = group.count - group.tokens.count
            let title = "\(HumanText.count(group.count, "token", "tokens")) \(group.title):"
            return [title] + group.tokens.map { line($0, in: group.selection) }
                + (rest > 0 ? ["  … and \(HumanText.number(rest)) more"] : [])
        }
    }

    /// Where something is not known, and why.
    var troubleLines: [String] {
        let shown = facts.troubles.prefix(12).map { "Unknown: \($0.text)." }
        let rest = facts.troubles.count - shown.count
        var lines = shown + (rest > 0 ? ["… and \(HumanText.number(rest)) more accounts and zones"] : [])
        let read = Set(facts.missing.keys).subtracting(facts.troubles.map(\.scope))
        for scope in read.sorted() {
            guard let missing = facts.missing[scope], !missing.isEmpty else { continue }
            let sources = missing.sorted { $0.key.rawValue < $1.key.rawValue }
                .map { "\($0.key.rawValue) (\(TerminalText.sanitised($0.value)))" }
            lines.append("Unknown: \(scope): who refers to tokens in \(sources.joined(separator: ", ")).")
        }
        return lines
    }

    var tokenLines: [String] { tokens.map { line($0, in: .all) } }

    private func line(_ token: PlannedToken, in selection: PlanSelection) -> String {
        let request = token.request
        let start = "  \(request.tokenID)  \(request.scope)"
        let name = (token.liveName ?? request.name).map { TerminalText.cut(TerminalText.sanitised($0), to: 40) }
        switch selection {
        case .unlisted, .unknown, .seenUnknown: return [start, name].compactMap(\.self).joined(separator: "  ")
        case .renamed:
            let manifest = TerminalText.cut(TerminalText.sanitised(request.name ?? ""), to: 40)
            return "\(start)  \"\(name ?? "")\", in the manifest \"\(manifest)\""
        case .all, .inUse, .seen: return [start, name, facts(of: token)].compactMap(\.self).joined(separator: "  ")
        }
    }

    /// `last seen 2026-11-23 20:58 UTC, expires 2027-01-01 00:00 UTC, enabled; referred to by policy "CI" (5f2…)`
    private func facts(of token: PlannedToken) -> String {
        let referrers = words(facts.referrers(of: token), isComplete: facts.isComplete(token.request.scope))
        switch token.presence {
        case nil: return "last seen, expiry and whether it is enabled: unknown; \(referrers)"
        case .unlisted: return "not found; \(referrers)"
        case .listed: break
        }
        let seen = token.lastSeenAt.map { "last seen \(minute($0))" } ?? (token.isLastSeenKnown ? "never seen" : "last seen unknown")
        let expiry = token.expiresAt.map { "expires \(minute($0))" } ?? "no expiry known"
        let enabled = token.isEnabled == false ? "DISABLED" : "enabled"
        return "\(seen), \(expiry), \(enabled); \(referrers)"
    }

    /// "None" is said only where everything was looked at.
    private func words(_ referrers: [String], isComplete: Bool) -> String {
        guard !referrers.isEmpty else { return isComplete ? "referred to by none" : "who refers to it is unknown" }
        let shown = referrers.prefix(5).map { TerminalText.cut(TerminalText.sanitised($0), to: 100) }
        let rest = referrers.count - shown.count
        let more = rest > 0 ? ["\(HumanText.number(rest)) more"] : []
        return "referred to by " + (shown + more + (isComplete ? [] : ["whom else is unknown"])).joined(separator: ", ")
    }

    private func minute(_ moment: Timestamp) -> String {
        moment.rfc3339.prefix(16).replacing("T", with: " ") + " UTC"
    }

    // MARK: - For scripts

    /// Members of the plan's object.
    func write(to json: inout JSONText) {
        json.object("lookup") { json in
            for (key, count) in counts { json.member(key, count) }
            json.array("unknown_scopes") { json in
                for trouble in facts.troubles {
                    json.object { json in
                        json.member("scope", trouble.scope.kind.rawValue)
                        json.member("scope_id", trouble.scope.id.description)
                        json.member("reason", trouble.reason)
                    }
                }
            }
            json.array("unknown_references") { json in
                for (scope, missing) in facts.missing.sorted(by: { $0.key < $1.key }) {
                    for (source, reason) in missing.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                        json.object { json in
                            json.member("scope", scope.kind.rawValue)
                            json.member("scope_id", scope.id.description)
                            json.member("source", source.rawValue.lowercased())
                            json.member("reason", reason)
                        }
                    }
                }
            }
        }
    }

    /// One element of `tokens`.
    func write(_ token: PlannedToken, to json: inout JSONText) {
        let isComplete = facts.isComplete(token.request.scope)
        json.object { json in
            json.member("manifest", token.request.position.manifest)
            json.member("line", token.request.position.line)
            json.member("service_token_id", token.request.tokenID.description)
            json.member("scope", token.request.scope.kind.rawValue)
            json.member("scope_id", token.request.scope.id.description)
            json.member("presence", token.presence?.rawValue ?? "unknown")
            json.member("name", token.liveName ?? token.request.name)
            json.member("manifest_name", token.otherName == nil ? nil : token.request.name)
            json.member("client_id", token.liveClientID ?? token.request.clientID)
            json.member("duration", token.duration)
            json.member("expires_at", token.expiresAt)
            json.member("last_seen_at", token.lastSeenAt)
            json.member("last_seen_known", token.isLastSeenKnown)
            json.member("enabled", token.isEnabled)
            json.member("in_use", token.isInUse ? true : isComplete ? false : nil)
            json.array("referrers") { json in
                for referrer in facts.referrers(of: token) { json.element(referrer) }
            }
            json.member("referrers_complete", isComplete)
            json.member("deferred", token.isDeferred)
        }
    }
}
