import FoundationEssentials
import SweepTestSupport
import Testing

/// A manifest of a size that nobody should have.
@Suite(.timeLimit(.minutes(3)))
struct ScaleTests {
    private static let rows = 1_000_000
    private static let memoryLimitKiB = 128 * 1024

    @Test(.enabled(if: Binaries.areReleased, "memory and pace of a debug build say nothing"))
    func `a million rows are planned in little memory`() async throws {
        try await Workbench.with(world: "{}") { bench in
            try Data(Self.manifest()).write(to: URL(filePath: bench.folder["m.csv"]))
            var variables = bench.environment
            variables["PATH"] = ProcessInfo.processInfo.environment["PATH"]
            // Between this process and the program stands a small one: a child begins with the peak of its parent.
            let script = """
                import resource, subprocess, sys
                code = subprocess.run(sys.argv[1:]).returncode
                print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
                sys.exit(code)
                """
            let child = try ChildProcess(
                ChildProcess.Command(
                    "/usr/bin/env", ["python3", "-c", script, Binaries.tokensweep, "plan", "m.csv", "--json"], environment: variables,
                    folder: bench.folder.path, output: bench.folder["plan.out"], errors: bench.folder["plan.err"]))
            let start = ContinuousClock.now
            #expect(try await child.wait().exitCode == 0, "\(child.errors)")
            let lines = child.output.split(separator: "\n")
            let plan = try JSONReading.value(PlanLine.self, try #require(lines.first)).plan
            #expect(plan.deletions == Self.rows)
            let peak = try #require(lines.last.flatMap { Int($0) })
            #expect(peak < Self.memoryLimitKiB)
            print("scale: a million rows planned in \(ContinuousClock.now - start), peak \(peak / 1024) MiB")
        }
    }

    /// CSV with ids that count up, spread over a thousand accounts; written digit by digit, because this part is no release build.
    private static func manifest() -> [UInt8] {
        var bytes = Array("service_token_id,account_id,name\n".utf8)
        bytes.reserveCapacity(rows * 84)
        var line = Array("00000000-0000-4000-8000-000000000000,0a000000000000000000000000000000,ci-runner\n".utf8)
        for row in 0..<rows {
            increment(&line, endingAt: 35)
            if row % 1000 == 0 { increment(&line, endingAt: 68) }
            bytes += line
        }
        return bytes
    }

    /// Adds one to the hexadecimal number that ends at an index.
    private static func increment(_ line: inout [UInt8], endingAt end: Int) {
        var index = end
        while line[index] == UInt8(ascii: "f") {
            line[index] = UInt8(ascii: "0")
            index -= 1
        }
        line[index] = line[index] == UInt8(ascii: "9") ? UInt8(ascii: "a") : line[index] + 1
    }
}
