import SweepManifest
import SweepModel
import SweepQueue

/// What reading the manifests brought, besides the plan in the queue.
struct ManifestFindings: Sendable, Equatable {
    /// The first rows that cannot be used.
    var problems: [InvalidRow] = []
    var problemCount = 0
    /// Fields that no rule knows, by manifest.
    var ignoredFields: [(manifest: String, names: [String])] = []
    /// Rows of which a pattern of `--protect` asks what they do not tell, by what is missing.
    var unjudged: [ProtectionList.Missing: Int] = [:]

    /// How many problems are listed before the rest is only counted.
    static let listed = 20

    static func == (left: ManifestFindings, right: ManifestFindings) -> Bool {
        left.problems == right.problems && left.problemCount == right.problemCount && left.unjudged == right.unjudged
    }

    /// Refuses rows that name their token by the client id alone where that cannot be looked up.
    static func refuseUnresolved(_ rows: inout [ManifestRow], _ resolution: Resolving) {
        for (index, row) in rows.enumerated() {
            guard case .unresolved(let request, _) = row else { continue }
            func refuse(_ field: String, _ reason: String, _ hint: String) {
                rows[index] = .invalid(
                    InvalidRow(
                        position: request.position, field: field, reason: reason, hint: hint, scope: request.scope,
                        clientID: request.clientIDText, name: request.name, note: request.note))
            }
            switch resolution {
            case .off:
                refuse("client_id", "no service_token_id, and --no-lookup forbids to look for it", "add the id, or leave --no-lookup out")
            case .named where request.scope == nil:
                refuse(
                    "account_id", "no account_id and no zone_id",
                    "--account ID or --zone ID serves rows that name none; with --credentials FILE all of its accounts and zones are searched"
                )
            case .named, .everywhere: break
            }
        }
    }

    mutating func note(_ rows: [ManifestRow]) {
        for case .invalid(let row) in rows {
            if problems.count < ManifestFindings.listed { problems.append(row) }
            problemCount += 1
        }
    }

    /// Turns requests for protected tokens into rows that are held back. Rows that cannot be judged are held back too, so that
    /// none can pass whatever becomes of the plan.
    ///
    /// - Parameter looksUp: what the manifest does not tell will be looked up, and judged then.
    mutating func hold(back rows: inout [ManifestRow], by protections: ProtectionList, looksUp: Bool) {
        for (index, row) in rows.enumerated() {
            if case .unresolved(let request, _) = row, case .protected(let protection) = protections.verdict(on: request) {
                rows[index] = .unresolved(request, heldBackFor: "protected by \(protection)")
            }
            guard case .request(let request) = row else { continue }
            switch protections.verdict(on: request) {
            case .unknown where looksUp: break
            case .free: break
            case .protected(let protection): rows[index] = .heldBack(request, reason: "protected by \(protection)")
            case .unknown(let missing):
                unjudged[missing, default: 0] += 1
                rows[index] = .heldBack(request, reason: "it cannot be told whether it is protected: no \(missing.rawValue)")
            }
        }
    }

    /// `leaked.csv:17: service_token_id: not a UUID (…)`, then a count of the rest.
    var problemLines: [String] {
        var lines = problems.map { "\($0.position.manifest):\($0.position.line): \($0.explanation)" }
        if problemCount > problems.count { lines.append("… and \(problemCount - problems.count) more rows that cannot be used") }
        return lines
    }
}

/// Where tokens are looked for that are named by their client id alone.
enum Resolving: Sendable, Equatable {
    /// Nowhere: nothing is looked up.
    case off
    /// In the account or zone that the row names.
    case named
    /// The same; where the row names none, in all accounts and zones of the credentials file.
    case everywhere
}

/// Reads manifests into a plan, batch by batch, in constant memory.
enum PlanReader {
    private static let batch = 16_384

    /// - Throws: `ManifestError` or `QueueError`; the plan is then gone from the queue.
    static func read(
        _ manifests: [String], into queue: Queue, defaultScope: Scope?, protecting protections: ProtectionList = ProtectionList([]),
        resolving resolution: Resolving
    ) async throws -> ManifestFindings {
        var findings = ManifestFindings()
        do {
            for (ordinal, path) in manifests.enumerated() {
                var reader = try ManifestReader(path: path, defaultScope: defaultScope)
                var rows = try reader.nextBatch(of: batch)
                while !rows.isEmpty {
                    ManifestFindings.refuseUnresolved(&rows, resolution)
                    if !protections.isEmpty { findings.hold(back: &rows, by: protections, looksUp: resolution != .off) }
                    findings.note(rows)
                    // The next rows are read while these are written.
                    let read = rows
                    async let written: Void = queue.add(read, manifest: ordinal)
                    rows = try reader.nextBatch(of: batch)
                    try await written
                }
                let ignored = reader.ignoredFields
                if !ignored.isEmpty { findings.ignoredFields.append((path, ignored)) }
            }
            return findings
        } catch {
            await queue.abandonPlan()
            throw error
        }
    }
}
