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

    /// How many problems are listed before the rest is only counted.
    static let listed = 20

    static func == (left: ManifestFindings, right: ManifestFindings) -> Bool {
        left.problems == right.problems && left.problemCount == right.problemCount
    }

    mutating func note(_ rows: [ManifestRow]) {
        for case .invalid(let row) in rows {
            if problems.count < ManifestFindings.listed { problems.append(row) }
            problemCount += 1
        }
    }

    /// `leaked.csv:17: service_token_id: not a UUID (…)`, then a count of the rest.
    var problemLines: [String] {
        var lines = problems.map { "\($0.position.manifest):\($0.position.line): \($0.explanation)" }
        if problemCount > problems.count { lines.append("… and \(problemCount - problems.count) more rows that cannot be used") }
        return lines
    }
}

/// Reads manifests into a plan, batch by batch, in constant memory.
enum PlanReader {
    private static let batch = 4096

    /// - Throws: `ManifestError` or `QueueError`; the plan is then gone from the queue.
    static func read(
        _ manifests: [String], into queue: Queue, defaultScope: Scope?
    ) async throws -> ManifestFindings {
        var findings = ManifestFindings()
        do {
            for (ordinal, path) in manifests.enumerated() {
                var reader = try ManifestReader(path: path, defaultScope: defaultScope)
                while case let rows = try reader.nextBatch(of: batch), !rows.isEmpty {
                    findings.note(rows)
                    try await queue.add(rows, manifest: ordinal)
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
