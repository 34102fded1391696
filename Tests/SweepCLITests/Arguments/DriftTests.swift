import FoundationEssentials
import SweepModel
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
        var calls: [[String]] = [[]]
        var word: String?
        var quote: Character?
        for character in line + ";" {
            switch character {
            case quote: quote = nil
            case "'" where quote == nil, "\"" where quote == nil: (quote, word) = (character, word ?? "")
            case _ where quote != nil: word?.append(character)
            case " ", "|", "&", ";", "(", ")", "<", ">":
                if let whole = word { calls[calls.count - 1].append(whole) }
                word = nil
                if character != " " { calls.append([]) }
            default: word = (word ?? "") + String(character)
            }
        }
        return calls.filter { $0.first == "tokensweep" }.map { Array($0.dropFirst()) }
    }
}

/// The README's tables and command lines, which are written by hand.
@Suite struct ReadmeTests {
    private static let program = Tokensweep.program
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
    private let text: String

    init() throws {
        text = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
    }

    /// The lines of a section, whatever its level.
    private func section(_ heading: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return Array(lines.drop { !$0.hasPrefix("#") || !$0.hasSuffix("# \(heading)") }.dropFirst().prefix { !$0.hasPrefix("#") })
    }

    /// What stands in the first column of a section's table, without its heading.
    private func rows(_ heading: String) -> [String] { section(heading).filter { $0.hasPrefix("| ") }.dropFirst().map { $0 } }

    @Test func `outcomes, exit codes and events are those of the program`() {
        let outcomes = rows("Outcomes").joined()
        for state in ItemState.allCases { #expect(outcomes.contains("`\(state.rawValue)`"), "\(state.rawValue)") }
        #expect(rows("Exit codes").map { String($0.dropFirst(2).prefix(1)) } == ExitCode.allCases.map { String($0.rawValue) })
        #expect(rows("Logs and hooks") == LogEvent.allCases.map { "| `\($0.rawValue)` | \($0.meaning) |" })
    }

    @Test func `the options of run are those of the program`() throws {
        let run = try #require(Self.program.command(named: "run"))
        let entries = Self.program.manual(of: run).sections.dropFirst().flatMap(\.entries).dropLast()
        let wanted = entries.map { "| `\($0.term.drop { $0 == " " })` | \($0.meaning) |" }
        #expect(rows("Options of `run`").filter { $0.hasPrefix("| `") } == wanted)
    }

    @Test func `links and images lead somewhere`() throws {
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
            line.drop { $0 == "#" || $0 == " " }.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " }.replacing(" ", with: "-")
        }
        let targets = text.split(separator: "](").dropFirst().map { String($0.prefix { $0 != ")" }) }
        #expect(targets.count > 8)
        for target in targets where !target.hasPrefix("https://") {
            let leads =
                target.hasPrefix("#")
                ? headings.contains(String(target.dropFirst()))
                : FileManager.default.fileExists(atPath: Self.root.appending(path: target).path)
            #expect(leads, "\(target)")
        }
    }

    @Test func `command lines are understood`() throws {
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("    tokensweep ") }.map { String($0) }
        #expect(lines.count > 20)
        for line in lines {
            let words = line.firstRange(of: "  #").map { String(line[..<$0.lowerBound]) } ?? line
            for call in DriftTests.calls(in: words) { #expect(throws: Never.self, "\(line)") { try Self.program.parse(call) } }
        }
        for command in Self.program.commands { #expect(text.contains("tokensweep \(command.name)"), "\(command.name)") }
    }
}
