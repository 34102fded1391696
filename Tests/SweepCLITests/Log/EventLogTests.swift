import Glibc
import SweepModel
import SweepReport
import SweepTestSupport
import Testing

@testable import SweepCLI

/// A log that cannot be written for a while.
@Suite struct EventLogTests {
    @Test func `where lines could not be written, the next one that can says how many are missing`() throws {
        let folder = try ScratchFolder()
        defer { try? folder.remove() }
        #expect(mkfifo(folder["pipe"], 0o600) == 0)
        let reader = open(folder["pipe"], O_RDONLY | O_NONBLOCK)
        try #require(reader >= 0)
        defer { close(reader) }
        let log = EventLog(console: Console(environment: [:]), time: SystemTime())
        try log.open(.file(folder["pipe"]), for: "run")
        let written = 2000
        for number in 1...written { log.note(.attemptFailed) { $0.member("attempt", number) } }
        let first = drain(reader)
        log.note(.commandEnded)
        let rest = drain(reader)
        let whole = first.filter { $0.hasSuffix("}") && $0.contains("attempt.failed") }.count
        #expect(whole < written)
        let gap = rest.first { $0.contains("log.gap") } ?? ""
        #expect(gap.contains("\"lost\":\(written - whole)}") && gap.hasPrefix("{\"time\""), "\(rest)")
        #expect(rest.last?.contains("command.ended") == true)
    }

    @Test func `a pipe that nobody reads is refused and not waited for`() throws {
        let folder = try ScratchFolder()
        defer { try? folder.remove() }
        #expect(mkfifo(folder["pipe"], 0o600) == 0)
        let log = EventLog(console: Console(environment: [:]), time: SystemTime())
        #expect(throws: Failure.self) { try log.open(.file(folder["pipe"]), for: "run") }
    }

    /// The lines that stand in a pipe now.
    private func drain(_ descriptor: CInt) -> [String] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(descriptor, &chunk, chunk.count), count > 0 { bytes += chunk.prefix(count) }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
