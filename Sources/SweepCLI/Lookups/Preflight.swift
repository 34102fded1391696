import SweepCloudflare
import SweepModel
import SweepReport
import SweepRunner

/// Verifies every credential that serves a job before anything is deleted with it.
struct Preflight {
    let system: SystemContext
    let api: APISettings
    let settings: JobSettings
    /// Where requests are remembered; nil where another process has the queue.
    let memory: (any LookupMemory)?

    /// - Parameter scopes: accounts and zones with tokens that are still to be deleted.
    /// - Throws: what keeps it from starting, and failures of the queue. What the API says is a finding, not an error.
    func check(_ scopes: [ScopeTally]) async throws -> PreflightResult {
        let (lanes, credentials) = api.credentials.lanes(for: scopes.map(\.scope))
        guard !credentials.isEmpty else { return PreflightResult(findings: []) }
        let served = credentials.indices.map { lane in scopes.filter { lanes.lanes[$0.scope]?.index == lane } }
        let questions = credentials.indices.map { lane in
            credentials[lane].questions(serving: served[lane].map(\.scope))
                .map { LookupCall(scope: $0.scope, question: $0.question, lane: LaneID(lane)) }
        }
        let standings = try await ask(questions, lanes, credentials)
        let findings = credentials.indices.map { lane in
            PreflightResult.Finding(
                fingerprint: lanes.fingerprints[lane], name: api.credentials.name(of: lanes.fingerprints[lane]) ?? "",
                scopes: served[lane], standing: standings[lane])
        }
        for finding in findings { note(finding) }
        return PreflightResult(findings: findings)
    }

    private func note(_ finding: PreflightResult.Finding) {
        system.log.note(.credentialChecked, finding.isRefused ? .error : nil) { json in
            json.member("credential", finding.name)
            finding.standing.write(to: &json)
        }
    }

    private func ask(
        _ questions: [[LookupCall]], _ lanes: LaneMap, _ credentials: [Credential]
    ) async throws -> [CredentialStanding] {
        let policy = LookupPolicy(budget: settings.policy.budget, attempts: 1, timeout: settings.timeout)
        let cloudflare = try CloudflareAPI(
            baseURL: api.baseURL, lanes: credentials, userAgent: "tokensweep/\(Tokensweep.version) (lookup)",
            timeout: settings.timeout, concurrency: settings.policy.concurrency, environment: system.environment)
        defer { cloudflare.shutdown() }
        let verifier = CredentialVerifier(api: cloudflare, memory: memory, time: system.time, policy: policy)
        return try await verifier.verify(questions, fingerprints: lanes.fingerprints)
    }
}

/// What the API said of the credentials of a job.
struct PreflightResult: Sendable {
    struct Finding: Sendable {
        var fingerprint: String
        /// What people call it: `entry 2 of credentials.json5`, `the environment`.
        var name: String
        /// The accounts and zones that it serves.
        var scopes: [ScopeTally]
        var standing: CredentialStanding

        var isRefused: Bool {
            if case .refused = standing { true } else { false }
        }
    }

    var findings: [Finding]

    /// Whether nothing can be deleted at all.
    var isHopeless: Bool { !findings.isEmpty && findings.allSatisfy(\.isRefused) }

    /// How the lanes of a run begin. A lane of which nothing is known is in no way held back.
    func gates(of lanes: LaneMap) -> [LaneID: Lane.Gate] {
        var gates: [LaneID: Lane.Gate] = [:]
        for (index, fingerprint) in lanes.fingerprints.enumerated() {
            gates[LaneID(index)] = findings.first { $0.fingerprint == fingerprint }?.standing.gate
        }
        return gates
    }

    // MARK: - In words

    /// Accounts and zones that are named before the rest is only counted.
    private static let listed = 3

    /// What people should know before they confirm; a credential that is refused is told even where little is said.
    func lines(isQuiet: Bool) -> [String] {
        let accepted = findings.count { $0.standing == .accepted }
        var lines = isQuiet || accepted == 0 ? [] : ["\(HumanText.count(accepted, "credential", "credentials")) verified."]
        for finding in findings {
            switch finding.standing {
            case .accepted: break
            case .refused(let reason):
                lines.append("The credential of \(finding.shownName) is refused: \(shown(reason)). It cannot serve \(served(finding)).")
            case .unproven(let reason, _):
                guard !isQuiet else { break }
                lines.append("tokensweep: warning: the credential of \(finding.shownName) could not be verified: \(shown(reason))")
            }
        }
        if !isHopeless, findings.contains(where: \.isRefused) {
            lines.append("The other tokens can be deleted; these stay pending until `tokensweep resume` finds a credential that works.")
        }
        return lines
    }

    private func shown(_ text: String) -> String { TerminalText.sanitised(text) }

    /// `account 0a… and 2 more (1,234 tokens)`
    private func served(_ finding: Finding) -> String {
        let names = finding.scopes.prefix(Self.listed).map(\.scope.description).joined(separator: ", ")
        let rest = finding.scopes.count - Self.listed
        let tokens = finding.scopes.reduce(0) { $0 + $1.tally.open }
        return "\(names)\(rest > 0 ? " and \(HumanText.number(rest)) more" : "") (\(HumanText.count(tokens, "token", "tokens")))"
    }

    /// The elements of `credentials` in the plan's JSON.
    func write(to json: inout JSONText) {
        for finding in findings {
            json.object { json in
                json.member("name", finding.name)
                finding.standing.write(to: &json)
                json.array("scopes") { json in
                    for entry in finding.scopes {
                        json.object { json in
                            json.member("scope", entry.scope.kind.rawValue)
                            json.member("scope_id", entry.scope.id.description)
                        }
                    }
                }
            }
        }
    }
}

extension PreflightResult.Finding {
    fileprivate var shownName: String { TerminalText.sanitised(name) }
}

extension CredentialStanding {
    fileprivate func write(to json: inout JSONText) {
        switch self {
        case .accepted: json.member("standing", "accepted")
        case .refused(let reason):
            json.member("standing", "refused")
            json.member("reason", reason)
        case .unproven(let reason, _):
            json.member("standing", "unproven")
            json.member("reason", reason)
        }
    }
}
