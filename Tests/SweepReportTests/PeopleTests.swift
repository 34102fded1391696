import SweepModel
import SweepReport
import Testing

@Suite("What people read")
struct PeopleTests {
    @Test(
        "the verdict is one sentence",
        arguments: [
            ([:], "There are no tokens."),
            ([.deleted: 1], "The only token is gone."),
            ([.failed: 1], "The only token is not gone."),
            ([.pending: 1], "The only token is not gone; 1 is not finished yet."),
            ([.deleted: 1_990, .alreadyAbsent: 6, .presumedDeleted: 4], "All 2,000 tokens are gone."),
            ([.deleted: 1_996, .failed: 3, .invalid: 1], "1,996 of 2,000 tokens are gone; 4 are not."),
            ([.deleted: 1, .blocked: 1], "1 of 2 tokens is gone; 1 is not."),
            ([.deleted: 5, .inFlight: 1], "5 of 6 tokens are gone; 1 is not finished yet."),
            (
                [.deleted: 1_684, .skipped: 4, .pending: 310, .inFlight: 2],
                "1,684 of 2,000 tokens are gone; 4 are not; 312 are not finished yet."
            ),
            ([.failed: 2_000], "None of 2,000 tokens is gone."),
            ([.failed: 2, .pending: 8], "None of 10 tokens is gone; 8 are not finished yet."),
        ] as [([ItemState: Int], String)])
    func verdict(counts: [ItemState: Int], sentence: String) {
        #expect(Verdict.sentence(Tally(counts)) == sentence)
    }

    @Test("numbers have separators", arguments: [(0, "0"), (999, "999"), (1_996, "1,996"), (1_234_567, "1,234,567"), (-1_000, "-1,000")])
    func numbers(count: Int, text: String) {
        #expect(HumanText.number(count) == text)
    }

    @Test(
        "durations have two units at most",
        arguments: [
            (-5, "0 ms"), (0, "0 ms"), (840, "840 ms"), (7_250, "7.2 s"), (9_999, "9.9 s"), (10_000, "10 s"), (59_999, "59 s"),
            (200_000, "3 min 20 s"), (180_000, "3 min"), (7_500_000, "2 h 5 min"), (273_600_000, "3 d 4 h"),
        ] as [(Int64, String)])
    func durations(milliseconds: Int64, text: String) {
        #expect(HumanText.duration(Milliseconds(milliseconds)) == text)
    }

    @Test("the pace has a unit that fits")
    func pace() {
        #expect(HumanText.pace(660, in: .seconds(200)) == "3.3 a second")
        #expect(HumanText.pace(50_000, in: .seconds(10)) == "5,000 a second")
        #expect(HumanText.pace(20, in: .seconds(100)) == "12 a minute")
        #expect(HumanText.pace(5, in: .seconds(3_600)) == "5 an hour")
        #expect(HumanText.pace(0, in: .seconds(1)) == nil)
        #expect(HumanText.pace(1, in: Milliseconds(0)) == nil)
    }

    @Test("the summary of a finished job fits its lines")
    func finished() throws {
        let run = RunFacts(elapsed: .seconds(200), finished: 1_996, requests: 2_004, reports: ["a.csv", "b.md"])
        #expect(
            SummaryText.lines(try Sample.job(), run) == [
                "1,996 of 2,000 tokens are gone; 4 are not.",
                "  deleted           1,990",
                "  already_absent        6",
                "  failed                4",
                "2,004 requests in 3 min 20 s; tokens finished: 10.0 a second",
                "Report: a.csv",
                "Report: b.md",
            ])
    }

    @Test("the summary of a job that stopped says why, where, and how to go on")
    func halted() throws {
        var job = try Sample.job([.deleted: 1, .pending: 9], state: .halted, baseURL: "http://127.0.0.1:1/\u{1B}[2J")
        job.name = "week's end"
        job.stopReason = "canary\nfailed"
        let run = RunFacts(elapsed: .seconds(1), finished: 0, requests: 0, reports: (1...10).map { "r\($0).csv" })
        let lines = SummaryText.lines(job, run)
        #expect(
            lines.prefix(5) == [
                "1 of 10 tokens is gone; 9 are not finished yet.", "API: http://127.0.0.1:1/\u{FFFD}[2J", "Stopped: canary failed",
                "  deleted           1", "  pending           9",
            ])
        #expect(lines.suffix(2) == ["Report: r3.csv", "and 7 reports more"])
    }

    @Test("what to do next is the exact command, for every end of a job")
    func next() throws {
        var job = try Sample.job([.deleted: 1, .pending: 9], state: .halted)
        job.name = "week's end"
        #expect(NextSteps.lines(job) == ["To go on: tokensweep resume 'week'\\''s end'"])
        job.tally = Tally([.failed: 3, .pending: 9])
        #expect(
            NextSteps.lines(job, queue: "q.db") == [
                "What is left, and why: tokensweep report 'week'\\''s end' --only failed --queue q.db",
                "To go on: tokensweep resume 'week'\\''s end' --queue q.db",
            ])
        job = try Sample.job([.deleted: 5, .blocked: 2, .failed: 1, .invalid: 1])
        let name = ShellText.quoted(job.name)
        #expect(
            NextSteps.lines(job) == [
                "What is left, and why: tokensweep report \(name) --only blocked,failed,invalid",
                "When no policy or group names them: tokensweep retry \(name) --blocked && tokensweep resume \(name)",
                "To prove what is gone: tokensweep verify \(name)",
            ])
        job.verifiedAt = job.createdAt
        job.tally = Tally([.deleted: 9])
        #expect(NextSteps.lines(job).isEmpty)
        job.stopReason = "cancelled"
        job.tally = Tally([.deleted: 5, .skipped: 2])
        #expect(NextSteps.lines(job) == ["What is left, and why: tokensweep report \(name) --only skipped"])
        job = try Sample.job([.disabled: 5])
        job.action = .disable
        #expect(NextSteps.lines(job, disabled: 5) == ["To take back the disabling of 5 tokens: tokensweep enable \(name)"])
        job = try Sample.job([.deleted: 8, .blocked: 1])
        #expect(
            NextSteps.lines(job, queue: "my q.db", disabled: 1) == [
                "What is left, and why: tokensweep report \(name) --only blocked --queue 'my q.db'",
                "When no policy or group names them: tokensweep retry \(name) --blocked --queue 'my q.db' "
                    + "&& tokensweep resume \(name) --queue 'my q.db'",
                "To prove what is gone: tokensweep verify \(name) --queue 'my q.db'",
                "To take back the disabling of 1 token: tokensweep enable \(name) --queue 'my q.db'",
            ])
    }

    @Test("where a name would not find the job again, its id does", arguments: ["-rf", "--", "a\u{1B}b", "fine"])
    func ids(_ name: String) throws {
        var job = try Sample.job([.pending: 9], state: .unfinished)
        job.name = name
        job.isShadowed = name == "fine"
        #expect(NextSteps.lines(job) == ["To go on: tokensweep resume \(job.id)"])
    }

    @Test("a line for a narrow screen is folded at its words, and its later lines are indented")
    func folded() {
        #expect(TerminalText.folded("  one  two", to: 40) == ["  one  two"])
        #expect(
            TerminalText.folded("  00000000-0000  account 0123456789  ci-147  never seen; referred to by none", to: 34) == [
                "  00000000-0000", "    account 0123456789  ci-147", "    never seen; referred to by", "    none",
            ])
    }

    @Test("a command in backquotes is not broken, however narrow the screen")
    func foldedCommand() {
        #expect(
            TerminalText.folded("  … and 13 more, which `tokensweep plan leaked.csv --json` names, as they are", to: 34) == [
                "  … and 13 more, which", "    `tokensweep plan leaked.csv --json`", "    names, as they are",
            ])
        #expect(
            TerminalText.folded("will be disabled; `tokensweep enable` takes that back, `which is no command", to: 40) == [
                "will be disabled; `tokensweep enable`", "  takes that back, `which is no command",
            ])
    }

    @Test(
        "words for a shell are quoted where they must be",
        arguments: [("incident-42", "incident-42"), ("", "''"), ("a b", "'a b'"), ("$(x)", "'$(x)'"), ("-x", "'-x'"), ("é", "'é'")])
    func shell(word: String, quoted: String) {
        #expect(ShellText.quoted(word) == quoted)
    }

    @Test(
        arguments: [
            (JobAction.disable, [ItemState.disabled: 5], "5 of 5 tokens are disabled, none deleted."),
            (
                .disable, [.disabled: 1, .alreadyAbsent: 1, .failed: 1, .pending: 2],
                "1 of 5 tokens is disabled, none deleted; 1 is absent; 1 is not disabled; 2 are not finished yet."
            ),
            (.disable, [.failed: 1], "0 of 1 token are disabled, none deleted; 1 is not disabled."),
            (.enable, [.enabled: 2, .alreadyAbsent: 1], "2 of 3 tokens are enabled again; 1 is not."),
        ] as [(JobAction, [ItemState: Int], String)])
    func `jobs that delete nothing say so`(_ action: JobAction, _ counts: [ItemState: Int], _ sentence: String) {
        #expect(Verdict.sentence(Tally(counts), action) == sentence)
    }
}
