import SweepTestSupport
import Testing

/// Holds a report to the ledger, token by token. `existing` are the tokens that the world began with; no other program removed any.
func expectAgreement(
    _ report: [ReportLine], _ ledger: Ledger, existing: Set<TokenKey>, sourceLocation: SourceLocation = #_sourceLocation
) {
    let removed = ledger.removed
    let asked = ledger.deletesByToken
    let requested = Set(ledger.entries.map(\.key))
    for line in report where line.outcome != "invalid" {
        let key = line.key
        let exists = existing.contains(key) && !removed.contains(key)
        let place = "\(line.manifest):\(line.line) \(key) is \(line.outcome)"
        switch line.outcome {
        case "deleted":
            #expect(removed.contains(key), "\(place), and nothing removed it", sourceLocation: sourceLocation)
        case "already_absent":
            #expect(!existing.contains(key), "\(place), and it was there at first", sourceLocation: sourceLocation)
        case "presumed_deleted":
            #expect(!exists, "\(place), and it is still there", sourceLocation: sourceLocation)
            #expect(asked[key, default: 0] >= 1, "\(place), and nobody asked twice", sourceLocation: sourceLocation)
            #expect(line.attempts >= 2, "\(place) after one attempt", sourceLocation: sourceLocation)
        case "blocked":
            #expect(exists, "\(place), and it is gone", sourceLocation: sourceLocation)
        case "disabled", "enabled":
            #expect(exists, "\(place), and it is gone", sourceLocation: sourceLocation)
            #expect(asked[key] == nil, "\(place), and a DELETE was sent", sourceLocation: sourceLocation)
        case "pending", "in_flight", "failed", "skipped":
            break
        default:
            Issue.record("\(place), which is no outcome", sourceLocation: sourceLocation)
        }
        if line.outcome == "already_absent" {
            #expect(requested.contains(key), "\(place), and nobody asked", sourceLocation: sourceLocation)
        }
        if ["deleted", "blocked"].contains(line.outcome) {
            #expect(asked[key, default: 0] >= 1, "\(place), and nobody asked", sourceLocation: sourceLocation)
        }
    }
    let named = Set(report.map(\.key))
    let strays = removed.filter { !named.contains($0) }
    #expect(strays.isEmpty, "tokens were removed that no row names", sourceLocation: sourceLocation)
}

extension [ReportLine] {
    /// Outcomes in the order of the rows.
    var outcomes: [String] { map(\.outcome) }

    func count(_ outcome: String) -> Int { count { $0.outcome == outcome } }
}

/// Expects an exit code; a failure shows what the program said.
func expectExit(_ result: Workbench.Result, _ code: Int32, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(result.exitCode == code, "it said: \(result.errors)", sourceLocation: sourceLocation)
}

/// Expects that calls deleted nothing and left no job behind, and asked about credentials so often.
func expectUntouched(_ bench: Workbench, lookups: Int = 0, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let ledger = try bench.simulator.ledger()
    #expect(ledger.lookups.count == lookups && ledger.entries.count == lookups, "something was sent", sourceLocation: sourceLocation)
    guard bench.folder.holds("state/tokensweep/queue.db") else { return }
    let jobs = try await bench.jobs()
    #expect(jobs.isEmpty, "a job was left behind", sourceLocation: sourceLocation)
}

extension Workbench {
    func jobs() async throws -> [JobLine] {
        try JSONReading.value([JobLine].self, try await call("jobs", "--json").output)
    }
}
