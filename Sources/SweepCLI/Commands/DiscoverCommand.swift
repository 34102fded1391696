import SweepManifest
import SweepModel
import SweepQueue
import SweepReport
import SweepRunner

/// `tokensweep discover`: list live tokens of accounts and zones as a manifest.
struct DiscoverCommand {
    static let account = Option(
        repeatable: "account", "ID", .scopeID, environment: "CLOUDFLARE_ACCOUNT_ID", inFile: false, "list this account's tokens")
    static let zone = Option(
        repeatable: "zone", "ID", .scopeID, environment: "CLOUDFLARE_ZONE_ID", inFile: false, "list this zone's tokens")
    static let allAccounts = Option(
        flag: "all-accounts", inFile: false, "list every account that the credentials file names")
    static let name = Option(
        optional: "name", "GLOB", .glob, inFile: false,
        "only tokens whose whole name fits; * is any text, ? any one character, [a-z] one of a set")
    static let clientIDFile = Option(
        optional: "client-id-file", "FILE", .path, inFile: false, "only tokens whose client id stands in this text, such as a leaked log")
    static let createdBefore = Option(optional: "created-before", "DATE", .moment, inFile: false, "only tokens created before")
    static let createdAfter = Option(optional: "created-after", "DATE", .moment, inFile: false, "only tokens created then or later")
    static let unusedSince = Option(
        optional: "unused-since", "SPAN", .age, inFile: false, "only tokens not used for so long, such as 90d, and not younger")
    static let expired = Option(flag: "expired", inFile: false, "only tokens that have expired")
    static let enabled = Option(flag: "enabled", inFile: false, "only tokens that are enabled")
    static let disabled = Option(flag: "disabled", inFile: false, "only tokens that are disabled")
    static let format = Option("format", "F", .choice as ValueParser<TokenList.Format>, default: "jsonl", inFile: false, "jsonl or csv")

    static let definition = Command(
        name: "discover", abstract: "list live tokens of accounts or zones as a manifest",
        discussion: [
            "Nothing is printed unless every list was read to its end. Filters combine: a token has to fit all of them.",
            "Credentials come from where run takes them.",
        ],
        groups: [
            OptionGroup("Where", [account, zone, allAccounts, Options.credentials]),
            OptionGroup("Which", [name, clientIDFile, createdBefore, createdAfter, unusedSince, expired, enabled, disabled]),
            OptionGroup("Pace", LookupSettings.options), OptionGroup("Output", [format, Options.queue, Options.quiet, Options.log]),
        ],
        exclusions: [Exclusion(enabled, disabled)],
        examples: [
            Example("what has not been used for three months", "tokensweep discover --account 023e… --unused-since 90d > unused.jsonl"),
            Example("the tokens that a log gave away", "tokensweep discover --account 023e… --client-id-file build.log | tokensweep run -"),
        ])

    private let arguments: Arguments
    private let system: SystemContext

    init(_ line: ParsedLine, _ system: SystemContext) throws {
        arguments = try Arguments(line, environment: system.environment)
        self.system = system
    }

    func run() async throws -> ExitCode {
        try system.log.open(arguments.logTarget(system), for: Self.definition.name)
        let source = try CredentialSource(arguments, system)
        let scopes = try scopes(source)
        let leaked = try leakedIDs()
        let results = try await list(scopes, source)
        let (tokens, trouble) = DiscoverCommand.sorted(results)
        if let trouble { return refuse(trouble) }
        for warning in DiscoverCommand.warnings(results) { system.console.tell("tokensweep: warning: \(warning)") }
        let filter = filter(leaked)
        let fitting = tokens.filter { filter.fits($0) }
        try print(fitting)
        system.log.note(.discoverEnded) { json in
            json.member("listed", tokens.count)
            json.member("fitting", fitting.count)
        }
        tellMissing(leaked, among: tokens)
        if !arguments[Options.quiet] {
            system.console.tell("\(HumanText.number(fitting.count)) of \(HumanText.count(tokens.count, "token", "tokens")) listed.")
        }
        return .allGone
    }

    /// The queue is let go before anything is printed: whoever reads the output may want it.
    private func list(_ scopes: [Scope], _ source: CredentialSource) async throws -> LookupSession.Results {
        try source.refuseUnserved(scopes)
        let api = try APISettings(source, system)
        let queue = QueueMemory.open(arguments, system)
        let session = LookupSession(
            system: system, api: api, policy: LookupPolicy(LookupSettings(arguments)), isQuiet: arguments[Options.quiet], memory: queue)
        let results = try await session.list(scopes)
        try await queue?.letGo()
        return results
    }

    // MARK: - What was asked for

    /// Scopes on the command line beat those in the environment, which may be left over from something else.
    private func scopes(_ source: CredentialSource) throws(Failure) -> [Scope] {
        let isTyped = [arguments.source(of: Self.account), arguments.source(of: Self.zone)].contains { source in
            if case .option = source { true } else { false }
        }
        func given(_ option: Option<[ScopeID]>, _ kind: Scope.Kind) -> [Scope] {
            if isTyped, case .environment = arguments.source(of: option) { return [] }
            return arguments[option].map { Scope(kind, $0) }
        }
        var seen: Set<Scope> = []
        let all = arguments[Self.allAccounts] ? source.namedScopes.filter { $0.kind == .account } : []
        guard !arguments[Self.allAccounts] || !all.isEmpty else {
            throw .refused(
                "--all-accounts means every account that the credentials file names, and none is named",
                remedy: "give --credentials FILE with account or accounts in its entries")
        }
        // An account left over in the environment is none that was asked for beside those of the file.
        let beside = arguments[Self.allAccounts] && !isTyped ? [] : given(Self.account, .account) + given(Self.zone, .zone)
        let scopes = (all + beside).filter { seen.insert($0).inserted }
        guard !scopes.isEmpty else {
            throw .refused(
                "no account and no zone was named", remedy: "give --account ID or --zone ID, as often as needed, or --all-accounts")
        }
        return scopes
    }

    private func leakedIDs() throws -> [ClientID]? {
        guard let path = arguments[Self.clientIDFile] else { return nil }
        let ids = try ClientIDScanner.read(path: path)
        guard !ids.isEmpty else {
            throw Failure.refused(
                "\(path) holds no client id", remedy: "a client id is 32 hexadecimal digits with .access behind them")
        }
        return ids
    }

    private func filter(_ leaked: [ClientID]?) -> TokenFilter {
        TokenFilter(
            name: arguments[Self.name], clientIDs: leaked.map { Set($0) },
            createdBefore: arguments[Self.createdBefore], createdAfter: arguments[Self.createdAfter],
            unusedSince: arguments[Self.unusedSince].map { system.time.now - $0 },
            expiredAt: arguments[Self.expired] ? system.time.now : nil,
            isEnabled: arguments[Self.enabled] ? true : arguments[Self.disabled] ? false : nil)
    }

    // MARK: - What came of it

    /// All tokens, and what forbids to show them: a list that broke off, or an empty one that proves nothing.
    private static func sorted(_ results: LookupSession.Results) -> (tokens: [LiveToken], trouble: [ListingTrouble]?) {
        var tokens: [LiveToken] = []
        var trouble: [ListingTrouble] = []
        for result in results {
            switch result {
            case .success(let listing) where listing.tokens.isEmpty: if let found = ListingTrouble(listing) { trouble.append(found) }
            case .success(let listing): tokens += listing.tokens
            case .failure(let failure): trouble.append(ListingTrouble(failure))
            }
        }
        return (tokens, trouble.isEmpty ? nil : trouble)
    }

    /// Lists with tokens in them that may still leave some out.
    private static func warnings(_ results: LookupSession.Results) -> [String] {
        results.compactMap { result in
            guard case .success(let listing) = result, !listing.tokens.isEmpty else { return nil }
            return ListingTrouble(listing)?.text
        }
    }

    private func refuse(_ trouble: [ListingTrouble]) -> ExitCode {
        for trouble in trouble { system.console.tell("tokensweep: \(trouble.text)") }
        system.console.tell("tokensweep: nothing is listed, because a part of it is missing")
        return trouble.map(\.exitCode).max { $0.rawValue < $1.rawValue } ?? .environment
    }

    private func print(_ tokens: [LiveToken]) throws(ReportError) {
        let list = TokenList(arguments[Self.format])
        var bytes = list.heading
        for token in tokens {
            bytes += list.row(token)
            guard bytes.count > 65_536 else { continue }
            try StandardOutput().write(bytes.span)
            bytes.removeAll(keepingCapacity: true)
        }
        try StandardOutput().write(bytes.span)
    }

    private func tellMissing(_ leaked: [ClientID]?, among tokens: [LiveToken]) {
        guard let leaked else { return }
        let live = Set(tokens.compactMap { $0.clientID.flatMap { ClientID($0) } })
        let missing = leaked.filter { !live.contains($0) }
        guard !missing.isEmpty else { return }
        let count = HumanText.count(missing.count, "client id is", "client ids are")
        system.console.tell("\(count) in none of the listed accounts and zones:")
        for id in missing { system.console.tell("  \(id)") }
    }
}

extension ValueParser where Value == Glob {
    static let glob = ValueParser(reading: "a pattern such as ci-*") { text throws(TextFlaw) in try Glob(parsing: text) }
}
