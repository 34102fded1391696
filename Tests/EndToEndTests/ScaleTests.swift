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
            var variables = bench.environment
            variables["PATH"] = ProcessInfo.processInfo.environment["PATH"]
            // Between this process and the program stands a small one: a child begins with the peak of its parent.
            let script = """
                import resource, subprocess, sys
                with open("m.csv", "w") as manifest:
                    manifest.write("service_token_id,account_id,name\\n")
                    for row in range(\(Self.rows)):
                        manifest.write(f"00000000-0000-4000-8000-{row:012x},0a{row // 1000:030x},ci-runner\\n")
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
}
