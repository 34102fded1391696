import SweepManifest
import SweepModel
import SweepQueue
import SweepReport

/// A plan that nothing speaks against, and what is known besides.
struct MadePlan: Sendable {
    struct Deferred: Sendable {
        /// Tokens that go last.
        var count: Int
        /// Those among them of which nobody knows when they were seen.
        var unknown: Int
        var span: Milliseconds
    }

    var plan: Plan
    /// nil where nothing was looked up.
    var facts: PlanFacts?
    /// nil where nothing waits for the end.
    var deferred: Deferred?
}

/// Everything that `run` and `plan` do before the first DELETE: read, check, refuse or show.
struct PlanMaker {
    let arguments: Arguments
    let system: SystemContext
    let credentials: CredentialSource
    /// nil where nothing is to be looked up.
    let lookup: PlanLookup?

    /// Reads the manifests into the queue and checks what they ask for.
    ///
    /// - Throws: `Failure` and others; a plan that is refused is gone from the queue.
    func make(_ draft: JobDraft, in queue: Queue) async throws -> MadePlan {
        let manifests = arguments[Options.manifests]
        guard !manifests.isEmpty else {
            throw Failure.refused(
                "no manifest was given", remedy: "name a CSV or JSON lines file, or - for standard input")
        }
        guard manifests.count(where: { $0 == "-" }) <= 1 else {
            throw Failure.refused("standard input can be read only once", remedy: "give - once")
        }
        let protections = try protections()
        _ = try await queue.startPlan(draft)
        let findings = try await PlanReader.read(
            manifests, into: queue, defaultScope: arguments.defaultScope, protecting: protections, resolving: resolution)
        warn(findings)
        do {
            try refuseInvalid(findings)
            try refuseUnjudged(findings)
        } catch {
            await queue.abandonPlan()
            throw error
        }
        let plan = try await queue.sealPlan()
        do {
            var made = MadePlan(plan: plan)
            if let lookup { made = try await review(plan, protections, lookup, queue) }
            made.deferred = try await deferRecent(made.plan, queue)
            note(made.plan, draft)
            try refuse(made.plan, draft)
            try await ConfirmedID(arguments)?.check(
                made.plan, draft.action, draft.whenBlocked, in: queue,
                else: "the manifest has changed since, or other options choose its tokens or what is done to them: look again with "
                    + "`\(PlanCommandLine(arguments).text)`")
            return made
        } catch {
            try await queue.discard(plan.job)
            throw error
        }
    }

    private func note(_ plan: Plan, _ draft: JobDraft) {
        system.log.note(.planMade) { json in
            json.member("plan_id", plan.id)
            json.member("action", draft.action.rawValue)
            json.member("tokens", plan.deletions)
            json.member("duplicates", plan.duplicates)
            json.member("skipped", plan.skipped)
            json.member("invalid", plan.invalid)
        }
    }

    private var resolution: Resolving {
        guard lookup != nil else { return .off }
        return credentials.namedScopes.isEmpty ? .named : .everywhere
    }

    /// Looks at every account and zone of the plan, and puts what was found into it.
    private func review(
        _ plan: Plan, _ protections: ProtectionList, _ lookup: PlanLookup, _ queue: Queue
    ) async throws -> MadePlan {
        let unresolved = try await queue.unresolvedScopes(of: plan.job)
        var scopes = Set(plan.scopes.filter { $0.tally[.pending] > 0 }.map(\.scope)).union(unresolved.compactMap(\.self))
        if unresolved.contains(nil) { scopes.formUnion(credentials.namedScopes) }
        try credentials.refuseUnserved(scopes.sorted())
        let (findings, facts) = try await lookup.look(at: scopes.sorted())
        let review = try await queue.review(plan, by: findings, protecting: protections, at: system.time.now)
        var problems = ManifestFindings()
        problems.problems = review.problems
        problems.problemCount = review.problemCount
        problems.unjudged = review.unjudged
        warn(problems)
        try refuseInvalid(problems)
        try refuseUnjudged(problems)
        return MadePlan(plan: review.plan, facts: facts)
    }

    /// Makes tokens that are in use wait for the end.
    private func deferRecent(_ plan: Plan, _ queue: Queue) async throws -> MadePlan.Deferred? {
        guard let span = arguments[Options.deferRecent] else { return nil }
        let count = try await queue.deferTokens(of: plan, seenSince: system.time.now - span)
        return MadePlan.Deferred(count: count, unknown: try await queue.count(of: plan, .seenUnknown), span: span)
    }

    private func warn(_ findings: ManifestFindings) {
        for (manifest, names) in findings.ignoredFields {
            let list = names.joined(separator: ", ")
            system.console.tell("tokensweep: warning: \(TerminalText.sanitised(manifest)): fields that are ignored: \(list)")
        }
        for line in findings.problemLines { system.console.tell(TerminalText.sanitised(line)) }
    }

    private func refuseInvalid(_ findings: ManifestFindings) throws(Failure) {
        guard findings.problemCount > 0, !arguments[Options.skipInvalid] else { return }
        let rows = HumanText.count(findings.problemCount, "row", "rows")
        throw .refused(
            "\(rows) cannot be used; nothing was sent",
            remedy: "mend the manifest, or go on without these rows with --skip-invalid")
    }

    private func protections() throws -> ProtectionList {
        var patterns = arguments[Options.protect]
        for path in arguments[Options.protectFile] { patterns += try ProtectionFile.load(path: path) }
        return ProtectionList(patterns)
    }

    /// A row that may be a protected token never passes, whatever other options say.
    private func refuseUnjudged(_ findings: ManifestFindings) throws(Failure) {
        guard !findings.unjudged.isEmpty else { return }
        let rows = ProtectionList.Missing.allCases.compactMap { missing in
            findings.unjudged[missing].map { "\(HumanText.count($0, "row has", "rows have")) no \(missing.rawValue)" }
        }
        throw .refused(
            "it cannot be told whether these tokens are protected: \(rows.joined(separator: ", ")); nothing was sent",
            remedy: "add the column to the manifest, or protect tokens by --protect id:UUID instead")
    }

    private func refuse(_ plan: Plan, _ draft: JobDraft) throws(Failure) {
        if plan.deletions == 0 && plan.invalid == 0 && plan.skipped == 0 {
            throw .refused("the manifest names no token; nothing was sent", remedy: "check that it is the right file")
        }
        try credentials.refuseUnserved(plan.scopes.filter { $0.tally[.pending] > 0 }.map(\.scope))
        if let limit = arguments[Options.maxDeletes], plan.deletions > limit {
            throw .refused(
                "the plan would \(draft.action.rawValue) \(HumanText.number(plan.deletions)) tokens, more than --max-deletes \(limit); "
                    + "nothing was sent",
                remedy: "check the manifest; raise --max-deletes if that is what you want")
        }
    }
}
