import Glibc
import SweepModel
import Testing

@testable import SweepReport

@Suite("The writer")
struct ReportWriterTests {
    @Test("gathers rows into large writes, and loses none", arguments: ReportFormat.allCases)
    func chunks(format: ReportFormat) throws {
        let sink = MemorySink()
        let writer = ReportWriter(format, to: sink)
        try writer.begin(Sample.job())
        for line in 1...2_000 {
            var row = try Sample.row()
            row.position.line = line
            row.tokenText = "token-\(line)"
            try writer.row(row)
        }
        #expect(!sink.isFinished)
        try writer.end()
        #expect(sink.isFinished)
        #expect(sink.writes <= sink.bytes.count / 65_536 + 1)
        #expect(sink.text.split(whereSeparator: \.isNewline).filter { $0.contains("token-") }.count == 2_000)
    }

    @Test("throws its first error at once and ever after, and never finishes the sink")
    func failure() throws {
        let sink = MemorySink()
        sink.failsAfter = 100_000
        let writer = ReportWriter(.csv, to: sink)
        try writer.begin(Sample.job())
        let full = ReportError(.full, path: "memory", number: ENOSPC)
        let row = try Sample.row()
        #expect(throws: full) { for _ in 0..<1_000 { try writer.row(row) } }
        let writes = sink.writes
        #expect(throws: full) { try writer.row(row) }
        #expect(throws: full) { try writer.end() }
        #expect(sink.writes == writes)
        #expect(!sink.isFinished)
    }

    @Test("a full device is told, with the path")
    func fullDevice() throws {
        let descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { _ = close(descriptor) }
        let writer = ReportWriter(.csv, to: StandardOutput(descriptor: descriptor))
        try writer.begin(Sample.job())
        #expect(throws: ReportError(.full, path: "standard output", number: ENOSPC)) { try writer.end() }
    }

    @Test("a reader that went away is an error of its own")
    func brokenPipe() throws {
        // Without this the system would end the process; nothing in these tests wants the signal.
        var action = sigaction()
        action.__sigaction_handler.sa_handler = SIG_IGN
        try #require(sigaction(SIGPIPE, &action, nil) == 0)
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        try #require(close(ends[0]) == 0)
        defer { _ = close(ends[1]) }
        #expect(throws: ReportError(.closed, path: "standard output", number: EPIPE)) {
            try StandardOutput(descriptor: ends[1]).writeLine("{}".utf8)
        }
    }

    @Test("a pipe that is non-blocking and full is waited for")
    func nonBlocking() throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        try #require(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
        let reader = Reader(descriptor: ends[0])
        try reader.start()
        let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
        try StandardOutput(descriptor: ends[1]).write(bytes.span)
        try #require(close(ends[1]) == 0)
        #expect(try reader.finish() == bytes.count)
    }
}

/// Reads a descriptor to its end on a thread of its own, and closes it.
private final class Reader {
    private let descriptor: CInt
    private var thread = pthread_t()

    init(descriptor: CInt) { self.descriptor = descriptor }

    func start() throws {
        let argument = UnsafeMutableRawPointer(bitPattern: Int(descriptor))
        let created = pthread_create(
            &thread, nil,
            { argument in
                let descriptor = CInt(Int(bitPattern: argument))
                var buffer = [UInt8](repeating: 0, count: 4096)
                var total = 0
                var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                while poll(&request, 1, -1) > 0 {
                    let count = read(descriptor, &buffer, buffer.count)
                    if count <= 0 { break }
                    total += count
                }
                _ = close(descriptor)
                return UnsafeMutableRawPointer(bitPattern: total)
            }, argument)
        try #require(created == 0)
    }

    /// How many bytes came.
    func finish() throws -> Int {
        var result: UnsafeMutableRawPointer?
        try #require(pthread_join(thread, &result) == 0)
        return Int(bitPattern: result)
    }
}
