import Testing

@testable import SweepCLI

@Suite struct ManualTests {
    @Test func aCommandsPage() {
        #expect(
            Sample.program.manual(of: Sample.water).text(width: 72) == """
                garden water: water the plants

                Usage: garden water [OPTION ...] [PLANT ...]

                Plants are watered in the order given, each of them once, and the report
                says which of them were dry before.

                Arguments:
                  PLANT                 what to water

                Water:
                  -l, --litres N        water a plant (default: 16; environment: LITRES)
                      --max-plants N    refuse more plants (default: no limit)
                      --pace N/T        plants in a time (default: 1200/5m)
                  -d, --dry             water nothing

                Garden:
                      --east ID         the eastern garden (environment: EAST_ID)
                      --west ID         the western garden (environment: WEST_ID)
                      --beds BED[,...]  which beds
                      --spare PATTERN   plants never to touch (repeatable)

                Output:
                  -n, --name NAME       the plan's name (environment: PLAN_NAME)
                      --report FILE     written at the end (repeatable)
                  -q, --quiet           say less (environment: HUSH)
                  -h, --help            show this help

                Examples:
                  # Water two plants slowly
                  garden water rose.txt mint.txt --pace 1/5m

                """)
    }

    @Test func theProgramsPage() {
        #expect(
            Sample.program.manual.text(width: 80) == """
                garden: keeps a garden

                Usage: garden COMMAND [OPTION ...] [ARGUMENT ...]

                Commands:
                  water          water the plants
                  dig            dig a row over

                Options:
                  -h, --help     show this help
                      --version  print the version

                'garden COMMAND --help' tells what a command accepts.

                """)
    }

    @Test func aCommandWithoutOptionsStillShowsHelp() {
        let manual = Sample.program.manual(of: Sample.dig)
        #expect(manual.usage == "garden dig [OPTION ...] ROW [DEPTH]")
        #expect(manual.sections.map(\.heading) == ["Arguments", "Options"])
        #expect(manual.sections.last?.entries.map(\.term) == ["-h, --help"])
    }

    @Test(arguments: [0, 40, 41, 57, 80, 200])
    func noLineIsLongerThanThePage(width: Int) {
        let text = Sample.program.manual(of: Sample.water).text(width: width)
        for line in text.split(separator: "\n") where !line.contains("garden water rose.txt") {
            #expect(line.count <= max(width, 40), "\(line)")
        }
    }

    @Test func aTermTooLongForItsColumnStandsAlone() {
        let text = Sample.program.manual(of: Sample.water).text(width: 40)
        #expect(text.contains("\n      --beds BED[,...]\n                 which beds\n"))
    }

    @Test func wrappingKeepsLongWordsWhole() {
        #expect(wrapped("a bcdefgh i", width: 4) == ["a", "bcdefgh", "i"])
        #expect(wrapped("a b c", width: 5, indent: 2) == ["  a b", "  c"])
        #expect(wrapped("a b c", width: 3, indent: 2, firstIndent: 0) == ["a b", "  c"])
        #expect(wrapped("", width: 10) == [])
    }
}
