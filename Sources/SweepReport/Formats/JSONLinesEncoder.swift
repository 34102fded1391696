import SweepModel

/// One JSON object a line and a row, with the log of its tries.
struct JSONLinesEncoder: ReportEncoder {
    private var json = JSONText()
    private var scopes = ScopeText()

    /// Nothing: every line is a row.
    mutating func begin(_ job: JobOverview, into bytes: inout [UInt8]) {}

    mutating func row(_ row: ReportRow, into bytes: inout [UInt8]) {
        json.removeAll()
        json.item(row, scopes: &scopes, withLog: true)
        bytes.append(contentsOf: json.bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func end(into bytes: inout [UInt8]) {}
}
