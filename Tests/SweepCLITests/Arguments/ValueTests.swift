import SweepModel
import Testing

@testable import SweepCLI

/// The value of a text, or nil where the parser refuses it.
private func read<Value>(_ text: String, _ parser: ValueParser<Value>) -> Value? {
    try? parser.parse(text)
}

@Suite struct ValueTests {
    @Test(arguments: zip(["1", "256", "007"], [1, 256, 7]))
    func wholeNumbers(text: String, number: Int) {
        #expect(read(text, .integer(in: 1...256)) == number)
    }

    @Test(arguments: ["", "0", "257", "+5", "-5", "5 ", " 5", "5.0", "1e2", "٣", "0x10", "99999999999999999999", "--5"])
    func notWholeNumbersInRange(text: String) {
        #expect(read(text, .integer(in: 1...256)) == nil)
    }

    @Test func anIntegerSaysItsRange() {
        #expect(ValueParser.integer(in: 0...9).expected == "a whole number from 0 to 9")
        #expect(ValueParser.integer(in: 1...).expected == "a whole number of at least 1")
        #expect(read("-3", .integer(in: -5...5)) == -3)
    }

    @Test(arguments: zip(["0%", "10%", "100%"], [0, 10, 100]))
    func percentages(text: String, percent: Int) {
        #expect(read(text, .percent()) == percent)
    }

    @Test(arguments: ["", "%", "10", "101%", "-1%", "+1%", "1.5%", "10%%", "10 %"])
    func notPercentages(text: String) {
        #expect(read(text, .percent()) == nil)
    }

    @Test(
        arguments: zip(
            ["500ms", "30s", "5m", "2h", "0s"], [Duration.milliseconds(500), .seconds(30), .seconds(300), .seconds(7200), .zero]))
    func durations(text: String, duration: Duration) {
        #expect(read(text, Self.anyDuration) == duration)
        #expect(durationText(duration) == text)
    }

    @Test(arguments: ["", "s", "30", "30S", "1.5s", "-1s", "+1s", "1d", "1h30m", " 1s", "9223372036854775807h", "ms", "5 m"])
    func notDurations(text: String) {
        #expect(read(text, Self.anyDuration) == nil)
    }

    private static let anyDuration = ValueParser.duration(in: .zero ... .milliseconds(Int.max))

    @Test func durationsHaveBounds() {
        let parser = ValueParser.duration(in: .milliseconds(100) ... .seconds(3600))
        #expect(parser.expected == "a duration from 100ms to 1h, such as 500ms, 30s, 5m or 2h")
        #expect(read("60m", parser) == .seconds(3600))
        #expect(read("61m", parser) == nil)
        #expect(read("99ms", parser) == nil)
    }

    @Test func rates() {
        #expect(read("1200/5m", .rate) == .limit(requests: 1200, per: .seconds(300)))
        #expect(read("1/1ms", .rate) == .limit(requests: 1, per: .milliseconds(1)))
        #expect(read("none", .rate) == RateSetting.none)
    }

    @Test(arguments: ["", "/", "1200", "1200/", "/5m", "0/5m", "-1/5m", "1200/0s", "1200/5", "1/2/3m", "None", "1200/25h", "1200 /5m"])
    func notRates(text: String) {
        #expect(read(text, .rate) == nil)
    }

    @Test func haltRules() {
        #expect(read("25%/50", .haltRule) == .above(percent: 25, window: 50))
        #expect(read("0%/1", .haltRule) == .above(percent: 0, window: 1))
        #expect(read("never", .haltRule) == .never)
    }

    @Test(arguments: ["", "25%", "25/50", "100%/50", "25%/0", "25%/-1", "25%/100001", "25%/50/2", "Never", "%/50"])
    func notHaltRules(text: String) {
        #expect(read(text, .haltRule) == nil)
    }

    @Test(arguments: [
        ("", "a digit is missing", 1), ("x", "a digit is missing", 1), ("-1s", "a digit is missing", 1), ("5", "a unit is missing", 2),
        ("5 m", "a unit is missing", 2), ("5x", "unknown unit", 2), ("30S", "unknown unit", 3), ("1h30m", "unexpected text", 3),
        ("25h", "out of range", 1), ("99999999999999999999s", "out of range", 1), ("9223372036854775807h", "out of range", 1),
    ])
    func aDurationTellsWhereItIsWrong(text: String, reason: String, position: Int) throws {
        let parser = ValueParser.duration(in: .zero ... .seconds(86_400))
        let problem = try #require(throws: ArgumentProblem.self) { try parser.parse(text) }
        #expect(problem == ArgumentProblem(value: text, expected: parser.expected, flaw: TextFlaw(reason, at: position)))
    }

    @Test(arguments: [
        ("1200", "'/' is missing", 5), ("0/5m", "out of range", 1), ("1200/", "a digit is missing", 6), ("1200/5", "a unit is missing", 7),
        ("1200/5x", "unknown unit", 7), ("1200/25h", "out of range", 6), ("1200/0s", "out of range", 6), ("1/2/3m", "a unit is missing", 4),
        ("1/5m ", "unexpected text", 5), ("None", "a digit is missing", 1),
    ])
    func aRateTellsWhereItIsWrong(text: String, reason: String, position: Int) throws {
        let problem = try #require(throws: ArgumentProblem.self) { try ValueParser<RateSetting>.rate.parse(text) }
        #expect(problem.flaw == TextFlaw(reason, at: position))
    }

    @Test(arguments: [
        ("25/50", "'%' is missing", 3), ("100%/50", "out of range", 1), ("25%/0", "out of range", 5), ("25%", "'/' is missing", 4),
    ])
    func aHaltRuleTellsWhereItIsWrong(text: String, reason: String, position: Int) throws {
        let problem = try #require(throws: ArgumentProblem.self) { try ValueParser<HaltSetting>.haltRule.parse(text) }
        #expect(problem.flaw == TextFlaw(reason, at: position))
    }

    @Test func aPlaceIsTold() {
        let problem = ArgumentProblem(value: "5x", expected: "a duration", flaw: TextFlaw("unknown unit", at: 2))
        #expect(
            UsageError.Reason.badValue(.option("timeout"), problem).text
                == "--timeout: '5x' is not accepted: unknown unit at character 2; expected a duration")
    }

    @Test func textsAndPaths() {
        #expect(read("", .text) == nil)
        #expect(read(" ", .text) == " ")
        #expect(read("-", .path) == "-")
        #expect(read("", .path) == nil)
        #expect(read("a\0b", .path) == nil)
        #expect(ValueParser.path.completion == .file)
    }

    @Test func aTextCanHaveAShape() {
        let parser = ValueParser.text("4 hex digits") { $0.count == 4 && $0.allSatisfy(\.isHexDigit) }
        #expect(read("00ff", parser) == "00ff")
        #expect(throws: ArgumentProblem(value: "xyz", expected: "4 hex digits")) { try parser.parse("xyz") }
    }

    @Test func aParserCanBeMapped() {
        let halves = ValueParser.integer(in: 0...9).map { $0.isMultiple(of: 2) ? $0 / 2 : nil }
        #expect(read("8", halves) == 4)
        #expect(read("7", halves) == nil)
        #expect(read("x", halves) == nil)
    }
}

@Suite struct ChoiceTests {
    @Test func listsKeepOrderAndDropRepetition() {
        #expect(read("herb,rose,herb", .list(of: Sample.Bed.self)) == [.herb, .rose])
        #expect(ValueParser.list(of: Sample.Bed.self).completion == .list(["rose", "herb", "kitchen"]))
    }

    @Test(arguments: ["", ",", "rose,", ",rose", "rose, herb", "Rose"])
    func listsAreWrittenWithoutGaps(text: String) {
        #expect(read(text, .list(of: Sample.Bed.self)) == nil)
    }

    @Test func theWrongElementIsNamed() {
        #expect(
            complaint("water", "--beds", "rose,kichen")
                == "garden water: --beds: 'kichen' is not accepted; expected one of rose, herb, kitchen; did you mean 'kitchen'?")
    }

    @Test func oneChoice() {
        #expect(read("rose", ValueParser<Sample.Bed>.choice) == .rose)
        #expect(read("rose,herb", ValueParser<Sample.Bed>.choice) == nil)
    }
}
