import Testing

@testable import SweepCLI

@Suite struct UsageErrorTests {
    @Test func theTextSaysWhatIsWrongAndWhereHelpIs() throws {
        let error = #expect(throws: UsageError.self) { _ = try line("water", "--litrse", "3") }
        #expect(
            error?.text == """
                garden water: unknown option '--litrse'; did you mean '--litres'?
                Try 'garden water --help'.
                """)
    }

    @Test func anEmptyLineMissesACommand() {
        #expect(throws: UsageError(context: "garden", reason: .missingCommand)) { try Sample.program.parse([]) }
        #expect(UsageError(context: "garden", reason: .missingCommand).text == "garden: a command is missing\nTry 'garden --help'.")
    }

    @Test func commandsAreSuggestedButNotForNonsense() {
        #expect(complaint("watre") == "garden: unknown command 'watre'; did you mean 'water'?")
        #expect(complaint("frobnicate") == "garden: unknown command 'frobnicate'")
        #expect(complaint("") == "garden: unknown command ''")
    }

    @Test func aBeginningIsSuggestedAndNeverAccepted() {
        #expect(complaint("water", "--litr=3") == "garden water: unknown option '--litr'; did you mean '--litres'?")
        #expect(complaint("wat") == "garden: unknown command 'wat'; did you mean 'water'?")
    }

    @Test func anUnknownOptionDoesNotRepeatItsValue() {
        #expect(complaint("water", "--api-token=hunter2") == "garden water: unknown option '--api-token'")
        #expect(complaint("water", "-xhunter2") == "garden water: unknown option '-x'")
        #expect(complaint("-xhunter2") == "garden: unknown option '-x'")
    }

    @Test func hiddenOptionsAreNotSuggested() {
        #expect(complaint("water", "--compots") == "garden water: unknown option '--compots'")
    }

    @Test func optionsFollowTheCommand() {
        #expect(complaint("--litres", "3", "water") == "garden: option '--litres' comes after the command")
        #expect(complaint("--verison") == "garden: unknown option '--verison'; did you mean '--version'?")
        #expect(complaint("--", "water") == "garden: a command is missing")
    }

    @Test func aMissingValueNeverSwallowsTheNextOption() {
        #expect(complaint("water", "--litres") == "garden water: option '--litres' needs a value, N")
        #expect(
            complaint("water", "--litres", "--dry")
                == "garden water: option '--litres' needs a value, N; one that begins with a dash is written --litres=-…")
        #expect(complaint("water", "-l") == "garden water: option '-l' needs a value, N")
        #expect(complaint("water", "--name", "--") != nil)
    }

    @Test func anOptionThatCountsOnceIsNotGivenTwice() {
        #expect(complaint("water", "--litres", "3", "-l4") == "garden water: option '-l' is given more than once")
        #expect(complaint("water", "--dry", "--dry") == "garden water: option '--dry' is given more than once")
    }

    @Test func wordsTooManyOrTooFewAreNamed() {
        #expect(complaint("dig", "a", "1", "c") == "garden dig: unexpected argument 'c'")
        #expect(complaint("dig") == "garden dig: ROW is missing")
        #expect(complaint("dig", "a", "deep") == "garden dig: DEPTH: 'deep' is not accepted; expected a whole number from -10 to 10")
    }

    @Test func aBadValueIsMadePrintableAndCut() {
        #expect(
            complaint("water", "--litres", "\u{1B}[31m9\u{7}\u{202E}9\u{9B}9\n")
                == "garden water: --litres: '[31m999' is not accepted; expected a whole number from 1 to 256")
        let long = complaint("water", "--litres", String(repeating: "7", count: 1000))
        #expect(long?.contains("'\(String(repeating: "7", count: 60))…'") == true)
    }

    @Test func aTallCharacterIsCutToo() {
        let tall = "e" + String(repeating: "\u{301}", count: 10_000)
        #expect(quoted(tall).unicodeScalars.count == 63)
    }
}
