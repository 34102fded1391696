import Testing

@testable import SweepCLI

@Suite struct DefinitionTests {
    @Test func theSampleIsSound() {
        #expect(Sample.program.defects == [])
    }

    @Test func namesAreTakenOnce() {
        let command = Command(
            name: "c", abstract: "",
            groups: [
                OptionGroup(
                    "G", [Option(flag: "a", short: "x", ""), Option(flag: "a", short: "x", ""), Option(flag: "help", short: "9", "")])
            ])
        #expect(
            command.defects == [
                "--a is defined twice", "-x is defined twice", "key a is defined twice", "--help takes the place of --help",
                "-9 is not a letter",
            ])
        #expect(Program(name: "p", abstract: "", commands: [Sample.dig, Sample.dig]).defects == ["command dig is defined twice"])
    }

    @Test func defaultsMustBeValues() {
        let option = Option("n", "N", .integer(in: 1...9), default: "10", "")
        #expect(
            Command(name: "c", abstract: "", groups: [OptionGroup("G", [option])]).defects
                == ["default of --n: '10' is not accepted; expected a whole number from 1 to 9"])
    }

    @Test func positionalsMustBeReachable() {
        #expect(
            Command(name: "c", abstract: "", positionals: [Sample.plants, Sample.depth]).defects == ["PLANT swallows what follows it"])
        #expect(
            Command(name: "c", abstract: "", positionals: [Sample.depth, Sample.row]).defects
                == ["ROW must be given, yet follows DEPTH, which need not be"])
    }

    @Test func exclusionsNameOptionsOfTheCommand() {
        let command = Command(
            name: "c", abstract: "", groups: [OptionGroup("G", [Sample.east])], exclusions: [Exclusion(Sample.east, Sample.west)])
        #expect(command.defects == ["--west is excluded but not defined"])
    }

    @Test func theDefinitionDescribesItself() throws {
        let beds = try #require(Sample.water.option(named: "beds"))
        #expect(beds.completion == .list(["rose", "herb", "kitchen"]))
        #expect(beds.fileKey == nil)
        #expect(Sample.water.option(short: "n")?.name == "name")
        #expect(Sample.program.fileKeys.contains("max_plants"))
        #expect(Sample.program.command(named: "dig")?.abstract == "dig a row over")
    }
}
