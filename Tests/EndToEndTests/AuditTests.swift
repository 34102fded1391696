import Glibc
import SweepTestSupport
import Testing

/// `audit`: what happened is a chain of hashes, whatever happens to the program, and whoever changes it is found out.
@Suite(.timeLimit(.minutes(3)))
struct AuditTests {
    private struct Line: Decodable {
        var n: Int
        var event: String
        var by: String?
        var how: String?
        var reason: String?
        var serviceTokenId: String?
        var outcome: String?
        var previous: String
        var hash: String
    }

    /// What the README tells people to do who trust no tokensweep.
    private static let recipe = """
        previous=$(printf '0%.0s' {1..64})
        while IFS= read -r line; do
            hash=$(printf '%s}' "${line%,\\"hash\\":*}" | sha256sum | cut -c 1-64)
            [[ $line == *",\\"previous\\":\\"$previous\\",\\"hash\\":\\"$hash\\"}" ]] || { echo "broken: $line"; exit 1; }
            previous=$hash
        done < audit.jsonl
        echo "$previous"
        """

    private func lines(_ bench: Workbench) async throws -> [Line] {
        let result = try await bench.call("audit")
        expectExit(result, 0)
        return try JSONReading.lines(Line.self, result.output)
    }

    @Test func `anybody can compute the chain again with sha256sum`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 5 }, { generate: 1, first: 9, in_use: true }")) { bench in
            try bench.folder.write(Sample.csv([1, 2, 9]), to: "m.csv")
            let words = ["run", "m.csv", "--yes", "--reason", "INC-42: \"leaked\" \u{1B}[31m", "--verify"]
            let result = try await bench.end(of: try bench.start(words))
            expectExit(result, 1)
            let lines = try await lines(bench)
            let events = ["planned", "confirmed", "started"] + Array(repeating: ["attempt", "outcome"], count: 3).joined()
            #expect(lines.map(\.event) == events + ["finished", "verified"])
            #expect(lines[1].how == "--yes")
            #expect(lines[1].reason == "INC-42: \"leaked\" \u{1B}[31m")
            #expect(lines.allSatisfy { $0.by == nil || $0.by?.contains("(uid \(geteuid()))") == true })
            try bench.folder.write(try await bench.call("audit").output, to: "audit.jsonl")
            let child = try ChildProcess(
                ChildProcess.Command(
                    "/bin/bash", ["-c", Self.recipe], environment: ["PATH": "/usr/bin:/bin"], folder: bench.folder.path,
                    output: bench.folder["recipe.out"], errors: bench.folder["recipe.err"]))
            #expect(try await child.wait().exitCode == 0)
            let head = try #require(lines.last?.hash)
            #expect(child.output == head + "\n")
            #expect(result.errors.contains("\nEvidence: \(head)\n"))
            let checked = try await bench.call("audit", "--check", "--head", head)
            expectExit(checked, 0)
            #expect(checked.output.contains("is intact: \(lines.count) lines, head \(head)."))
            expectExit(try await bench.call("audit", "--check", "--head", String(repeating: "0", count: 64)), 1)
            expectExit(try await bench.call("audit", "--head", head), 2)
            #expect(try await bench.call("status").output.contains("Reason: INC-42: \"leaked\""))
        }
    }

    @Test func `killed and resumed, cancelled and retried, the chain holds`() async throws {
        let world = Sample.world(
            "{ generate: 2000 }, { generate: 5, first: 5000, in_use: true }", settings: "rate: 'none', latency: '15ms', jitter: '15ms'",
            more: "faults: [{ kind: 'http_500', probability: 0.1 }, { kind: 'lost_reply', probability: 0.05 }],")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(Array(5000..<5005) + Array(1...2000)), to: "m.csv")
            let words = ["m.csv", "--yes", "--rate", "none", "--concurrency", "4", "--halt-after", "never"]
            for (index, entries) in [3, 40, 50, 40].enumerated() {
                let sent = try bench.simulator.ledger().entries.count
                let child = try bench.start(index == 0 ? ["run"] + words : ["resume"])
                try await bench.simulator.ledger(holding: sent + entries)
                child.send(SIGKILL)
                #expect(try await child.wait().signal == SIGKILL, "the job ended too early for this test")
                expectExit(try await bench.call("audit", "--check"), 0)
            }
            let name = try #require(try await bench.jobs().first?.name)
            expectExit(try await bench.call("retry", name, "--blocked"), 0)
            let sent = try bench.simulator.ledger().entries.count
            let child = try bench.start(["resume"])
            try await bench.simulator.ledger(holding: sent + 20)
            expectExit(try await bench.call("cancel", name), 0)
            _ = try await bench.end(of: child)
            expectExit(try await bench.call("audit", "--check"), 0)
            let events = try await lines(bench).map(\.event)
            #expect(events.count { $0 == "recovered" } >= 3)
            #expect(Array(events.suffix(2)) == ["cancelled", "finished"] && events.contains("retried"))
            let ledger = try bench.simulator.ledger()
            expectAgreement(
                try await bench.report(), ledger, existing: Sample.keys(1...2000).union(Sample.keys(5000..<5005)))
            let told = Set(try await lines(bench).filter { $0.outcome == "deleted" }.compactMap(\.serviceTokenId))
            #expect(told.isSubset(of: Set(ledger.removed.map { String($0.description.suffix(36)) })))
        }
    }

    @Test func `no credential is in it`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--reason", "leaked: \(Workbench.token)"), 0)
            #expect(!(try await bench.call("audit").output.contains(Workbench.token)))
        }
    }
}
