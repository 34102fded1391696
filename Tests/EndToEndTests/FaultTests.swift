import SweepTestSupport
import Testing

/// Every way in which the API can fail at one request, and what becomes of the token.
@Suite(.timeLimit(.minutes(3)))
struct FaultTests {
    /// One kind of fault, met by the second of four tokens; the first and third exist and meet none, the fourth never existed.
    struct Case: Sendable, CustomTestStringConvertible {
        /// Members of the rule, `kind` first.
        var rule: String
        var outcome: String
        var attempts: Int
        var options: [String] = []
        /// The first part of the reason; nil where there is none.
        var reason: String?

        var testDescription: String { rule }

        init(_ rule: String, _ outcome: String, after attempts: Int, reason: String? = nil, _ options: String...) {
            self.rule = rule
            self.outcome = outcome
            self.attempts = attempts
            self.options = options
            self.reason = reason
        }

        var kind: Substring { rule.split(separator: "'")[0] }
    }

    private static let lost = "gone after an earlier try whose answer was lost"

    static let cases: [Case] = [
        // The answer never came or cannot be read: a later "absent" is this job's own doing.
        Case("lost_reply'", "presumed_deleted", after: 2, reason: lost),
        Case("lost_reply', times: 3", "presumed_deleted", after: 4, reason: lost),
        Case("truncated'", "presumed_deleted", after: 2, reason: lost),
        Case("oversized'", "presumed_deleted", after: 2, reason: lost),
        Case("slow_body', ms: 20000", "presumed_deleted", after: 2, reason: lost, "--timeout", "1s"),
        Case("not_json_200', done: true", "presumed_deleted", after: 2, reason: lost),
        Case("wrong_id_done'", "presumed_deleted", after: 2, reason: lost),
        Case("hang', done: true", "presumed_deleted", after: 2, reason: lost, "--timeout", "1s"),
        Case("plain_522', done: true", "presumed_deleted", after: 2, reason: lost),
        // The same, but nothing was done: the next try deletes.
        Case("reset_before'", "deleted", after: 2),
        Case("reset_before', times: 3", "deleted", after: 4),
        Case("truncated_before'", "deleted", after: 2),
        Case("hang'", "deleted", after: 2, "--timeout", "1s"),
        Case("not_json_200'", "deleted", after: 2),
        Case("wrong_id'", "deleted", after: 2),
        // Slow, but whole.
        Case("slow_body', ms: 300", "deleted", after: 1),
        // Failures of the API.
        Case("html_502'", "deleted", after: 2),
        Case("http_500'", "deleted", after: 2),
        Case("plain_522'", "deleted", after: 2),
        Case("http_503_empty'", "deleted", after: 2),
        Case("conflict'", "deleted", after: 2),
        Case("timeout_1000'", "deleted", after: 2),
        Case("redirect'", "deleted", after: 2),
        Case("http_500', times: 9", "failed", after: 3, reason: "3 tries failed", "--attempts", "3"),
        // Too fast: never a try of the token.
        Case("rate_limited_971', seconds: 1", "deleted", after: 2, "--attempts", "1"),
        Case("rate_limited_200'", "deleted", after: 2, "--attempts", "1", "--rate", "1000/1s"),
        Case("rate_limited_500'", "deleted", after: 2, "--attempts", "1", "--rate", "1000/1s"),
        // Success in other words.
        Case("success_null_result'", "deleted", after: 1),
        Case("success_no_result'", "deleted", after: 1),
        Case("not_found_no_code'", "deleted", after: 1),
        // Refused for good.
        Case("invalid_request_12130'", "failed", after: 1, reason: "the API called the request invalid"),
        Case("wrong_scope_7003'", "failed", after: 1, reason: "there is no such account or zone"),
        Case("not_enabled_9999'", "failed", after: 1, reason: "Zero Trust is not set up there"),
        Case("answer', status: 418, body: { code: 4711, error: 'teapot' }", "failed", after: 1, reason: "the API refused the request"),
        Case("answer', status: 202, body: { success: true, errors: [], messages: [], result: null }", "deleted", after: 2),
        Case("answer', status: 404, body: '<html>not here</html>'", "deleted", after: 2),
        Case("answer', status: 200, body: { success: false, errors: [], messages: [], result: null }", "deleted", after: 2),
        // A rare blip of a credential that worked.
        Case("auth_blip'", "deleted", after: 2),
        // The credential is refused: the token stays as it was.
        Case("auth_1010', times: 9", "pending", after: 1),
        Case("auth_9109', times: 9", "pending", after: 1),
        Case("auth_10001', times: 9", "pending", after: 1),
        Case("auth_1007', times: 9", "pending", after: 1),
        Case("method_405', times: 9", "pending", after: 1),
    ]

    @Test(arguments: cases)
    func `a fault never makes the report disagree with the ledger`(fault: Case) async throws {
        let times = fault.rule.contains("times:") ? "" : ", times: 1"
        let world = Sample.world(
            "{ generate: 1 }", "{ generate: 1, first: 2, faults: [{ kind: '\(fault.rule)\(times) }] }", "{ generate: 1, first: 3 }")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...4), to: "m.csv")
            let pace = fault.options.contains("--rate") ? [] : ["--rate", "none"]
            let words = ["run", "m.csv", "--yes", "--concurrency", "1", "--verbose"] + pace + fault.options
            let result = try await bench.end(of: try bench.start(words))
            let report = try await bench.report()
            let ledger = try bench.simulator.ledger()
            expectAgreement(report, ledger, existing: Sample.keys(1...3))

            let isHalted = fault.outcome == "pending"
            expectExit(result, isHalted ? 3 : fault.outcome == "failed" ? 1 : 0)
            #expect(report.outcomes == ["deleted", fault.outcome] + (isHalted ? ["pending", "pending"] : ["deleted", "already_absent"]))
            let line = try #require(report.dropFirst().first)
            #expect(line.attempts == fault.attempts)
            #expect(line.attemptLog?.count == fault.attempts)
            if let reason = fault.reason { #expect(line.reason?.hasPrefix(reason) == true, "\(line.reason ?? "none")") }
            let asked = ledger.deletes.filter { $0.tokenId == Sample.id(2) }
            #expect(asked.count == fault.attempts)
            #expect(asked.first?.fault == String(fault.kind))
            // Nothing but a question about the credential and DELETEs of the four, and no redirect was followed.
            #expect(ledger.lookups.map(\.path) == ["/client/v4/user/tokens/verify"])
            #expect(
                ledger.entries.dropFirst().allSatisfy {
                    $0.method == "DELETE" && $0.path.contains("/access/service_tokens/00000000-0000-4000-8000-")
                })
            #expect(ledger.deletes.allSatisfy { $0.path.hasPrefix("/client/v4/accounts/") })
        }
    }

    @Test(arguments: ["invalid_request_12130", "wrong_scope_7003"])
    func `a refusal after a lost answer does not hide that the token may be gone`(kind: String) async throws {
        let world = Sample.world("{ generate: 1, faults: [{ kind: 'lost_reply', times: 1 }, { kind: '\(kind)' }] }")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv([1]), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 1)
            let line = try #require(try await bench.report().first)
            #expect(try bench.simulator.ledger().removed == Sample.keys([1]))
            #expect(line.outcome == "failed")
            #expect(line.reason?.contains("whether the token still exists is not known") == true, "\(line.reason ?? "none")")
        }
    }

    @Test func `every kind of fault is covered`() async throws {
        // The simulator itself tells which kinds there are: its refusal of an unknown one lists them.
        let folder = try ScratchFolder()
        defer { try? folder.remove() }
        let world = try folder.write("{ faults: [{ kind: 'no_such_kind' }] }", to: "world.json5")
        let process = try ChildProcess(
            ChildProcess.Command(
                Binaries.simulator, ["--world", world], environment: [:], folder: folder.path, output: folder["out"], errors: folder["err"])
        )
        #expect(try await process.wait().exitCode == 2)
        let list = try #require(process.errors.split(separator: "must be one of ").last)
        let kinds = Set(list.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
        #expect(kinds.count > 30)
        #expect(kinds.subtracting(Self.cases.map { String($0.kind) }).sorted() == [])
    }

    @Test func `a token that is gone is absent, also without a code`() async throws {
        let world = Sample.world("{ generate: 1 }", more: "faults: [{ kind: 'not_found_no_code', tokens: ['\(Sample.id(9))'] }]")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv([1, 9]), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 0)
            let report = try await bench.report()
            #expect(report.outcomes == ["deleted", "already_absent"])
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys([1]))
        }
    }

    @Test func `a token in use is blocked, in the API's own words`() async throws {
        let world = Sample.world("{ generate: 1 }, { generate: 1, first: 2, in_use: true }")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...2), to: "m.csv")
            let result = try await bench.call("run", "m.csv", "--yes", "--verbose")
            expectExit(result, 1)
            let report = try await bench.report()
            #expect(report.outcomes == ["deleted", "blocked"])
            #expect(report[1].errorCode == 12139)
            #expect(report[1].errorMessage?.hasPrefix("access.api.error.service_token_in_use") == true)
            #expect(report[1].attempts == 1)
            #expect(result.errors.contains("blocked \(Sample.id(2))"))
        }
    }

    @Test func `an account that does not exist says nothing about its tokens`() async throws {
        let world = Sample.world(accounts: [(Sample.account, "{ generate: 2 }")])
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv([1]) + "\(Sample.id(2)),\(Sample.otherAccount)\n", to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 1)
            let report = try await bench.report()
            #expect(report.outcomes == ["deleted", "failed"])
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...2))
        }
    }

    @Test func `chaos: many tokens, many faults, and still the truth`() async throws {
        let faults = [
            "lost_reply", "reset_before", "truncated", "html_502", "wrong_id", "not_json_200", "conflict", "wrong_id_done", "oversized",
        ]
        let rules = faults.map { "{ kind: '\($0)', probability: 0.06, times: 1 }" }.joined(separator: ", ")
        let world = Sample.world("{ generate: 150 }", settings: "rate: 'none', seed: 7", more: "faults: [\(rules)]")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...160), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--rate", "none"), 0)
            let report = try await bench.report()
            let ledger = try bench.simulator.ledger()
            expectAgreement(report, ledger, existing: Sample.keys(1...150))
            #expect(ledger.removed == Sample.keys(1...150))
            #expect(report.count("presumed_deleted") > 0)
            // Whether an absent token meets a lost answer first is for chance to say.
            #expect(report.suffix(10).allSatisfy { $0.outcome == "already_absent" || $0.outcome == "presumed_deleted" })
        }
    }

    @Test func `too many failures halt the job`() async throws {
        let world = Sample.world("{ generate: 60, faults: [{ kind: 'invalid_request_12130' }] }, { generate: 40, first: 61 }")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...100), to: "m.csv")
            let result = try await bench.call("run", "m.csv", "--yes", "--rate", "none", "--concurrency", "4", "--halt-after", "50%/10")
            expectExit(result, 3)
            let report = try await bench.report()
            #expect((10...14).contains(report.count("failed")))
            #expect(report.count("pending") + report.count("failed") == 100)
            #expect(try await bench.status().state == "halted")
            expectExit(try await bench.call("resume", "--halt-after", "never"), 1)
            let after = try await bench.report()
            #expect(after.count("failed") == 60)
            #expect(after.count("deleted") == 40)
            expectAgreement(after, try bench.simulator.ledger(), existing: Sample.keys(1...100))
        }
    }

    @Test func `a canary that was not there halts the job`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 30 }")) { bench in
            let named = "service_token_id,account_id,name\n\(Sample.id(99)),\(Sample.account),\"old \"\"ci\"\" \u{202E}\"\n"
            try bench.folder.write(Sample.csv([1, 2]), to: "first.csv")
            try bench.folder.write(named, to: "gone.csv")
            try bench.folder.write(Sample.csv(3...30), to: "m.csv")
            let halted = try await bench.call("run", "first.csv", "gone.csv", "m.csv", "--yes", "--rate", "none", "--canary", "3")
            expectExit(halted, 3)
            let reason = "the canary token \(Sample.id(99)) of account \(Sample.account), called "
            #expect(halted.errors.contains("Stopped: \(reason)\"old \\\"ci\\\" "))
            #expect(halted.errors.contains(", was not found and deleted: its outcome is already_absent\n"))
            #expect(!halted.errors.contains("\u{202E}"))
            #expect(try await bench.call("status").output.contains(reason))
            let ledger = try bench.simulator.ledger()
            #expect(ledger.deletes.count == 3)
            let report = try await bench.report()
            #expect(report.outcomes.prefix(3) == ["deleted", "deleted", "already_absent"])
            #expect(report.count("pending") == 28)
            expectExit(try await bench.call("resume"), 0)
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...30))
        }
    }
}
