import FoundationEssentials
import Glibc
import SweepTestSupport
import Testing

/// A disk that refuses writes or syncs of the queue from one moment on, as the program meets it: a broken one, a quota, a file system
/// that the kernel made read-only. A full one has tests of its own, with a real file system.
@Suite(.timeLimit(.minutes(5)))
struct DiskTests {
    private static let tokens = 6
    private static let world = Sample.world("{ generate: \(tokens) }")
    private static let keys = Sample.keys(1...tokens)
    private static let shim = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Disk/disk.c").path

    struct Trouble: Sendable, CustomTestStringConvertible {
        var number: Int32
        /// What the message says of it, and what to do about it.
        var words: [String]
        var testDescription: String { words[0] }

        static let all = [
            Trouble(number: EIO, words: ["reading or writing failed", "Input/output error", "check the disk"]),
            Trouble(number: EDQUOT, words: ["quota is used up", "Disk quota exceeded", "have the quota raised"]),
            Trouble(number: EROFS, words: ["cannot be written", "Read-only file system", "writable"]),
        ]
    }

    /// What fails: `w` or `s`, and the end of the file's name behind `queue.db`.
    struct Operation: Sendable, CustomTestStringConvertible {
        var kind: String
        var tail: String
        var testDescription: String { "\(kind == "w" ? "writes" : "syncs") of queue.db\(tail)" }

        static let all = ["w", "s"].flatMap { kind in ["-wal", ""].map { Operation(kind: kind, tail: $0) } }
    }

    /// Starts the program on a disk of which everything from the `first` such operation on fails.
    private func start(_ bench: Workbench, _ words: [String], _ operation: Operation, _ trouble: Trouble, from first: Int) throws
        -> ChildProcess
    {
        let library = bench.folder["disk.so"]
        let tail = operation.tail.isEmpty ? "." : operation.tail
        let script = """
            test -e '\(library)' || cc -shared -fPIC -o '\(library)' '\(Self.shim)' &&
            exec env LD_PRELOAD='\(library)' DISK_TRACE='\(bench.folder["trace"])' \
                DISK_SHIM='\(operation.kind):\(first):\(trouble.number):\(tail)' "$0" "$@"
            """
        return try bench.start(words, through: ["sh", "-c", script])
    }

    /// Where in its life the job met the trouble.
    private enum Stage: Hashable {
        case planning, firstClaim, firstOutcome, middle, end, none
    }

    /// A run of `tokens` tokens, one after the other, and what must hold after it whatever failed; then the rest on a good disk.
    private func run(_ operation: Operation, _ trouble: Trouble, from first: Int) async throws -> (Stage, operations: Int) {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...Self.tokens), to: "m.csv")
            let words = ["run", "m.csv", "--yes", "--rate", "none", "--concurrency", "1", "--json", "--name", "n"]
            let result = try await bench.end(of: try start(bench, words, operation, trouble, from: first))
            let place = "\(operation.testDescription) from \(first) on: \(result.errors)"
            let trace = try bench.folder.holds("trace") ? bench.folder.text(of: "trace") : ""
            let sent = try bench.simulator.ledger().deletes.count
            let told = try outcomes(toldBy: result)
            let isPlanned = try await jobs(bench).contains("n")

            #expect([0, 5].contains(result.exitCode), "\(place)")
            if result.exitCode == 5 {
                expectWords(trouble, result.errors, bench.queue)
                #expect(result.errors.contains(isPlanned ? "tokensweep resume" : "give the same command again"), "\(place)")
            }
            #expect(try await bench.integrity() == "ok", "\(place)")
            try await expectKept(told, bench, isPlanned, place)
            if result.exitCode == 0 { #expect(told.count == Self.tokens && sent == Self.tokens, "\(place)") }

            // The disk is good again.
            expectExit(isPlanned ? try await bench.call("resume", "n") : try await bench.end(of: try bench.start(words)), 0)
            let (report, ledger) = (try await bench.report(), try bench.simulator.ledger())
            expectAgreement(report, ledger, existing: Self.keys)
            #expect(ledger.removed == Self.keys && report.count == Self.tokens, "\(place)")
            #expect(ledger.deletes.count <= Self.tokens + 1, "one was in flight: \(place)")
            #expect(try await bench.integrity() == "ok", "\(place)")
            return (stage(result.exitCode, isPlanned, sent, told.count), trace.count)
        }
    }

    private func stage(_ code: Int32?, _ isPlanned: Bool, _ sent: Int, _ told: Int) -> Stage {
        switch (code, isPlanned, sent, told) {
        case (0, _, _, _): .none
        case (_, false, _, _): .planning
        case (_, _, 0, _): .firstClaim
        case (_, _, _, 0): .firstOutcome
        case (_, _, _, Self.tokens): .end
        default: .middle
        }
    }

    @Test(arguments: Trouble.all, Operation.all)
    func `a disk that begins to fail stops the job, and what was told is kept`(trouble: Trouble, operation: Operation) async throws {
        let (none, operations) = try await run(operation, trouble, from: 1_000_000)
        #expect(none == .none && operations > 0)
        // Every moment or twenty of them, the first and the last among them.
        let moments = Set((0..<20).map { 1 + $0 * (operations - 1) / 19 })
        var stages: Set<Stage> = []
        for moment in moments.sorted() { stages.insert(try await run(operation, trouble, from: moment).0) }
        // A job lives by its log. The file is written when it is made and when the log is folded into it at the end: should that fail,
        // everything is in the log.
        #expect(stages.isSuperset(of: operation.tail == "-wal" ? [.planning, .firstOutcome, .middle] : [.planning, .none]), "\(stages)")
    }

    @Test(arguments: zip([Trouble.all[0], Trouble.all[1]], [Operation(kind: "s", tail: ""), Operation(kind: "w", tail: "")]))
    func `a log that cannot be folded into the file in the middle of a job grows, and nothing is lost`(
        trouble: Trouble, operation: Operation
    ) async throws {
        try await Workbench.with(world: Self.world) { bench in
            // More pages than the log may have before it is folded, for rows that are never sent.
            let rows = (1...5000).map { number in
                "\(Sample.id(number)),\(Sample.account),\(number <= Self.tokens ? "go" : "keep"),\(String(repeating: "x", count: 4000))\n"
            }
            try bench.folder.write("service_token_id,account_id,name,note\n" + rows.joined(), to: "m.csv")
            let words = ["run", "m.csv", "--yes", "--rate", "none", "--protect", "name:keep", "--name", "n"]
            // The first of them makes the file.
            expectExit(try await bench.end(of: try start(bench, words, operation, trouble, from: 2)), 1)
            #expect(try bench.folder.text(of: "trace").count { $0.isUppercase } > 1, "it was folded at the end alone")
            #expect(try await bench.integrity() == "ok")
            let (report, ledger) = (try await bench.report(), try bench.simulator.ledger())
            expectAgreement(report, ledger, existing: Self.keys)
            #expect(ledger.deletes.count == Self.tokens && ledger.removed == Self.keys)
            #expect(report.count("deleted") == Self.tokens && report.count("skipped") == rows.count - Self.tokens)
        }
    }

    // MARK: - What is looked at

    private struct Told: Decodable {
        var serviceTokenId: String?
        var outcome: String?
    }

    /// Tokens and outcomes that standard output told.
    private func outcomes(toldBy result: Workbench.Result) throws -> [String: String] {
        let lines = try JSONReading.lines(Told.self, result.output)
        return Dictionary(lines.compactMap { line in line.serviceTokenId.flatMap { id in line.outcome.map { (id, $0) } } }) { $1 }
    }

    private func jobs(_ bench: Workbench) async throws -> [String] {
        let result = try await bench.call("jobs", "--json")
        // No tables yet.
        return result.exitCode == 0 ? try JSONReading.value([JobLine].self, result.output).map(\.name) : []
    }

    private func expectWords(_ trouble: Trouble, _ errors: String, _ queue: String) {
        for word in trouble.words + [queue] { #expect(errors.contains(word), "\(errors)") }
    }

    /// What was told stands in the file, and is true.
    private func expectKept(_ told: [String: String], _ bench: Workbench, _ isPlanned: Bool, _ place: String) async throws {
        guard isPlanned else { return #expect(told.isEmpty, "\(place)") }
        let report = try await bench.report()
        expectAgreement(report, try bench.simulator.ledger(), existing: Self.keys)
        let kept = Dictionary(uniqueKeysWithValues: report.map { ($0.serviceTokenId ?? "", $0.outcome) })
        for (id, outcome) in told { #expect(kept[id] == outcome, "\(id) was told: \(place)") }
    }
}

extension Workbench {
    /// What SQLite itself says of the queue file and its log. It looks at a copy: who opens the file folds the log into it.
    fileprivate func integrity() async throws -> String {
        let script = """
            import glob, shutil, sqlite3, sys, tempfile
            with tempfile.TemporaryDirectory() as copy:
                for file in glob.glob(sys.argv[1]) + glob.glob(sys.argv[1] + "-wal"): shutil.copy(file, copy)
                print(sqlite3.connect(copy + "/queue.db").execute("PRAGMA integrity_check").fetchone()[0])
            """
        let process = try ChildProcess(
            ChildProcess.Command(
                "/usr/bin/env", ["python3", "-c", script, queue], environment: ["PATH": "/usr/bin:/bin"], folder: folder.path,
                output: folder["integrity.out"], errors: folder["integrity.err"]))
        guard try await process.wait().exitCode == 0 else { throw FixtureFailure("python3: \(process.errors)") }
        return String(process.output.dropLast())
    }
}
