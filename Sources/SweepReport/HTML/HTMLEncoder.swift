import SweepModel

/// One self-contained page that can be mailed and opened in ten years: no resource from elsewhere, and a policy that lets
/// nothing run or load but its own style sheet and script.
///
/// The summary comes first and needs no script: what it says of the rows is in the `ReportStory`, which was read before them. The
/// rows follow as blocks of JSON that no browser executes, so that they stream like those of any other format; the script at the
/// end draws them as a table, as text and nothing else.
struct HTMLEncoder: ReportEncoder {
    /// Rows in one block: small enough to be read at once, however many blocks there are.
    private static let blockSize = 5_000

    private let layout: ReportLayout
    private var rows = 0
    private var data = RowData()

    init(_ layout: ReportLayout) { self.layout = layout }

    mutating func begin(_ job: JobOverview, into bytes: inout [UInt8]) {
        data = RowData(job)
        bytes.append(text: PageHead.text(job))
        bytes.append(text: SummarySection.text(job, layout))
        bytes.append(text: TimeSection.text(layout.story))
        bytes.append(text: ScopeSection.text(job))
        bytes.append(text: RemainingSection.text(job, layout))
        bytes.append(text: TableSection.text(job, layout))
        bytes.append(text: "</main>\n")
        data.appendTables(job, into: &bytes)
    }

    mutating func row(_ row: ReportRow, into bytes: inout [UInt8]) {
        let isFirst = rows % HTMLEncoder.blockSize == 0
        if isFirst, rows > 0 { endBlock(&bytes) }
        bytes.append(text: isFirst ? "<script type=\"application/json\" class=\"rows\">[\n" : ",\n")
        data.append(row, into: &bytes)
        rows += 1
    }

    mutating func end(into bytes: inout [UInt8]) {
        if rows > 0 { endBlock(&bytes) }
        bytes.append(text: "<script>\(PageScript.text)</script>\n</body>\n</html>\n")
    }

    private func endBlock(_ bytes: inout [UInt8]) { bytes.append(text: "\n]</script>\n") }
}
