import Glibc
import SweepModel
import SweepReport
import Testing

/// Keeps what is written, or fails after a number of bytes.
final class MemorySink: ByteSink {
    private(set) var bytes: [UInt8] = []
    private(set) var writes = 0
    private(set) var isFinished = false
    var failsAfter = Int.max

    var text: String { String(decoding: bytes, as: UTF8.self) }

    func write(_ bytes: Span<UInt8>) throws(ReportError) {
        writes += 1
        guard self.bytes.count + bytes.count <= failsAfter else { throw ReportError(.full, path: "memory", number: ENOSPC) }
        for index in bytes.indices { self.bytes.append(bytes[index]) }
    }

    func finish() throws(ReportError) { isFinished = true }
}

/// A folder of its own for a test, removed with everything in it.
final class Scratch {
    let path: String

    init() throws {
        var name = Array("/tmp/tokensweep-report-XXXXXX".utf8CString)
        let made = mkdtemp(&name)
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try #require(made != nil)
    }

    deinit {
        for name in names { _ = remove("\(path)/\(name)") }
        _ = rmdir(path)
    }

    /// The names in the folder, sorted.
    var names: [String] {
        guard let directory = opendir(path) else { return [] }
        defer { _ = closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func write(_ text: String, to name: String) throws {
        try write(Array(text.utf8), to: name)
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = try #require(fopen("\(path)/\(name)", "w"))
        defer { _ = fclose(file) }
        try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }

    func read(_ name: String) throws -> String {
        let file = try #require(fopen("\(path)/\(name)", "r"))
        defer { _ = fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

enum Sample {
    static let tokenID = "f174e90a-fafe-4643-bbbc-4a0ed4fc8415"
    static let scopeID = "023e105f4ecef8ad9ca31a8372d0c353"
    /// 2026-11-23T19:21:57.042Z
    static let start = Timestamp(milliseconds: 1_795_461_717_042)

    static func scope() throws -> Scope { Scope(.account, try #require(ScopeID(scopeID))) }

    /// A token that was found deleted after a lost answer: every column has a value.
    static func row() throws -> ReportRow {
        let lost = AnswerDetails(transportError: "timeout")
        let answer = AnswerDetails(
            httpStatus: 404, errorCode: 12_130, errorMessage: "not found", documentationURL: "https://example.com/12130",
            sourcePointer: "/id", errorChain: "6111: deeper", rayID: "8f2c-FRA")
        return ReportRow(
            position: RowPosition(manifest: "leaked.csv", line: 7), tokenText: tokenID, scope: try scope(), state: .presumedDeleted,
            reason: "gone after a lost answer", name: "ci", clientID: "88bf.access.example.com", duration: "8760h",
            expiresAt: start + .seconds(86_400), note: "ticket 9", finishedAt: start + .seconds(2), attemptCount: 2,
            firstAttemptAt: start, lastDetails: answer,
            attempts: [
                Attempt(number: 1, startedAt: start, finishedAt: start + .seconds(1), details: lost),
                Attempt(number: 2, startedAt: start + .seconds(1), finishedAt: start + .seconds(2), details: answer),
            ], verifiedAt: start + .seconds(3))
    }

    /// A row of which only the position is known.
    static func invalid(_ text: String = "", reason: String = "not a UUID") -> ReportRow {
        ReportRow(position: RowPosition(manifest: "-", line: 3), tokenText: text, scope: nil, state: .invalid, reason: reason)
    }

    /// A finished row whose every text from outside is the one given.
    static func hostile(_ text: String) throws -> ReportRow {
        var row = try row()
        row.position.manifest = text
        row.reason = text
        row.name = text
        row.clientID = text
        row.duration = text
        row.note = text
        row.lastDetails = AnswerDetails(errorMessage: text, documentationURL: text, rayID: text)
        return row
    }

    static func job(
        _ counts: [ItemState: Int] = [.deleted: 1_990, .alreadyAbsent: 6, .failed: 4], state: JobState = .finished,
        baseURL: String = "https://api.cloudflare.com/client/v4"
    ) throws -> JobOverview {
        JobOverview(
            id: JobID(12), name: "incident-42", state: state, planID: "9f86d081", createdAt: start,
            finishedAt: state == .finished ? start + .seconds(200) : nil, baseURL: baseURL, tally: Tally(counts),
            scopes: [ScopeTally(scope: try scope(), tally: Tally(counts))], duplicates: 0, manifests: ["leaked.csv"])
    }

    /// Text with which people and accidents attack reports.
    static let hostileTexts: [String] = [
        "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1+1", "\u{FF1D}1+1", "\u{FEFF}=1", "\u{0}=1",
        "<script>alert(1)</script>", "&lt;", "\u{1B}[31mred\u{1B}]0;title\u{7}", "\u{9B}31m", "a\u{202E}txt.exe", "\u{2066}x\u{2069}",
        "nul\u{0}byte", String(repeating: "x,\"y\"\n", count: 1_700), "\"quoted\"", "a\"", "\"", "line\nbreak\r\nand\rmore\n", "👩‍💻 日本語 ❤️ 🇩🇪",
        "| cell | `code` | **bold** [link](https://evil.example) ![img](x)", "\u{2028}\u{2029}", "back\\slash\\", "-", "", " ",
        "zero\u{200B}width",
        "{\"a\":[", "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}", "https://evil.example www.evil.example", "\u{10FFFF}\u{FFFE}",
    ]
}

/// A text that the test's own log shows escaped and short, so that it cannot act there.
struct Given: CustomTestStringConvertible, Sendable, ExpressibleByStringLiteral {
    let text: String

    init(_ text: String) { self.text = text }
    init(stringLiteral text: String) { self.text = text }

    var testDescription: String { text.unicodeScalars.prefix(40).map { $0.escaped(asASCII: true) }.joined() }
}

/// The whole report as text.
func report(
    _ format: ReportFormat, _ job: JobOverview, _ rows: [ReportRow], layout: ReportLayout = ReportLayout()
) throws -> String {
    let sink = MemorySink()
    let writer = ReportWriter(format, to: sink, layout: layout)
    try writer.begin(job)
    for row in rows { try writer.row(row) }
    try writer.end()
    #expect(sink.isFinished)
    return sink.text
}
