import SweepModel
import SweepTestSupport
import Testing

@testable import SweepQueue

/// Made-up tokens, scopes and moments.
enum Sample {
    static let start = Samples.start
    static let minute = Samples.minute
    static let answer = Samples.answer

    static func scope(_ number: Int = 1, _ kind: Scope.Kind = .account) throws -> Scope {
        let digits = String(number, radix: 16)
        return Scope(kind, try #require(ScopeID(String(repeating: "0", count: 32 - digits.count) + digits)))
    }

    static func token(_ number: Int) throws -> TokenID {
        // Scattered as real ids are, so that the order of the tokens is not the order of the rows.
        let scattered = UInt64(truncatingIfNeeded: number) &* 0x9e37_79b9_7f4a_7c15
        let bytes = withUnsafeBytes(of: (scattered, UInt64(truncatingIfNeeded: number))) { Array($0) }
        return try #require(TokenID(bytes: bytes))
    }

    static func request(_ token: Int, scope: Int = 1, line: Int? = nil, manifest: String = "leaked.csv") throws -> DeletionRequest {
        DeletionRequest(
            position: RowPosition(manifest: manifest, line: line ?? token + 1), scope: try Sample.scope(scope),
            tokenID: try Sample.token(token))
    }

    static func row(_ token: Int, scope: Int = 1, line: Int? = nil) throws -> ManifestRow {
        .request(try request(token, scope: scope, line: line))
    }

    static func invalid(line: Int = 1, scope: Scope? = nil) -> ManifestRow {
        .invalid(
            InvalidRow(
                position: RowPosition(manifest: "leaked.csv", line: line), field: "service_token_id", reason: "not a UUID",
                hint: "this is a client id", tokenText: "88bf.access", scope: scope, clientID: "88bf.access", name: "ci", note: "n"))
    }

    static func draft(
        _ name: String = "incident-42", manifests: [String] = ["leaked.csv"], action: JobAction = .delete,
        whenBlocked: WhenBlocked = .report
    ) -> JobDraft {
        JobDraft(
            name: name, settings: "{\"concurrency\":16}", baseURL: "https://api.example/v4", manifests: manifests, createdAt: start,
            action: action, whenBlocked: whenBlocked)
    }

    /// One credential for the scopes of these numbers.
    static func lanes(_ scopes: Int...) throws -> LaneMap {
        LaneMap(fingerprint: "f1", scopes: try scopes.map { try scope($0) })
    }
}

extension Queue {
    func confirm(_ job: JobID) throws(QueueError) { try confirm(job, by: .unasked, at: Sample.start) }

    func retry(_ job: JobID, _ states: Set<ItemState>) throws(QueueError) -> Int { try retry(job, states, at: Sample.start) }

    /// Reads, seals and confirms a job.
    func makeJob(_ rows: [ManifestRow], named name: String = "incident-42") throws -> JobID {
        let plan = try makePlan(rows, named: name)
        try confirm(plan.job)
        return plan.job
    }

    func makePlan(_ rows: [ManifestRow], named name: String = "incident-42") throws -> Plan {
        _ = try startPlan(Sample.draft(name))
        try add(rows, manifest: 0)
        return try sealPlan()
    }

    /// Takes a job up whose scopes one credential serves.
    @discardableResult func start(
        _ job: JobID, scopes: [Int] = [1], remembering: Milliseconds = Sample.minute, at now: Timestamp = Sample.start
    ) throws -> JobStart {
        let lanes = LaneMap(fingerprint: "f1", scopes: try scopes.map { try Sample.scope($0) })
        return try begin(job, lanes: lanes, remembering: remembering, at: now)
    }
}

/// The error that `body` throws; a body that throws none, or another one, is a failed requirement.
func failure(isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Void) async throws -> QueueError {
    var caught: QueueError?
    do {
        try await body()
    } catch let error as QueueError {
        caught = error
    }
    return try #require(caught)
}
