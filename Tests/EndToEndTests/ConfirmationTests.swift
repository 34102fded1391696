import SweepTestSupport
import Testing

/// The plan, and what has to be said before the first DELETE.
@Suite(.timeLimit(.minutes(3)))
struct ConfirmationTests {
    private static let world = Sample.world("{ generate: 12 }")

    @Test func `a plan sends nothing, leaves nothing, and has the id that run has`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...12), to: "m.csv")
            try bench.folder.write(Sample.jsonLines((1...12).reversed()), to: "same.jsonl")
            let shown = try await bench.call("plan", "m.csv", "--json")
            expectExit(shown, 0)
            let plan = try JSONReading.value(PlanLine.self, shown.output).plan
            #expect(plan.action == "delete")
            #expect(plan.deletions == 12)
            let words = try await bench.call("plan", "m.csv")
            #expect(words.output.contains(plan.planId))
            #expect(words.output.contains("12 tokens"))
            // Its order and format do not make a plan another one; its tokens do.
            let same = try JSONReading.value(PlanLine.self, try await bench.call("plan", "same.jsonl", "--json").output).plan
            #expect(same.planId == plan.planId)
            try bench.folder.write(Sample.csv(1...11), to: "fewer.csv")
            let fewer = try JSONReading.value(PlanLine.self, try await bench.call("plan", "fewer.csv", "--json").output).plan
            #expect(fewer.planId != plan.planId)
            try await expectUntouched(bench)

            expectExit(try await bench.call("run", "m.csv", "--yes"), 0)
            #expect(try await bench.status().planId == plan.planId)
        }
    }

    @Test func `a plan's id confirms that plan and no other`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            let id = try JSONReading.value(PlanLine.self, try await bench.call("plan", "m.csv", "--json").output).plan.planId
            try bench.folder.write(Sample.csv(1...4), to: "m.csv")
            let refused = try await bench.call("run", "m.csv", "--confirm", id)
            expectExit(refused, 2)
            #expect(refused.errors.contains("nothing was sent"))
            try await expectUntouched(bench)
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--confirm", id), 0)
            #expect(try bench.simulator.ledger().removed == Sample.keys(1...3))
        }
    }

    @Test func `an id that confirms another deed is told as that`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            func id(_ words: String...) async throws -> String {
                let shown = try await bench.end(of: try bench.start(["plan", "m.csv", "--json"] + words))
                return try JSONReading.value(PlanLine.self, shown.output).plan.planId
            }
            let delete = try await id()
            let disable = try await id("--action", "disable")
            let rotate = try await id("--when-blocked", "rotate")
            func refusal(_ words: String...) async throws -> String {
                let refused = try await bench.end(of: try bench.start(["run", "m.csv"] + words))
                expectExit(refused, 2)
                return refused.errors
            }
            let disabling = try await refusal("--confirm", disable)
            #expect(
                disabling.contains(
                    "\(disable) is the id of the plan to disable these tokens (--action disable); the id of this one, to delete these tokens, "
                        + "is \(delete); nothing was sent"))
            #expect(!disabling.contains("manifest"))
            #expect(
                try await refusal("--action", "disable", "--confirm", rotate).contains(
                    "\(rotate) is the id of the plan to delete these tokens with --when-blocked rotate; the id of this one, to disable"))
            // What is no id of these tokens blames what chooses them, and names the whole command that shows them.
            let other = try await refusal("--protect", "id:\(Sample.id(9))", "--confirm", "0123456789abcdef0123")
            #expect(other.contains("the plan's id is \(delete), not 0123456789abcdef0123; nothing was sent"))
            #expect(
                other.contains("the manifest has changed since") && other.contains("`tokensweep plan m.csv --protect id:\(Sample.id(9))`"))
            #expect(try await refusal("--confirm", "\u{1B}[2J").contains("not \u{FFFD}[2J; nothing was sent"))
            try await expectUntouched(bench)
        }
    }

    @Test func `without a terminal and without a word nothing is deleted`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...12), to: "m.csv")
            let result = try await bench.call("run", "m.csv")
            expectExit(result, 2)
            #expect(result.errors.contains("--yes"))
            #expect(result.errors.contains("--confirm"))
            try await expectUntouched(bench, lookups: 1)
        }
    }

    @Test func `more deletions than allowed are refused`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...12), to: "m.csv")
            let refused = try await bench.call("run", "m.csv", "--yes", "--max-deletes", "11")
            expectExit(refused, 2)
            #expect(refused.errors.contains("12"))
            try await expectUntouched(bench)
            expectExit(try await bench.call("run", "m.csv", "--yes", "--max-deletes", "12"), 0)
        }
    }

    @Test(arguments: ["", "service_token_id,account_id\n", "\u{FEFF}\n\n"])
    func `a manifest that names no token is refused`(text: String) async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(text, to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 2)
            expectExit(try await bench.call("plan", "m.csv"), 2)
            try await expectUntouched(bench)
        }
    }

    // MARK: - A person

    @Test func `the right number goes on`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...12), to: "m.csv")
            let terminal = try Terminal()
            let child = try bench.start(["run", "m.csv"], input: .terminal(terminal))
            try await eventually("the question") { terminal.text.contains("Type 12 to go on: ") }
            #expect(try bench.simulator.ledger().deletes.isEmpty)
            try terminal.type("12")
            let result = try await bench.end(of: child)
            expectExit(result, 0)
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...12))
        }
    }

    @Test(arguments: ["yes", "11", "", "120"])
    func `anything else refuses`(answer: String) async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...12), to: "m.csv")
            let terminal = try Terminal()
            let child = try bench.start(["run", "m.csv"], input: .terminal(terminal))
            try await eventually("the question") { terminal.text.contains("Type 12 to go on: ") }
            try terminal.type(answer)
            expectExit(try await bench.end(of: child), 2)
            #expect(terminal.text.contains("nothing was sent"))
            try await expectUntouched(bench, lookups: 1)
        }
    }

    @Test func `a manifest on standard input leaves the terminal for the answer`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            let path = try bench.folder.write(Sample.csv(1...12), to: "m.csv")
            let terminal = try Terminal()
            let child = try bench.start(["run", "-"], input: .terminal(terminal, file: path))
            try await eventually("the question") { terminal.text.contains("Type 12 to go on: ") }
            try terminal.type("12")
            expectExit(try await bench.end(of: child), 0)
            #expect(try bench.simulator.ledger().removed == Sample.keys(1...12))
        }
    }

    @Test func `a terminal shows how it goes, and keeps its lines narrow`() async throws {
        let world = Sample.world("{ generate: 40 }", settings: "rate: 'none', latency: '50ms'")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...40), to: "m.csv")
            let terminal = try Terminal(columns: 60)
            let words = ["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "1"]
            let child = try bench.start(words, input: .terminal(terminal), environment: ["TERM": "xterm"])
            expectExit(try await bench.end(of: child), 0)
            let text = terminal.text
            let bars = text.split(whereSeparator: \.isNewline).filter { $0.contains(" of 40 finished") }
            #expect(!bars.isEmpty)
            #expect(bars.allSatisfy { $0.count <= 60 + "\u{1B}[3A\r\u{1B}[J".count })
            #expect(text.contains("All 40 tokens are gone."))
            // Elsewhere nothing is redrawn.
            try bench.folder.write(Sample.csv(41...50), to: "m.csv")
            let plain = try await bench.call("run", "m.csv", "--yes")
            #expect(!plain.errors.contains("\u{1B}"))
        }
    }
}
