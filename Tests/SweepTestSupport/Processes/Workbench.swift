import FoundationEssentials
import Synchronization

/// A scratch folder with a simulated API and a `tokensweep` that knows no other: its home, its queue and its credential are the
/// test's own.
package struct Workbench: Sendable {
    /// The credential that children get unless a test says otherwise.
    package static let token = "cfut_e2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2E0001"

    package let folder: ScratchFolder
    package let simulator: SimulatorProcess
    package var environment: [String: String]
    private let children = Children()

    /// How a call of the program ended, and what it said.
    package struct Result: Sendable {
        package var exitCode: Int32?
        package var output: String
        package var errors: String
    }

    /// Lends a workbench; whatever was started is ended and the folder is removed on every path.
    package static func with<Value>(world: String, _ body: (Workbench) async throws -> Value) async throws -> Value {
        let folder = try ScratchFolder()
        do {
            let simulator = try await SimulatorProcess.start(world: world, in: folder)
            let bench = Workbench(folder: folder, simulator: simulator, environment: try environment(folder, simulator.baseURL))
            do {
                let value = try await body(bench)
                await bench.clear()
                try folder.remove()
                return value
            } catch {
                await bench.clear()
                throw error
            }
        } catch {
            // The error of the test is the one to tell.
            try? folder.remove()
            throw error
        }
    }

    private static func environment(_ folder: ScratchFolder, _ baseURL: String) throws -> [String: String] {
        var variables = [
            "HOME": try folder.makeFolder("home"), "XDG_STATE_HOME": try folder.makeFolder("state"), "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8", "CLOUDFLARE_BASE_URL": baseURL, "CLOUDFLARE_API_TOKEN": token,
            // Most tests are about what a run itself sends; those about lookups take it out.
            "TOKENSWEEP_NO_LOOKUP": "1",
        ]
        // Where a sanitizer tells what it found.
        variables["TSAN_OPTIONS"] = ProcessInfo.processInfo.environment["TSAN_OPTIONS"]
        return variables
    }

    private func clear() async {
        for child in children.all { await child.end() }
        await simulator.stop()
    }

    /// Starts `tokensweep`. A variable whose value is nil is taken out of the environment. `wrapper` is a command that becomes the
    /// program or starts it, such as `prlimit --nofile=256`.
    package func start(
        _ arguments: [String], input: ChildProcess.Input = .none, environment changes: [String: String?] = [:],
        through wrapper: [String] = []
    ) throws -> ChildProcess {
        var variables = environment
        for (name, value) in changes { variables[name] = value }
        let number = children.next()
        let words = wrapper + [Binaries.tokensweep] + arguments
        let child = try ChildProcess(
            ChildProcess.Command(
                words[0], Array(words.dropFirst()), environment: variables, folder: folder.path, input: input,
                output: folder["call-\(number).out"], errors: folder["call-\(number).err"]))
        children.add(child)
        return child
    }

    /// Runs `tokensweep` to its end.
    package func call(
        _ arguments: String..., input: ChildProcess.Input = .none, environment changes: [String: String?] = [:]
    ) async throws -> Result {
        try await end(of: try start(arguments, input: input, environment: changes))
    }

    package func end(of child: ChildProcess, within limit: Duration = .seconds(90)) async throws -> Result {
        let ending = try await child.wait(within: limit)
        return Result(exitCode: ending.exitCode, output: child.output, errors: child.errors)
    }

    /// Path of the queue that children use, below `XDG_STATE_HOME`.
    package var queue: String { folder["state/tokensweep/queue.db"] }

    /// The report of a job, the newest where none is named.
    package func report(_ job: String? = nil) async throws -> [ReportLine] {
        let words = ["report"] + [job].compactMap(\.self) + ["--format", "jsonl"]
        let result = try await end(of: try start(words))
        guard result.exitCode == 0 else { throw FixtureFailure("no report: \(result.errors)") }
        return try JSONReading.lines(ReportLine.self, result.output)
    }

    package func status(_ job: String? = nil) async throws -> JobLine {
        let result = try await end(of: try start(["status"] + [job].compactMap(\.self) + ["--json"]))
        guard result.exitCode == 0 else { throw FixtureFailure("no status: \(result.errors)") }
        return try JSONReading.value(JobLine.self, result.output)
    }
}

/// The processes that were started, so that none is left behind.
private final class Children: Sendable {
    private let state = Mutex<(count: Int, started: [ChildProcess])>((0, []))

    func next() -> Int {
        state.withLock {
            $0.count += 1
            return $0.count
        }
    }

    func add(_ child: ChildProcess) { state.withLock { $0.started.append(child) } }

    var all: [ChildProcess] { state.withLock { $0.started } }
}
