import Glibc
import SweepTestSupport
import Testing

/// Tokens that are disabled, enabled again or rotated, held to what the API really did.
@Suite(.timeLimit(.minutes(3)))
struct ActionTests {
    private static let world = Sample.world(
        "{ generate: 6 }, { generate: 3, first: 10, in_use: true }, { generate: 1, first: 20, enabled: false }")
    private static let all = Array(1...6) + Array(10...12) + [20, 99]

    private func effects(_ bench: Workbench, _ effect: String) throws -> Set<TokenKey> {
        Set(try bench.simulator.ledger().entries.filter { $0.effect == effect }.map(\.key))
    }

    /// What the world says now: tokens that were disabled and not enabled after that.
    private func disabled(_ ledger: Ledger) -> Set<TokenKey> {
        ledger.entries.reduce(into: []) { tokens, entry in
            if entry.effect == "disabled" { tokens.insert(entry.key) }
            if entry.effect == "enabled" { tokens.remove(entry.key) }
        }
    }

    @Test func `disabling deletes nothing, and enabling takes back exactly what was disabled`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(Self.all), to: "m.csv")
            let run = try await bench.call("run", "m.csv", "--action", "disable", "--yes", "--name", "d")
            expectExit(run, 0)
            #expect(run.errors.contains("disable 11 tokens of 1 account; none is deleted."))
            #expect(run.errors.contains("10 of 11 tokens are disabled, none deleted; 1 is absent."))
            let report = try await bench.report("d")
            #expect(report.outcomes == Array(repeating: "disabled", count: 10) + ["already_absent"])
            #expect(report.map(\.reason).suffix(2) == ["was disabled already, not deleted", "nothing to disable"])
            let touched = Sample.keys(Array(1...6) + Array(10...12))
            #expect(try effects(bench, "disabled") == touched)
            #expect(try bench.simulator.ledger().deletes.isEmpty)
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(Self.all.dropLast()))

            expectExit(try await bench.call("enable", "d"), 2)
            #expect(try effects(bench, "enabled").isEmpty)
            let enable = try await bench.call("enable", "d", "--yes")
            expectExit(enable, 0)
            #expect(enable.errors.contains("9 of 9 tokens are enabled again."))
            #expect(try effects(bench, "enabled") == touched)
            let sent = try bench.simulator.ledger().entries.count
            let again = try await bench.call("enable", "d", "--yes")
            expectExit(again, 0)
            #expect(again.errors.contains("has disabled no token that is still to be enabled; nothing was sent."))
            #expect(try bench.simulator.ledger().entries.count == sent)
            #expect(try await bench.report("d").first?.reason == "disabled, not deleted; enabled again since")
            #expect(try bench.simulator.ledger().deletes.isEmpty)
        }
    }

    @Test func `a blocked token is disabled, and stays blocked`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(Self.all), to: "m.csv")
            try bench.folder.write("{ manifests: ['m.csv'], when_blocked: 'disable', name: 'b' }", to: "job.json5")
            let run = try await bench.call("run", "--job", "job.json5", "--yes")
            expectExit(run, 1)
            let undo = "To take back the disabling of 3 tokens: tokensweep enable b\n"
            #expect(run.errors.hasSuffix(undo))
            #expect(try await bench.call("status", "b").output.hasSuffix(undo))
            let report = try await bench.report("b")
            let blocked = report.filter { $0.outcome == "blocked" }
            #expect(blocked.map(\.reason) == Array(repeating: "disabled, still referenced", count: 3))
            // What blocked it is what the row tells.
            #expect(blocked.allSatisfy { $0.errorCode == 12139 && $0.httpStatus == 400 && $0.attempts == 3 })
            #expect(try effects(bench, "disabled") == Sample.keys(10...12))
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(Self.all.dropLast()))
            expectExit(try await bench.call("enable", "b", "--yes"), 0)
            #expect(try effects(bench, "enabled") == Sample.keys(10...12))
            #expect(try await !bench.call("status", "b").output.contains("tokensweep enable"))
        }
    }

    @Test func `a rotated secret is in no file and in no output`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(10...12), to: "m.csv")
            let reports = ["csv", "jsonl", "md", "txt"].flatMap { ["--report", "r.\($0)"] }
            let child = try bench.start(
                ["run", "m.csv", "--when-blocked", "rotate", "--yes", "--name", "r", "--json", "--verbose"] + reports)
            expectExit(try await bench.end(of: child), 1)
            #expect(try effects(bench, "rotated") == Sample.keys(10...12))
            #expect(try await bench.report("r").map(\.reason) == Array(repeating: "secret rotated, still referenced", count: 3))
            let undo = try await bench.call("enable", "r", "--yes")
            expectExit(undo, 0)
            #expect(undo.errors.contains("3 tokens' secrets were rotated: that cannot be taken back"))
            for name in try bench.folder.files() {
                #expect(try !bench.folder.bytes(of: name).contains(Array("cfast_".utf8)), "\(name) holds a secret")
            }
            // The deletion is tried again, the rotation is not.
            expectExit(try await bench.call("retry", "r", "--blocked"), 0)
            expectExit(try await bench.call("resume", "r"), 1)
            #expect(try await bench.report("r").map(\.reason) == Array(repeating: "secret rotated earlier, still referenced", count: 3))
            #expect(try bench.simulator.ledger().entries.count { $0.effect == "rotated" } == 3)
        }
    }

    @Test func `an interrupted job remembers what it does to blocked tokens, and its budget counts that too`() async throws {
        let world = Sample.world("{ generate: 120, in_use: true }", settings: "rate: '30/1s', latency: '5ms'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...120), to: "m.csv")
            let child = try bench.start(
                ["run", "m.csv", "--when-blocked", "disable", "--yes", "--rate", "30/1s", "--reserve", "0%", "--name", "i"])
            try await bench.simulator.ledger(holding: 50)
            child.send(SIGINT)
            expectExit(try await bench.end(of: child), 4)
            expectExit(try await bench.call("resume", "i"), 1)
            #expect(try await bench.report("i").map(\.reason) == Array(repeating: "disabled, still referenced", count: 120))
            let ledger = try bench.simulator.ledger()
            #expect(ledger.entries.allSatisfy { !$0.rateLimited })
            #expect(ledger.mostArrivals(within: 1000) <= 30)
            #expect(disabled(ledger) == Sample.keys(1...120))
        }
    }

    @Test func `tokens of zones cannot be rotated, and it is told`() async throws {
        let world = """
            { rate: 'none', zones: [{ id: '\(Sample.zone)', tokens: [{ generate: 1, in_use: true }] }],
              credentials: [{ label: 'ops', token: '\(Workbench.token)' }] }
            """
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.jsonLines([1], scope: "zone_id", Sample.zone), to: "m.jsonl")
            expectExit(try await bench.call("run", "m.jsonl", "--when-blocked", "rotate", "--yes"), 1)
            #expect(
                try await bench.report().map(\.reason)
                    == ["secret NOT rotated, still referenced: the API rotates tokens of accounts only"])
        }
    }

    @Test(arguments: [
        ["--action", "disable", "--when-blocked", "disable"], ["--action", "disable", "--verify"], ["--action", "enable"],
        ["--when-blocked", "delete"],
    ])
    func `what does not go together is refused`(words: [String]) async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            expectExit(try await bench.end(of: try bench.start(["run", "m.csv", "--yes"] + words)), 2)
            try await expectUntouched(bench)
        }
    }

    @Test func `the plan names the action, and its id depends on it`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            let delete = try await bench.call("plan", "m.csv").output
            let disable = try await bench.call("plan", "m.csv", "--action", "disable").output
            let rotate = try await bench.call("plan", "m.csv", "--when-blocked", "rotate").output
            #expect(delete.contains(": delete 3 tokens of 1 account.\n"))
            #expect(disable.contains(": disable 3 tokens of 1 account; none is deleted.\n"))
            #expect(rotate.contains("will have its secret rotated; nothing takes that back."))
            #expect(Set([delete, disable, rotate].map { $0.prefix { $0 != ":" } }).count == 3)
        }
    }

    /// With faults, and killed again and again: in the end every token is as the report says, and none was deleted.
    @Test func `killed while it disables and while it enables, it goes on`() async throws {
        let count = 800
        let faults = ["lost_reply", "reset_before", "http_500", "truncated"].map { "{ kind: '\($0)', probability: 0.04 }" }
        let world = Sample.world(
            "{ generate: \(count) }", settings: "rate: 'none', latency: '20ms', jitter: '20ms', seed: 5",
            more: "faults: [\(faults.joined(separator: ", "))]")
        let pace = ["--rate", "none", "--concurrency", "8"]
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...count), to: "m.csv")
            let run = ["run", "m.csv", "--action", "disable", "--yes", "--name", "d"] + pace
            try await kill(bench, first: run, then: ["resume"], at: [5, 90, 200, 330])
            expectExit(try await bench.call("resume", "d", "--concurrency", "32"), 0)
            let report = try await bench.report("d")
            #expect(report.outcomes == Array(repeating: "disabled", count: count))
            #expect(disabled(try bench.simulator.ledger()) == Sample.keys(1...count))
            // Each was enabled at first, so that none was disabled by others.
            #expect(report.allSatisfy { $0.reason?.hasPrefix("was disabled already") == false })

            let sent = try bench.simulator.ledger().entries.count
            let enable = ["enable", "d", "--yes"] + pace
            try await kill(bench, first: enable, then: enable, at: [sent + 5, sent + 150, sent + 300])
            expectExit(try await bench.call("enable", "d", "--yes", "--concurrency", "32"), 0)
            #expect(disabled(try bench.simulator.ledger()).isEmpty)
            #expect(try await bench.report("d-enable").outcomes == Array(repeating: "enabled", count: count))
            #expect(try bench.simulator.ledger().deletes.isEmpty)
            #expect(try await bench.jobs().count == 2)
        }
    }

    private func kill(_ bench: Workbench, first: [String], then next: [String], at entries: [Int]) async throws {
        for (index, count) in entries.enumerated() {
            let child = try bench.start(index == 0 ? first : next)
            try await bench.simulator.ledger(holding: count)
            child.send(SIGKILL)
            #expect(try await child.wait().signal == SIGKILL, "it ended too early for this test")
        }
    }
}
