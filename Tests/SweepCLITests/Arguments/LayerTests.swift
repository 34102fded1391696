import Testing

@testable import SweepCLI

@Suite struct LayerTests {
    private let environment = ["LITRES": "20"]
    private let file = ["litres": ["30"]]

    @Test func theNearestLayerWins() throws {
        let all = try values("water", "--litres", "10", environment: environment, file: file)
        #expect(all[Sample.litres] == 10)
        #expect(all.source(of: Sample.litres) == .option("litres"))
        let upper = try values("water", environment: environment, file: file)
        #expect(upper[Sample.litres] == 30)
        #expect(upper.source(of: Sample.litres) == .file("plan.json5", key: "litres"))
        let lower = try values("water", environment: environment)
        #expect(lower[Sample.litres] == 20)
        #expect(lower.source(of: Sample.litres) == .environment("LITRES"))
        let none = try values("water")
        #expect(none[Sample.litres] == 16)
        #expect(none.source(of: Sample.litres) == .fallback(option: "litres"))
        #expect(none.source(of: Sample.limit) == nil)
    }

    @Test func anErrorNamesItsLayer() {
        let expected = "'0' is not accepted; expected a whole number from 1 to 256"
        #expect(complaint("water", "--litres=0") == "garden water: --litres: \(expected)")
        #expect(complaint("water", environment: ["LITRES": "0"]) == "garden water: LITRES: \(expected)")
        #expect(complaint("water", file: ["litres": ["0"]]) == "garden water: plan.json5: litres: \(expected)")
    }

    @Test func anEmptyVariableIsNotSet() throws {
        #expect(try values("water", environment: ["LITRES": "", "HUSH": ""])[Sample.litres] == 16)
        #expect(try !values("water", environment: ["HUSH": ""])[Sample.quiet])
    }

    @Test func anEmptyValueOnTheLineIsGiven() {
        #expect(complaint("water", "--name=") == "garden water: --name: '' is not accepted; expected a text that is not empty")
    }

    @Test(arguments: ["1", "0", "false", "x"])
    func aFlagsVariableCountsByBeingThere(text: String) throws {
        #expect(try values("water", environment: ["HUSH": text])[Sample.quiet])
        #expect(try !values("water", "--quiet=false", environment: ["HUSH": text])[Sample.quiet])
    }

    @Test func fileKeysAreInSnakeCase() throws {
        let values = try values("water", file: ["max_plants": ["5"], "dry": ["true"], "plants": ["a", "b"]])
        #expect(values[Sample.limit] == 5)
        #expect(values[Sample.dry])
        #expect(values[Sample.plants] == ["a", "b"])
    }

    @Test func positionalsOnTheLineBeatTheFile() throws {
        #expect(try values("water", "c", file: ["plants": ["a", "b"]])[Sample.plants] == ["c"])
    }

    @Test func aRepeatableOptionIsReplacedUnlessItAccumulates() throws {
        let values = try values("water", "--report=a", "--spare=x", file: ["report": ["b", "c"], "spare": ["y", "z"]])
        #expect(values[Sample.report] == ["a"])
        #expect(values[Sample.spare] == ["x", "y", "z"])
    }

    @Test func anAccumulatedErrorNamesTheRightLayer() {
        #expect(
            complaint("water", "--spare=x", file: ["spare": ["y", ""]])
                == "garden water: plan.json5: spare: '' is not accepted; expected a text that is not empty")
    }

    @Test func aFileHasOneValueForWhatTakesOne() {
        #expect(complaint("water", file: ["litres": ["1", "2"]]) == "garden water: plan.json5: litres: expected one value, not several")
    }

    @Test func unknownKeysAreRefusedUnlessAnotherCommandReadsThem() throws {
        #expect(complaint("water", file: ["litre": ["1"]]) == "garden water: plan.json5: unknown key 'litre'; did you mean 'litres'?")
        #expect(complaint("water", file: ["max-plants": ["1"]])?.contains("did you mean 'max_plants'?") == true)
        #expect(complaint("water", file: ["beds": ["rose"]])?.contains("unknown key 'beds'") == true)
        #expect(try values("water", file: ["seeds": ["1"]], otherKeys: ["seeds"])[Sample.litres] == 16)
    }
}

@Suite struct ExclusionTests {
    @Test func twoInOneLayerAreAnError() {
        #expect(complaint("water", "--east=1", "--west=2") == "garden water: --east and --west exclude each other")
        #expect(
            complaint("water", environment: ["EAST_ID": "1", "WEST_ID": "2"])
                == "garden water: EAST_ID and WEST_ID exclude each other")
        #expect(
            complaint("water", file: ["east": ["1"], "west": ["2"]])
                == "garden water: plan.json5: east and plan.json5: west exclude each other")
    }

    @Test func theNearerLayerBeatsTheOtherOption() throws {
        let line = try values("water", "--east=1", environment: ["WEST_ID": "2"], file: ["west": ["3"]])
        #expect(line[Sample.east] == "1")
        #expect(line[Sample.west] == nil)
        let file = try values("water", environment: ["WEST_ID": "2"], file: ["east": ["3"]])
        #expect(file[Sample.east] == "3")
        #expect(file[Sample.west] == nil)
    }

    @Test func aNearerLayerSettlesAConflictBelow() throws {
        let values = try values("water", "--west=9", environment: ["EAST_ID": "1", "WEST_ID": "2"])
        #expect(values[Sample.east] == nil)
        #expect(values[Sample.west] == "9")
    }

    @Test func aSwitchGivenAsOffIsInNobodysWay() throws {
        let command = Command(
            name: "c", abstract: "", groups: [OptionGroup("G", [Sample.dry, Sample.quiet])],
            exclusions: [Exclusion(Sample.dry, Sample.quiet)])
        let program = Program(name: "p", abstract: "", commands: [command])
        guard case .command(let line) = try program.parse(["c", "--dry=false", "--quiet"]) else { throw NotACommand() }
        let values = try Arguments(line, environment: [:])
        #expect(values[Sample.quiet])
        #expect(!values[Sample.dry])
    }
}
