import FoundationEssentials
import Glibc
import SweepTestSupport
import Testing

/// A queue that is damaged, locked or taken away: exit code 5 or a correct result, and never an outcome that is not in the file.
@Suite(.timeLimit(.minutes(3)))
struct DamagedQueueTests {
    private static let tokens = 600
    private static let world = Sample.world("{ generate: \(tokens) }", settings: "rate: 'none', latency: '25ms'")

    /// Starts a job and lets it come half-way.
    private func start(_ bench: Workbench) async throws -> ChildProcess {
        try bench.folder.write(Sample.csv(1...Self.tokens), to: "m.csv")
        let child = try bench.start(["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "4", "--report", "out.jsonl"])
        try await bench.simulator.ledger(holding: 40)
        return child
    }

    private func stop(_ bench: Workbench) async throws {
        let child = try await start(bench)
        child.send(SIGINT)
        expectExit(try await bench.end(of: child), 4)
    }

    @Test(arguments: [true, false])
    func `a queue that is taken away stops the job at once`(isMoved: Bool) async throws {
        try await Workbench.with(world: Self.world) { bench in
            let child = try await start(bench)
            let place = bench.folder["state/tokensweep"]
            if isMoved {
                guard rename(place, place + "-elsewhere") == 0 else { throw SystemFailure("move the queue") }
            } else {
                try FileManager.default.removeItem(atPath: place)
            }
            let sent = try bench.simulator.ledger().deletes.count
            let result = try await bench.end(of: child)
            expectExit(result, 5)
            #expect(result.errors.contains("cannot be opened"), "\(result.errors)")
            // What was in flight, and a turn that was being committed at that moment.
            #expect(try bench.simulator.ledger().deletes.count <= sent + 40)
            guard isMoved else { return }
            guard rename(place + "-elsewhere", place) == 0 else { throw SystemFailure("move the queue back") }
            expectExit(try await bench.call("resume"), 0)
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...Self.tokens))
        }
    }

    @Test func `a queue that another program has locked is left alone, and used when it is free`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try await stop(bench)
            let sent = try bench.simulator.ledger().deletes.count
            let script = """
                import sqlite3, sys, time
                c = sqlite3.connect(sys.argv[1], isolation_level=None)
                c.execute("BEGIN IMMEDIATE")
                print("locked", flush=True)
                time.sleep(600)
                """
            let locker = try ChildProcess(
                ChildProcess.Command(
                    "/usr/bin/env", ["python3", "-c", script, bench.queue], environment: ["PATH": "/usr/bin:/bin"],
                    folder: bench.folder.path, output: bench.folder["locker.out"], errors: bench.folder["locker.err"]))
            try await eventually("the lock") { locker.output.contains("locked") }
            let result = try await bench.call("resume")
            await locker.end()
            expectExit(result, 5)
            #expect(try bench.simulator.ledger().deletes.count == sent)
            expectExit(try await bench.call("resume"), 0)
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...Self.tokens))
        }
    }

    @Test func `a queue that was cut off or damaged sends nothing that nobody asked for`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try await stop(bench)
            let whole = try bench.folder.bytes(of: "state/tokensweep/queue.db")
            let planned = Sample.keys(1...Self.tokens)
            for seed: UInt64 in 0..<12 {
                var random = SeededRandom(seed)
                var bytes = whole
                if seed % 3 == 0 {
                    bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
                } else {
                    for _ in 0..<200 {
                        bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                    }
                }
                try Data(bytes).write(to: URL(filePath: bench.queue))
                let result = try await bench.call("resume", "--concurrency", "32")
                #expect([0, 5].contains(result.exitCode), "seed \(seed): \(result.errors)")
                let ledger = try bench.simulator.ledger()
                #expect(ledger.deletes.allSatisfy { planned.contains($0.key) }, "seed \(seed)")
                if result.exitCode == 0 { #expect(ledger.removed == planned, "seed \(seed)") }
            }
        }
    }
}
