import SweepModel
import SweepQueue
import SweepReport
import SweepRunner

/// What a plan's lookup found out about accounts and zones as a whole; what it found of each token is kept with the item.
struct PlanFacts: Sendable {
    /// Why nothing, or not everything, is known of the tokens there.
    var troubles: [ListingTrouble] = []
    /// Where references could not be looked for: as long as there is one, "none" may not be said there.
    var missing: [Scope: [ReferenceSource: String]] = [:]
    /// Whose rules let every service token of the account or zone in.
    var acceptingAnyToken: [Scope: [String]] = [:]
    /// When it was looked up.
    var at: Timestamp

    /// Everything was asked that may refer to a token there.
    func isComplete(_ scope: Scope) -> Bool { missing[scope]?.isEmpty ?? false }

    /// Who refers to a token, its account's rules for every token included.
    func referrers(of token: PlannedToken) -> [String] {
        (token.referrers ?? []) + (token.presence == .listed ? acceptingAnyToken[token.request.scope] ?? [] : [])
    }
}

/// Looks at every account and zone of a plan before anything is deleted.
struct PlanLookup {
    let session: LookupSession

    /// nil where nothing is to be looked up.
    init?(
        _ arguments: Arguments, _ system: SystemContext, _ settings: JobSettings, memory: (any LookupMemory)?, api: () throws -> APISettings
    ) rethrows {
        guard !arguments[Options.noLookup] else { return nil }
        let policy = LookupPolicy(budget: settings.policy.budget, attempts: settings.policy.attempts, timeout: settings.timeout)
        session = LookupSession(
            system: system, api: try api(), policy: policy, isQuiet: arguments[Options.quiet], memory: memory)
    }

    /// What cannot be read is told in the facts; it stops nothing.
    func look(at scopes: [Scope]) async throws -> (findings: [LookupFinding], facts: PlanFacts) {
        let results = try await session.list(scopes, depth: .references)
        var facts = PlanFacts(at: session.system.time.now)
        var findings: [LookupFinding] = []
        for result in results {
            switch result {
            case .failure(let failure):
                facts.troubles.append(ListingTrouble(failure))
                facts.missing[failure.scope] = PlanLookup.nothing(of: failure.scope.kind, failure.reason)
                findings.append(LookupFinding(scope: failure.scope, tokens: nil, provesAbsence: false))
            case .success(let listing):
                if let trouble = ListingTrouble(listing) { facts.troubles.append(trouble) }
                findings.append(PlanLookup.finding(listing, &facts))
            }
        }
        return (findings, facts)
    }

    private static func nothing(of kind: Scope.Kind, _ reason: String) -> [ReferenceSource: String] {
        Dictionary(uniqueKeysWithValues: ReferenceSource.all(of: kind).map { ($0, reason) })
    }

    private static func finding(_ listing: Listing, _ facts: inout PlanFacts) -> LookupFinding {
        let references = listing.references ?? Listing.References()
        facts.missing[listing.scope] = references.missing
        let graph = ReferenceGraph(entities: references.entities, dohToken: references.dohToken)
        let any = graph.acceptingAnyToken
        if !any.isEmpty { facts.acceptingAnyToken[listing.scope] = any }
        var referrers: [TokenID: ReferenceGraph.Referrers] = [:]
        for token in listing.tokens {
            let found = graph.referrers(of: token.id, clientID: token.clientID.flatMap { ClientID($0) })
            if !found.texts.isEmpty { referrers[token.id] = found }
        }
        for token in graph.namedTokens where referrers[token] == nil {
            referrers[token] = graph.referrers(of: token, clientID: nil)
        }
        let isLooked = references.missing.count < ReferenceSource.all(of: listing.scope.kind).count
        return LookupFinding(
            scope: listing.scope, tokens: listing.tokens, provesAbsence: listing.permission == .proven,
            referrers: isLooked ? referrers : nil)
    }
}
