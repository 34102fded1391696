import Glibc
import SweepTestSupport
import Testing

/// Every answer that the API is known to give, as the first of a run, as a later one, and as every one.
@Suite(.timeLimit(.minutes(3)))
struct AnswerPositionTests {
    /// What an answer means for its token and for the run.
    enum Meaning: Sendable {
        /// The token's outcome.
        case outcome(String)
        /// Nothing yet: another try tells.
        case retry
        /// Another try, which does not count as one.
        case wait
        /// The credential is refused: the run stops. It may be a blip where the credential worked before.
        case refused(mayBeBlip: Bool)

        var isTransient: Bool {
            switch self {
            case .retry, .wait: true
            case .outcome, .refused: false
            }
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var status: Int
        var body: String
        var meaning: Meaning
        var headers = ""
        /// Whether the tokens that it is said of are there.
        var exists = true

        /// An envelope with one error.
        static func error(_ status: Int, _ code: Int, _ message: String, _ meaning: Meaning, headers: String = "") -> Row {
            let body = "{ success: false, errors: [{ code: \(code), message: '\(message)' }], messages: [], result: null }"
            return Row(status: status, body: body, meaning: meaning, headers: headers)
        }

        var testDescription: String { "\(status) \(body.prefix(90))" }

        func rule(_ condition: String) -> String {
            "{ kind: 'answer', status: \(status), body: \(body), headers: { \(headers) } \(condition) }"
        }
    }

    private static let slow = "Please wait and consider throttling your request speed"
    private static let page = "'<html><head><title>502 Bad Gateway</title></head></html>'"

    static let rows: [Row] = [
        .error(400, 12139, "access.api.error.service_token_in_use: cannot delete service token", .outcome("blocked")),
        Row(status: 404, body: "{ success: false, errors: [{ code: 12135 }] }", meaning: .outcome("already_absent"), exists: false),
        Row(status: 404, body: "{ success: false, errors: [] }", meaning: .outcome("already_absent"), exists: false),
        .error(404, 7003, "Could not route to /client/v4/accounts/x", .outcome("failed")),
        .error(400, 7003, "Could not route to /client/v4/accounts/x", .outcome("failed")),
        .error(401, 10000, "Authentication error", .refused(mayBeBlip: true)),
        .error(403, 10000, "Authentication error", .refused(mayBeBlip: true)),
        .error(405, 10000, "DELETE method with API Tokens is not supported by this API", .refused(mayBeBlip: false)),
        .error(403, 10001, "Method not allowed for token", .refused(mayBeBlip: false)),
        Row(status: 403, body: "{ code: 1010, error: 'auth.forbidden' }", meaning: .refused(mayBeBlip: false)),
        .error(403, 1007, "auth.key_not_in_claims", .refused(mayBeBlip: false)),
        .error(403, 9109, "Invalid access token", .refused(mayBeBlip: false)),
        .error(403, 9109, "Cannot use the access token from location: 192.0.2.1", .refused(mayBeBlip: false)),
        .error(403, 9109, "Max auth failures reached", .refused(mayBeBlip: false)),
        .error(401, 1000, "Invalid API Token", .refused(mayBeBlip: false)),
        .error(400, 6003, "Invalid request headers", .refused(mayBeBlip: false)),
        .error(400, 9103, "Unknown X-Auth-Key or X-Auth-Email", .refused(mayBeBlip: false)),
        .error(403, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers", .refused(mayBeBlip: false)),
        .error(400, 9999, "access.api.error.not_enabled", .outcome("failed")),
        .error(400, 12130, "access.api.error.invalid_request", .outcome("failed")),
        .error(400, 12132, "access.api.error.conflict", .retry),
        .error(409, 12132, "access.api.error.conflict", .retry),
        .error(429, 971, slow, .wait, headers: "'retry-after': '1'"),
        .error(429, 10100, slow, .wait, headers: "'retry-after': '1'"),
        .error(429, 10429, slow, .wait, headers: "'retry-after': '1'"),
        .error(200, 971, slow, .wait),
        .error(500, 971, slow, .wait),
        .error(403, 10001, "internal error", .retry),
        .error(500, 10001, "access.api.error.internal_server_error", .retry),
        .error(400, 1000, "upstream timeout", .retry),
        Row(status: 408, body: "''", meaning: .retry),
        Row(status: 500, body: "{}", meaning: .retry),
        Row(status: 502, body: page, meaning: .retry),
        Row(status: 503, body: "''", meaning: .retry),
        Row(status: 504, body: page, meaning: .retry),
        Row(status: 520, body: "'error code: 520'", meaning: .retry),
        Row(status: 522, body: "'error code: 522'", meaning: .retry),
        Row(status: 530, body: "'error code: 1016'", meaning: .retry),
        .error(422, 12345, "something else", .outcome("failed")),
    ]

    /// A budget whose window is a second: so long it waits where a 429 does not say.
    private static let words = ["run", "m.csv", "--yes", "--concurrency", "1", "--rate", "1000/1s", "--attempts", "2", "--name", "p"]

    /// Runs four tokens, of which the `position`-th meets the row; all of them where it is nil.
    private func run(_ row: Row, at position: Int?, _ body: (Workbench, [ReportLine], Int32?) async throws -> Void) async throws {
        let rule = row.rule(position.map { ", times: 1, tokens: ['\(Sample.id($0))']" } ?? "")
        let existing = (1...4).filter { row.exists || (position != nil && $0 != position) }
        let tokens = existing.map { "{ generate: 1, first: \($0) }" }.joined(separator: ", ")
        try await Workbench.with(world: Sample.world(tokens, more: "faults: [\(rule)]")) { bench in
            try bench.folder.write(Sample.csv(1...4), to: "m.csv")
            let child = try bench.start(Self.words)
            if position == nil, row.meaning.isTransient {
                // It would wait for ever, or as long as an outage may last.
                try await bench.simulator.ledger(holding: 4)
                child.send(SIGINT)
            }
            let result = try await bench.end(of: child)
            let (report, ledger) = (try await bench.report(), try bench.simulator.ledger())
            expectAgreement(report, ledger, existing: Sample.keys(existing))
            for line in report { #expect(ledger.deletesByToken[line.key, default: 0] == line.attempts) }
            try await body(bench, report, result.exitCode)
        }
    }

    @Test(arguments: rows, [1, 3])
    func `as one answer among others`(row: Row, position: Int) async throws {
        try await run(row, at: position) { _, report, code in
            let line = report[position - 1]
            var others = report
            others.remove(at: position - 1)
            switch row.meaning {
            case .outcome(let outcome):
                #expect(line.outcome == outcome && line.attempts == 1)
                #expect(code == (outcome == "already_absent" ? 0 : 1))
                #expect(others.allSatisfy { $0.outcome == "deleted" })
            case .retry, .wait:
                #expect(line.outcome == "deleted" && line.attempts == 2 && code == 0)
                #expect(others.allSatisfy { $0.outcome == "deleted" })
            case .refused(mayBeBlip: true) where position > 1:
                #expect(line.outcome == "deleted" && line.attempts == 2 && code == 0)
            case .refused:
                // At first nothing speaks for the credential.
                #expect(code == 3)
                #expect(report.outcomes == (1...4).map { $0 < position ? "deleted" : "pending" })
                #expect(report.map(\.attempts) == (1...4).map { $0 <= position ? 1 : 0 })
            }
        }
    }

    @Test(arguments: rows)
    func `as every answer`(row: Row) async throws {
        try await run(row, at: nil) { bench, report, code in
            let removed = try bench.simulator.ledger().removed
            #expect(removed.isEmpty)
            switch row.meaning {
            case .outcome(let outcome):
                #expect(report.outcomes == Array(repeating: outcome, count: 4))
                #expect(report.allSatisfy { $0.attempts == 1 })
                #expect(code == (outcome == "already_absent" ? 0 : 1))
            case .retry:
                #expect(report.allSatisfy { $0.outcome == ($0.attempts < 2 ? "pending" : "failed") } && code == 4)
            case .wait:
                #expect(report.outcomes == Array(repeating: "pending", count: 4) && code == 4)
            case .refused(let mayBeBlip):
                #expect(report.outcomes == Array(repeating: "pending", count: 4) && code == 3)
                #expect(report.reduce(0) { $0 + $1.attempts } <= (mayBeBlip ? 3 : 1), "a refused credential was used again")
            }
        }
    }
}
