import Glibc
import SweepModel
import SweepReport
import SweepRunner
import Synchronization

/// Runs the command of `--on-finish` when a job has ended, and tells when that failed. Nothing it does changes the exit code.
struct FinishHook {
    let command: String
    /// How long it may take.
    let limit: Milliseconds
    let system: SystemContext
    /// Environment variables that it does not get.
    let secretVariables: Set<String>

    /// Between asking it to end and ending it.
    private static let grace = Milliseconds(5000)
    private static let interval = Milliseconds(20)

    enum End: Equatable {
        case ended(ShellProcess.Ending)
        case timedOut
        case notStarted(Int32)
    }

    /// Hands the summary over and waits until the command has ended, or has been made to.
    func run(_ summary: JSONText, exitCode: ExitCode, _ signals: Signals) async {
        let end = await end(summary, exitCode, signals)
        let (result, code, words) = FinishHook.words(end, limit)
        system.log.note(.hookEnded, words == nil ? nil : .warning) { json in
            json.member("result", result)
            json.member("code", code)
        }
        if let words { system.console.tell("tokensweep: the command of --on-finish \(words)") }
    }

    private func end(_ summary: JSONText, _ exitCode: ExitCode, _ signals: Signals) async -> End {
        let stop = HookStop()
        signals.control(
            stop, stopping: "ending the command of --on-finish", tell: { [console = system.console] in console.tell($0) })
        do throws(ShellStartError) {
            let process = try ShellProcess(
                command, .aside, input: summary.bytes + [UInt8(ascii: "\n")], environment: environment(exitCode))
            return await wait(for: process, stop)
        } catch {
            return .notStarted(error.number)
        }
    }

    private func wait(for process: ShellProcess, _ stop: HookStop) async -> End {
        let start = system.time.now
        var asked: Timestamp?
        var isKilled = false
        while true {
            process.feed()
            let now = system.time.now
            // What it started may be more stubborn than the command that was asked to end.
            if let ending = process.ending(), asked == nil || isKilled || !process.hasCompany {
                return now - start > limit && asked != nil ? .timedOut : .ended(ending)
            }
            if asked == nil, now - start > limit || stop.kind != nil {
                process.send(SIGTERM)
                asked = now
            }
            if let asked, now - asked > Self.grace || stop.kind == .now {
                process.send(SIGKILL)
                isKilled = true
            }
            await system.time.sleep(until: now + Self.interval)
        }
    }

    private func environment(_ exitCode: ExitCode) -> [String: String] {
        var variables = system.environment(without: secretVariables)
        variables["TOKENSWEEP_EXIT_CODE"] = String(exitCode.rawValue)
        return variables
    }

    /// The words of the log, and those for people where something is wrong.
    private static func words(_ end: End, _ limit: Milliseconds) -> (result: String, code: Int?, text: String?) {
        switch end {
        case .ended(.exit(0)): ("exit", 0, nil)
        case .ended(.exit(let code)): ("exit", code, "ended with exit code \(code)")
        case .ended(.signal(let number)): ("signal", number, "was ended by signal \(number)")
        case .timedOut:
            ("timeout", nil, "took longer than \(HumanText.duration(limit)) and was ended (--on-finish-timeout)")
        case .notStarted(let number): ("not_started", Int(number), "could not be started: \(String(cString: strerror(number)))")
        }
    }
}

/// What a signal asks of the command.
private final class HookStop: RunControl {
    private let asked = Mutex<StopKind?>(nil)

    var kind: StopKind? { asked.withLock { $0 } }

    func stop(_ kind: StopKind) { asked.withLock { $0 = max($0 ?? kind, kind) } }
    func heed(_ wish: JobWish) {}
}
