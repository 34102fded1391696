import Testing

@testable import SweepCLI

@Suite struct ParsingTests {
    @Test func optionsStandAnywhereBetweenPositionals() throws {
        let values = try values("water", "a", "--litres", "3", "b", "--dry", "c")
        #expect(values[Sample.plants] == ["a", "b", "c"])
        #expect(values[Sample.litres] == 3)
        #expect(values[Sample.dry])
    }

    @Test(arguments: [["--litres", "7"], ["--litres=7"], ["-l", "7"], ["-l7"], ["-l=7"], ["-dl7"], ["-dl", "7"]])
    func aValueIsWrittenInManyWays(words: [String]) throws {
        guard case .command(let line) = try Sample.program.parse(["water"] + words) else { throw NotACommand() }
        #expect(try Arguments(line, environment: [:])[Sample.litres] == 7)
    }

    @Test func aValueKeepsWhatFollowsItsFirstEqualsSign() throws {
        #expect(try values("water", "--name=a=b")[Sample.name] == "a=b")
    }

    @Test func flagsShareADash() throws {
        let values = try values("water", "-dq")
        #expect(values[Sample.dry])
        #expect(values[Sample.quiet])
    }

    @Test func aFlagCanBeTakenBack() throws {
        #expect(try !values("water", "--dry=false", file: ["dry": ["true"]])[Sample.dry])
        #expect(complaint("water", "--dry=perhaps") == "garden water: --dry: 'perhaps' is not accepted; expected true or false")
    }

    @Test func theTerminatorEndsOptions() throws {
        let values = try values("water", "a", "--", "--dry", "-q", "--", "--help")
        #expect(values[Sample.plants] == ["a", "--dry", "-q", "--", "--help"])
        #expect(!values[Sample.dry])
    }

    @Test func aLoneDashIsAWord() throws {
        let values = try values("water", "-", "--report", "-")
        #expect(values[Sample.plants] == ["-"])
        #expect(values[Sample.report] == ["-"])
    }

    @Test func numbersBelowZeroAreWords() throws {
        let values = try values("dig", "front", "-5")
        #expect(values[Sample.row] == "front")
        #expect(values[Sample.depth] == -5)
        #expect(try line("water", "--name", "-5").options["name"] == ["-5"])
        #expect(try line("water", "-.5").words == ["-.5"])
    }

    @Test func repeatedOptionsKeepTheirOrder() throws {
        #expect(try values("water", "--report", "b", "--report=a")[Sample.report] == ["b", "a"])
    }

    @Test func absentOptionsReadAsTheirKindSays() throws {
        let values = try values("water")
        #expect(values[Sample.litres] == 16)
        #expect(values[Sample.limit] == nil)
        #expect(values[Sample.report] == [])
        #expect(!values[Sample.dry])
        #expect(values[Sample.plants] == [])
        #expect(values[Sample.pace] == .limit(requests: 1200, per: .seconds(300)))
    }

    @Test func hiddenOptionsWork() throws {
        #expect(try values("water", "--compost")[Sample.secret])
    }
}

@Suite struct HelpAndVersionParsingTests {
    @Test(arguments: [
        ["water", "--help"], ["water", "-h"], ["water", "a", "--bogus", "-h"], ["water", "--litres", "-h"], ["help", "water"],
    ])
    func helpOnACommandWinsOverWhateverIsWrong(words: [String]) throws {
        guard case .help(let command?) = try Sample.program.parse(words) else { throw NotACommand() }
        #expect(command.name == "water")
    }

    @Test(arguments: [["--help"], ["-h"], ["help"], ["help", "--help"]])
    func helpOnTheProgram(words: [String]) throws {
        guard case .help(nil) = try Sample.program.parse(words) else { throw NotACommand() }
    }

    @Test func versionIsOfTheProgramOnly() throws {
        guard case .version = try Sample.program.parse(["--version"]) else { throw NotACommand() }
        #expect(complaint("water", "--version") == "garden water: unknown option '--version'")
    }
}
