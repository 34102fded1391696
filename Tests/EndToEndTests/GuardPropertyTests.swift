import SweepTestSupport
import Testing

/// Random manifests under random guards, held to the ledger: either exactly what may be deleted is, or the plan is refused and no
/// DELETE leaves.
@Suite(.timeLimit(.minutes(3)))
struct GuardPropertyTests {
    private static let perCase = 12
    private static let cases = 40

    private struct Row {
        var number: Int
        var name: String
    }

    /// What one call is to do, and what has to come of it.
    private struct Case {
        var rows: [Row]
        var words: [String] = []
        var keepFile: [String] = []
        var isRefused = false
        var expected: Set<String>

        init(_ number: Int, _ random: inout SeededRandom) {
            let names = ["prod-api", "prod-db", "ci-1", "ci-2", "test"]
            let namelessShare = random.chance(20) ? 15 : 0
            let chosen = (1...Self.perCase).filter { _ in random.chance(75) }.map { $0 + number * Self.perCase }.shuffled(using: &random)
            rows = chosen.map { token in
                Row(number: token, name: random.chance(namelessShare) ? "" : names.randomElement(using: &random) ?? "")
            }
            var patterns: [String] = []
            if random.chance(50) { patterns.append(random.chance(50) ? "name:prod-*" : "name:*-2") }
            if random.chance(40), let row = rows.randomElement(using: &random) { patterns.append("id:\(Sample.id(row.number))") }
            let asksNames = patterns.contains { $0.hasPrefix("name:") }
            let isKept: (Row) -> Bool = { row in
                patterns.contains { pattern in
                    switch pattern {
                    case "name:prod-*": row.name.hasPrefix("prod-")
                    case "name:*-2": row.name.hasSuffix("-2")
                    default: pattern == "id:\(Sample.id(row.number))"
                    }
                }
            }
            expected = Set(rows.filter { !isKept($0) }.map { Sample.id($0.number) })
            isRefused = rows.isEmpty || rows.contains { asksNames && $0.name.isEmpty && !isKept($0) }
            if random.chance(50) {
                words += patterns.flatMap { ["--protect", $0] }
            } else {
                keepFile = patterns
            }
            if random.chance(40) {
                let most = Int.random(in: 1...Self.perCase, using: &random)
                words += ["--max-deletes", "\(most)"]
                isRefused = isRefused || expected.count > most
            }
        }

        private static let perCase = GuardPropertyTests.perCase
    }

    @Test func `what the guards allow is deleted, and nothing else ever`() async throws {
        let world = Sample.world("{ generate: \(Self.perCase * (Self.cases + 1)) }")
        try await Workbench.with(world: world) { bench in
            var random = SeededRandom(4711)
            for number in 0..<Self.cases { try await check(Case(number, &random), number, bench, &random) }
        }
    }

    private func check(_ given: Case, _ number: Int, _ bench: Workbench, _ random: inout SeededRandom) async throws {
        let rows = given.rows.map { "\(Sample.id($0.number)),\(Sample.account),\($0.name)\n" }.joined()
        try bench.folder.write("service_token_id,account_id,name\n" + rows, to: "m.csv")
        try bench.folder.write(given.keepFile.joined(separator: "\n") + "\n", to: "keep.txt")
        var words = ["m.csv", "--queue", "q\(number).db"] + given.words
        if !given.keepFile.isEmpty { words += ["--protect-file", "keep.txt"] }
        let plan = try await bench.end(of: try bench.start(["plan", "--json"] + words))
        #expect(plan.exitCode == (given.isRefused ? 2 : 0), "case \(number): \(plan.errors)")
        let planID = try? JSONReading.value(PlanLine.self, plan.output).plan.planId
        var isRefused = given.isRefused
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            words += ["--confirm", planID ?? "00000000000000000000"]
        case 1:
            // Another id, the beginning of the right one, or nothing.
            words += ["--confirm", ["00000000000000000000", String((planID ?? "0").dropLast()), "x"].randomElement(using: &random) ?? "x"]
            isRefused = true
        case 2 where !given.expected.isEmpty: isRefused = true
        default: words.append("--yes")
        }
        let result = try await bench.end(of: try bench.start(["run"] + words))
        let asked = Set(given.rows.map { Sample.id($0.number) })
        let deletes = try bench.simulator.ledger().deletes.filter { asked.contains($0.tokenId ?? "") }.map { $0.tokenId ?? "" }
        #expect(Set(deletes) == (isRefused ? [] : given.expected) && Set(deletes).count == deletes.count, "case \(number): \(words)")
        #expect((result.exitCode == 2) == isRefused, "case \(number): \(words): \(result.errors)")
        #expect(try bench.simulator.ledger().deletes.allSatisfy { $0.status == 200 })
    }
}
