import SweepModel
import SweepReport
import Testing

@Suite("Text")
struct PlainTextTests {
    @Test("says the verdict first, then the job, the counts, the scopes and the rows")
    func golden() throws {
        var job = try Sample.job([.presumedDeleted: 1_996, .invalid: 4], baseURL: "http://127.0.0.1:8787/client/v4")
        job.duplicates = 1
        let layout = ReportLayout(only: [.invalid, .presumedDeleted])
        let text = try report(.text, job, [Sample.row(), Sample.invalid("not-an-id")], layout: layout)
        #expect(
            text == """
                1,996 of 2,000 tokens are gone; 4 are not.

                API:        http://127.0.0.1:8787/client/v4
                Job:        incident-42
                State:      finished
                Plan:       9f86d081
                Created:    2026-11-23T19:21:57.042Z
                Finished:   2026-11-23T19:25:17.042Z
                Manifest:   leaked.csv
                Duplicates: 1 row
                Only:       presumed_deleted, invalid

                presumed_deleted  1,996
                invalid               4

                SCOPE                                     TOKENS   GONE  NOT GONE  NOT FINISHED
                account 023e105f4ecef8ad9ca31a8372d0c353   2,000  1,996         4             0

                OUTCOME           TOKEN                                 SCOPE              REASON                      NAME
                presumed_deleted  f174e90a-fafe-4643-bbbc-4a0ed4fc8415  account 023e105f…  gone after a lost answer    ci
                invalid           not-an-id                                                standard input:3: not a
                                                                                           UUID

                """)
    }

    @Test("says that a job is not finished, and why it stopped")
    func unfinished() throws {
        var job = try Sample.job([.deleted: 1_684, .failed: 4, .pending: 312], state: .halted)
        job.stopReason = "credential refused"
        let lines = try report(.text, job, []).split(separator: "\n")
        #expect(lines.first == "1,684 of 2,000 tokens are gone; 4 are not; 312 are not finished yet.")
        #expect(lines.contains("State:    halted"))
        #expect(lines.contains("Stopped:  credential refused"))
        #expect(lines.last == "No tokens are listed.")
        #expect(!lines.contains { $0.hasPrefix("API") || $0.hasPrefix("Only") || $0.hasPrefix("Finished") })
    }

    @Test("never cuts a number")
    func millions() throws {
        let lines = try report(.text, Sample.job([.deleted: 12_345_678]), []).split(separator: "\n")
        #expect(lines.contains("account 023e105f4ecef8ad9ca31a8372d0c353  12,345,678  12,345,678         0             0"))
    }

    @Test("wraps a long reason under its column")
    func wraps() throws {
        var row = try Sample.row()
        row.reason = "in use by the policy that lets the build machines in; remove it there first"
        let lines = try report(.text, Sample.job(), [row]).split(separator: "\n").suffix(3)
        #expect(
            lines.map { String($0.dropFirst(75)) } == [
                "in use by the policy that   ci", "lets the build machines", "in; remove it there first",
            ])
    }

    @Test("leaves the scope out where there is little room")
    func narrow() throws {
        let lines = try report(.text, Sample.job(), [Sample.row()], layout: ReportLayout(width: 80)).split(separator: "\n").suffix(3)
        #expect(
            lines == [
                "OUTCOME           TOKEN                                 REASON (NAME)",
                "presumed_deleted  f174e90a-fafe-4643-bbbc-4a0ed4fc8415  gone after a lost answer",
                "                                                        (ci)",
            ])
    }

    @Test("hostile text neither acts nor breaks the columns", arguments: Sample.hostileTexts.map { Given($0) })
    func hostile(given: Given) throws {
        let text = given.text
        var row = try Sample.hostile(text)
        row.state = .invalid
        row.tokenText = text
        var job = try Sample.job()
        job.name = text
        job.baseURL = text
        job.stopReason = text
        let written = try report(.text, job, [row])
        #expect(!written.unicodeScalars.contains(where: acts))
        let tableLines = written.split(separator: "\n").drop { !$0.hasPrefix("OUTCOME") }
        #expect((2...5).contains(tableLines.count))
        for line in tableLines { #expect(TerminalText.width(line) <= 120) }
        #expect(tableLines.dropFirst().first?.hasPrefix("invalid           ") == true)
    }

    private func acts(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "\n" { return false }
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF: return true
        default: return false
        }
    }
}
