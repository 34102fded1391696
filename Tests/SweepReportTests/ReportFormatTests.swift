import SweepReport
import Testing

@Suite("Finding the format")
struct ReportFormatTests {
    @Test(
        "by the file's name",
        arguments: [
            ("a.csv", .csv), ("/x.md/a.JSONL", .jsonl), ("a.b.Md", .md), ("a.txt", .text), (".csv", .csv), ("x.Html", .html),
        ] as [(String, ReportFormat)])
    func byFileName(name: String, format: ReportFormat) throws {
        #expect(try ReportFormat(fileName: name) == format)
    }

    @Test("a name that tells nothing is refused", arguments: ["report", "a.xlsx", "dir.csv/report", "csv", "a.csv.", "", "a.text"])
    func unknownFileName(name: String) {
        #expect(throws: ReportFormatError.unknownSuffix(fileName: name)) { try ReportFormat(fileName: name) }
    }

    @Test(
        "by its word",
        arguments: [("csv", .csv), ("JSONL", .jsonl), ("text", .text), ("md", .md), ("HTML", .html)] as [(String, ReportFormat)])
    func byName(name: String, format: ReportFormat) throws {
        #expect(try ReportFormat(name: name) == format)
    }

    @Test("a word that names none is refused with the words there are")
    func unknownName() {
        let error = #expect(throws: ReportFormatError.unknownName("x\u{1B}")) { try ReportFormat(name: "x\u{1B}") }
        #expect(error?.message == "unknown report format “x\u{FFFD}”")
        #expect(error?.remedy == "use one of csv, jsonl, text, md, html")
    }
}
