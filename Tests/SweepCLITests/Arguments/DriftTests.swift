import Testing

@testable import SweepCLI

/// What is made from the definitions, and what is written beside them, holds every one of them.
@Suite struct DriftTests {
    private static let program = Tokensweep.program

    @Test func `the definitions have no defects`() {
        #expect(Self.program.defects == [])
    }

    @Test func `every example is a command line that is understood`() throws {
        for command in Self.program.commands {
            #expect(!command.examples.isEmpty, "\(command.name)")
            for example in command.examples {
                let calls = Self.calls(in: example.line)
                #expect(!calls.isEmpty, "\(example.line)")
                for call in calls { #expect(throws: Never.self, "\(example.line)") { try Self.program.parse(call) } }
            }
        }
    }

    @Test func `completions and the manual page name every option of every command`() throws {
        let model = Self.program.completionModel
        let scripts = Shell.allCases.map { (name: $0.rawValue, text: $0.script(for: model)) }
        let page = ManualPage(program: Self.program, version: "0", exitCodes: []).text
        for command in Self.program.commands {
            for spec in command.options.map(\.spec) where !spec.isHidden {
                for script in scripts { #expect(script.text.contains(spec.name), "\(script.name): \(command.name) \(spec.flag)") }
                #expect(page.contains("\\-\\-" + spec.name.replacing("-", with: "\\-")), "\(command.name) \(spec.flag)")
            }
        }
    }

    /// The words of every call of the program in a line of shell.
    static func calls(in line: String) -> [[String]] {
        line.replacing("&&", with: "|").split { "|;()<>`".contains($0) }
            .map { $0.split(separator: " ").map { String($0).trimmingQuotes } }
            .filter { $0.first == "tokensweep" }.map { Array($0.dropFirst()) }
    }
}

extension String {
    fileprivate var trimmingQuotes: String { String(drop { $0 == "'" }.reversed().drop { $0 == "'" }.reversed()) }
}
