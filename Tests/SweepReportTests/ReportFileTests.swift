import Glibc
import SweepModel
import Testing

@testable import SweepReport

@Suite("A report's file")
struct ReportFileTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private var path: String { "\(scratch.path)/report.csv" }

    @Test("takes its place only when it is whole, for its owner's eyes")
    func replaces() throws {
        try scratch.write("old", to: "report.csv")
        let writer = ReportWriter(.csv, to: try ReportFile(path: path))
        try writer.begin(Sample.job())
        #expect(try scratch.read("report.csv") == "old")
        #expect(scratch.names.count == 2)
        try writer.end()
        #expect(try scratch.read("report.csv").hasPrefix("manifest,line,"))
        #expect(scratch.names == ["report.csv"])
        var facts = stat()
        try #require(stat(path, &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600)
    }

    @Test("leaves the old report when it is given up")
    func givenUp() throws {
        try scratch.write("old", to: "report.csv")
        do {
            let writer = ReportWriter(.csv, to: try ReportFile(path: path))
            try writer.begin(Sample.job())
        }
        #expect(try scratch.read("report.csv") == "old")
        #expect(scratch.names == ["report.csv"])
    }

    @Test("leaves the old report when writing fails")
    func writingFails() throws {
        try scratch.write("old", to: "report.csv")
        let full = ReportError(.full, path: path, number: ENOSPC)
        do {
            let file = try ReportFile(path: path)
            let device = open("/dev/full", O_WRONLY | O_CLOEXEC)
            try #require(device >= 0)
            try #require(dup2(device, file.descriptor) == file.descriptor)
            try #require(close(device) == 0)
            let writer = ReportWriter(.csv, to: file)
            try writer.begin(Sample.job())
            #expect(throws: full) { try writer.end() }
            // Nor can the broken file be talked into taking its place.
            #expect(throws: full) { try file.finish() }
        }
        #expect(try scratch.read("report.csv") == "old")
        #expect(scratch.names == ["report.csv"])
    }

    @Test("leaves nothing behind when it cannot take its name")
    func renameFails() throws {
        let file = try ReportFile(path: path)
        try #require(mkdir(path, 0o700) == 0)
        #expect(throws: ReportError(.renameFailed, path: path, number: EISDIR)) { try file.finish() }
        #expect(scratch.names == ["report.csv"])
        #expect(throws: ReportError(.writeFailed, path: path, number: EBADF)) { try file.finish() }
    }

    @Test("takes the place of a symbolic link, and leaves alone what that points to", arguments: ["real.csv", "nowhere.csv"])
    func symbolicLink(target: String) throws {
        try scratch.write("old", to: "real.csv")
        try #require(symlink(target, path) == 0)
        let writer = ReportWriter(.csv, to: try ReportFile(path: path))
        try writer.begin(Sample.job())
        try writer.end()
        var facts = stat()
        try #require(lstat(path, &facts) == 0)
        #expect(facts.st_mode & S_IFMT == S_IFREG)
        #expect(try scratch.read("report.csv").hasPrefix("manifest,line,"))
        #expect(try scratch.read("real.csv") == "old")
        #expect(scratch.names == ["real.csv", "report.csv"])
    }

    @Test("follows no link that takes the name while it is written")
    func lateLink() throws {
        try scratch.write("old", to: "real.csv")
        let file = try ReportFile(path: path)
        try #require(symlink("real.csv", path) == 0)
        try file.finish()
        #expect(try scratch.read("real.csv") == "old")
        #expect(try scratch.read("report.csv") == "")
    }

    @Test("a good place passes the check, which leaves nothing behind")
    func goodPlace() throws {
        try ReportFile.check(path: path)
        #expect(scratch.names == [])
        try scratch.write("old", to: "report.csv")
        try ReportFile.check(path: path)
        #expect(try scratch.read("report.csv") == "old")
        #expect(scratch.names == ["report.csv"])
    }

    @Test("places where no report can stand are found early")
    func badPlaces() throws {
        #expect(throws: ReportError(.isDirectory, path: scratch.path)) { try ReportFile.check(path: scratch.path) }
        #expect(throws: ReportError(.isDirectory, path: "reports/")) { try ReportFile.check(path: "reports/") }
        #expect(throws: ReportError(.isDirectory, path: "")) { try ReportFile.check(path: "") }
        #expect(throws: ReportError(.notAFile, path: "/dev/null")) { try ReportFile.check(path: "/dev/null") }
        let missing = "\(scratch.path)/no/such/report.csv"
        #expect(throws: ReportError(.directoryMissing, path: missing, number: ENOENT)) { try ReportFile.check(path: missing) }
        try scratch.write("", to: "file")
        let below = "\(scratch.path)/file/report.csv"
        #expect(throws: ReportError(.directoryMissing, path: below, number: ENOTDIR)) { try ReportFile.check(path: below) }
    }

    @Test("a directory that takes no files is found early, whoever asks")
    func unwritableKernelDirectory() throws {
        let error = #expect(throws: ReportError.self) { try ReportFile.check(path: "/proc/report.csv") }
        #expect(error?.path == "/proc/report.csv")
        #expect([.directoryNotWritable, .openFailed].contains(error?.code))
    }

    @Test("a directory without the right to write is found early", .enabled(if: geteuid() != 0, "root may write everywhere"))
    func unwritableDirectory() throws {
        try #require(chmod(scratch.path, 0o500) == 0)
        defer { _ = chmod(scratch.path, 0o700) }
        #expect(throws: ReportError(.directoryNotWritable, path: path, number: EACCES)) { try ReportFile.check(path: path) }
    }

    @Test("errors name the path and what to do, and cannot act on a terminal")
    func messages() {
        let error = ReportError(.full, path: "a\u{1B}[2J.csv", number: ENOSPC)
        #expect(error.message == "cannot write a\u{FFFD}[2J.csv: no space is left (No space left on device)")
        #expect(error.remedy?.contains("tokensweep report") == true)
        for code in ReportError.Code.allCases where code != .closed {
            #expect(ReportError(code, path: "x").remedy != nil)
        }
    }
}
