@testable import SweepCLI

/// A program about a garden: the grammar knows nothing of the real one, and neither do its tests.
enum Sample {
    enum Bed: String, CaseIterable {
        case rose, herb, kitchen
    }

    static let plants = Positional(many: "PLANT", .path, fileKey: "plants", "what to water")
    static let row = Positional("ROW", .text, "the row to dig")
    static let depth = Positional(optional: "DEPTH", .integer(in: -10...10), "how deep")

    static let litres = Option("litres", short: "l", "N", .integer(in: 1...256), default: "16", environment: "LITRES", "water a plant")
    static let limit = Option(optional: "max-plants", "N", .integer(in: 0...), shownDefault: "no limit", "refuse more plants")
    static let pace = Option("pace", "N/T", .rate, default: "1200/5m", "plants in a time")
    static let name = Option(optional: "name", short: "n", "NAME", .text, environment: "PLAN_NAME", "the plan's name")
    static let spare = Option(repeatable: "spare", "PATTERN", .text, accumulates: true, "plants never to touch")
    static let report = Option(repeatable: "report", "FILE", .path, "written at the end")
    static let dry = Option(flag: "dry", short: "d", "water nothing")
    static let quiet = Option(flag: "quiet", short: "q", environment: "HUSH", "say less")
    static let east = Option(optional: "east", "ID", .text, environment: "EAST_ID", "the eastern garden")
    static let west = Option(optional: "west", "ID", .text, environment: "WEST_ID", "the western garden")
    static let beds = Option(optional: "beds", "BED[,...]", .list(of: Bed.self), inFile: false, "which beds")
    static let secret = Option(flag: "compost", isHidden: true, "for those who know")

    static let water = Command(
        name: "water", abstract: "water the plants",
        discussion: ["Plants are watered in the order given, each of them once, and the report says which of them were dry before."],
        positionals: [plants],
        groups: [
            OptionGroup("Water", [litres, limit, pace, dry]),
            OptionGroup("Garden", [east, west, beds, spare]),
            OptionGroup("Output", [name, report, quiet, secret]),
        ],
        exclusions: [Exclusion(east, west)],
        examples: [Example("Water two plants slowly", "garden water rose.txt mint.txt --pace 1/5m")])

    static let dig = Command(name: "dig", abstract: "dig a row over", positionals: [row, depth])

    static let program = Program(name: "garden", abstract: "keeps a garden", commands: [water, dig])
}

/// The line of a command, or the test's failure.
func line(_ words: String...) throws -> ParsedLine {
    guard case .command(let line) = try Sample.program.parse(words) else { throw NotACommand() }
    return line
}

struct NotACommand: Error {}

/// The values of a line with the layers below it.
func values(
    _ words: String..., environment: [String: String] = [:], file: [String: [String]]? = nil, otherKeys: [String] = []
) throws(UsageError) -> Arguments {
    guard case .command(let line) = try Sample.program.parse(words) else { throw UsageError(context: "test", reason: .missingCommand) }
    let settings = file.map { SettingsFile(path: "plan.json5", values: $0, otherKeys: otherKeys) }
    return try Arguments(line, environment: environment, file: settings)
}

/// The first line of the error that a line with its layers ends in; nil when it is good.
func complaint(
    _ words: String..., environment: [String: String] = [:], file: [String: [String]]? = nil
) -> String? {
    do throws(UsageError) {
        guard case .command(let line) = try Sample.program.parse(words) else { return nil }
        _ = try Arguments(line, environment: environment, file: file.map { SettingsFile(path: "plan.json5", values: $0) })
        return nil
    } catch {
        return error.text.split(separator: "\n").first.map(String.init)
    }
}
