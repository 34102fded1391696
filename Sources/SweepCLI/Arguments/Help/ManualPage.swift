/// The manual page of a program in the man(7) language, made from the same definitions as `--help`.
struct ManualPage {
    let program: Program
    let version: String
    /// Codes and what they say, in order.
    let exitCodes: [(code: Int32, meaning: String)]
    /// Names of the log's events and what they say, in order.
    var events: [(name: String, meaning: String)] = []

    var text: String {
        let lines =
            [
                ".TH \(program.name.uppercased()) 1 \"\" \(argument("\(program.name) \(version)")) \"User Commands\"",
                ".SH NAME", "\(escaped(program.name)) \\- \(escaped(program.abstract))",
                ".SH SYNOPSIS", ".B \(escaped(program.name))", ".I COMMAND", escaped("[OPTION ...] [ARGUMENT ...]"),
                ".SH COMMANDS",
            ] + program.commands.flatMap(lines) + [".SH EXIT STATUS"] + exitCodes.flatMap { entry("\($0.code)", $0.meaning) }
            + [".SH ENVIRONMENT"] + environment + [".SH LOG EVENTS"] + events.flatMap { entry($0.name, $0.meaning) }
            + [".SH EXAMPLES"] + program.examples.flatMap(lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private func lines(of command: Command) -> [String] {
        let manual = program.manual(of: command)
        let head = [".SS \(argument(manual.usage))", sentence(manual.abstract)] + manual.discussion.flatMap { [".PP", escaped($0)] }
        let entries = manual.sections.flatMap { section in
            [".PP", "\\fI\(escaped(section.heading))\\fP"] + section.entries.flatMap { entry($0.term, $0.meaning) }
        }
        return head + entries + manual.examples.flatMap(lines)
    }

    private func lines(of example: Example) -> [String] {
        [".PP", sentence(example.purpose), ".PP", ".in +4n", ".nf", escaped(example.line), ".fi", ".in"]
    }

    private func entry(_ term: String, _ meaning: String) -> [String] {
        [".TP", "\\fB\(escaped(trimmed(term)))\\fP", escaped(meaning)]
    }

    /// Every variable that stands for an option, once.
    private var environment: [String] {
        var seen = Set<String>()
        return program.commands.flatMap(\.options).map(\.spec).flatMap { spec -> [String] in
            guard let variable = spec.environment, seen.insert(variable).inserted else { return [] }
            return entry(variable, "\(spec.flag): \(spec.help)")
        }
    }

    private func sentence(_ text: String) -> String {
        let first = text.prefix(1).uppercased()
        return escaped(first + text.dropFirst() + (text.hasSuffix(".") ? "" : "."))
    }

    private func trimmed(_ term: String) -> String {
        String(term.drop { $0 == " " })
    }

    private func argument(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// Hyphens as they are typed, and nothing that the formatter would take for an instruction.
    private func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "\"": result += "\\(dq"
            case "'": result += "\\(aq"
            case "~": result += "\\(ti"
            case "^": result += "\\(ha"
            case "`": result += "\\(ga"
            case "…": result += "..."
            default: result.append(character)
            }
        }
        return result.first == "." ? "\\&" + result : result
    }
}
