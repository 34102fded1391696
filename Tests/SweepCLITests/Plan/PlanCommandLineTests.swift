import SweepModel
import Testing

@testable import SweepCLI

/// The command that shows the whole of a plan: pasted into a shell, it asks for the same plan.
@Suite struct PlanCommandLineTests {
    @Test(arguments: [
        ("run leaked.csv --yes --report r.csv --name x", "tokensweep plan leaked.csv --json"),
        ("plan leaked.csv more.csv", "tokensweep plan leaked.csv more.csv --json"),
        (
            "run leaked.csv --account 023e105f4ecef8ad9ca31a8372d0c353 --action disable --rate 10/1s --queue q.db --confirm 0 --log -",
            "tokensweep plan leaked.csv --account 023e105f4ecef8ad9ca31a8372d0c353 --action disable --rate 10/1s --queue q.db --json"
        ),
        (
            "run --skip-invalid 'my list.csv' --protect 'name:prod-*' --protect id:00000000-0000-4000-8000-000000000001",
            "tokensweep plan 'my list.csv' --skip-invalid --protect 'name:prod-*' --protect id:00000000-0000-4000-8000-000000000001 --json"
        ),
        ("run - --yes", "tokensweep plan - --json"),
        ("run --yes -- -x.csv '$(touch pwned)'", "tokensweep plan --json -- '-x.csv' '$(touch pwned)'"),
        ("run m.csv --credentials=-c", "tokensweep plan m.csv --credentials='-c' --json"),
    ])
    func `it is complete, and asks for the same plan`(typed: String, expected: String) throws {
        let words = try #require(DriftTests.calls(in: "tokensweep \(typed)").first)
        let arguments = try Arguments(try parsed(words), environment: [:])
        let text = PlanCommandLine(arguments).text(adding: "--json")
        #expect(text == expected)
        let again = try Arguments(try parsed(Array(try shellWords(expected).dropFirst())), environment: [:])
        #expect(again[Options.manifests] == arguments[Options.manifests])
        #expect(again[Options.protect].map(\.description) == arguments[Options.protect].map(\.description))
        #expect(PlanCommandLine(again).text(adding: "--json") == expected)
    }

    private func parsed(_ words: [String]) throws -> ParsedLine {
        guard case .command(let line) = try Tokensweep.program.parse(words) else { throw NotACommand() }
        return line
    }

    private func shellWords(_ line: String) throws -> [String] {
        // `$(` stands in quotes, where it is text.
        try ["tokensweep"] + #require(DriftTests.calls(in: line).first)
    }

    private struct NotACommand: Error {}
}
