import SweepTestSupport
import Testing

/// Tokens that must not be deleted, and plans that must not run.
@Suite(.timeLimit(.minutes(3)))
struct GuardTests {
    private func named(_ names: String...) -> String {
        "service_token_id,account_id,name\n"
            + names.enumerated().map { "\(Sample.id($0 + 1)),\(Sample.account),\($1)\n" }.joined()
    }

    @Test func `protected tokens are reported as skipped and no request names them`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 5 }")) { bench in
            try bench.folder.write(named("prod-a", "ci-b", "ci-c", "test", "prod-e"), to: "m.csv")
            try bench.folder.write("# keep\nid:\(Sample.id(3))\n", to: "keep.txt")
            try bench.folder.write("{ manifests: ['m.csv'], protect: ['name:prod-*'], protect_file: 'keep.txt' }", to: "job.json5")
            let result = try await bench.call("run", "--job", "job.json5", "--protect", "name:t?st", "--yes")
            expectExit(result, 1)
            #expect(result.errors.contains("4 tokens are protected and will be skipped."))
            let report = try await bench.report()
            #expect(report.outcomes == ["skipped", "deleted", "skipped", "skipped", "skipped"])
            #expect(report.map(\.reason).prefix(3) == ["protected by name:prod-*", nil, "protected by id:\(Sample.id(3))"])
            #expect(try bench.simulator.ledger().deletes.map(\.tokenId) == [Sample.id(2)])
        }
    }

    @Test func `what is protected is no part of the plan's id and of its size`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 2 }")) { bench in
            try bench.folder.write(named("a", "b"), to: "both.csv")
            try bench.folder.write(named("a"), to: "one.csv")
            let one = try JSONReading.value(PlanLine.self, try await bench.call("plan", "one.csv", "--json").output).plan
            let both = try JSONReading.value(
                PlanLine.self, try await bench.call("plan", "both.csv", "--json", "--protect", "name:b").output
            ).plan
            #expect(one.planId == both.planId && both.deletions == 1)
            expectExit(try await bench.call("run", "both.csv", "--protect", "name:b", "--max-deletes", "1", "--confirm", one.planId), 1)
            #expect(try bench.simulator.ledger().deletes.map(\.tokenId) == [Sample.id(1)])
        }
    }

    @Test(arguments: [
        ["--protect", "name:prod-*"], ["--protect", "client-id:0123456789abcdef0123456789abcdef.access", "--skip-invalid"],
        ["--protect", "prod-*"], ["--protect", "name:[a"], ["--protect-file", "bad.txt"], ["--protect-file", "missing.txt"],
        ["--max-deletes", "2"], ["--confirm", "00000000000000000000"],
    ])
    func `a plan that is refused sends nothing and leaves nothing behind`(words: [String]) async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            try bench.folder.write("prod\n", to: "bad.txt")
            expectExit(try await bench.end(of: try bench.start(["run", "m.csv", "--yes"] + words)), 2)
            try await expectUntouched(bench)
        }
    }

    @Test func `rows that cannot be judged are counted`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 3 }")) { bench in
            try bench.folder.write(named("ci", "", ""), to: "m.csv")
            let result = try await bench.call("run", "m.csv", "--yes", "--protect", "name:prod-*")
            expectExit(result, 2)
            #expect(result.errors.contains("2 rows have no name"))
            try await expectUntouched(bench)
        }
    }

    @Test func `nothing is deleted where everything is protected`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 2 }")) { bench in
            try bench.folder.write(named("a", "b"), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--protect", "name:*"), 1)
            #expect(try bench.simulator.ledger().entries.isEmpty)
        }
    }

    @Test func `a canary counts protected tokens as nothing`() async throws {
        let world = Sample.world("{ id: '\(Sample.id(2))', in_use: true }, { id: '\(Sample.id(1))' }, { id: '\(Sample.id(3))' }")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(named("keep", "ci", "ci"), to: "m.csv")
            let result = try await bench.call("run", "m.csv", "--yes", "--protect", "name:keep", "--canary", "1")
            expectExit(result, 3)
            #expect(try bench.simulator.ledger().deletes.map(\.tokenId) == [Sample.id(2)])
        }
    }
}
