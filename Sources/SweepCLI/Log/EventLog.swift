import Glibc
import SweepModel
import SweepReport
import Synchronization

/// The log for machines: one JSON object a line, with `time`, `level`, `event`, the job where it is known, and the event's own members.
///
/// It tells of what happened and is no part of it: a line that cannot be written is counted, the first of them is told, and the run
/// goes on. What became of every token stands in the queue.
final class EventLog: Sendable {
    private enum Sink: Sendable {
        /// Nobody asked for a log.
        case none
        case file(LogFile, path: String)
        case standardError(withPriority: Bool)
    }

    private struct State: Sendable {
        var sink = Sink.none
        var job: (id: JobID, name: String)?
        /// Lines that could not be written since the last one that was.
        var lost = 0
        var isFailureTold = false
    }

    private let state = Mutex(State())
    private let console: Console
    private let time: any TimeSource

    init(console: Console, time: any TimeSource) {
        self.console = console
        self.time = time
    }

    /// Begins the log of a command; without a target there is none.
    func open(_ target: LogTarget?, for command: String) throws(Failure) {
        switch target {
        case nil: return
        case .standardError: state.withLock { $0.sink = .standardError(withPriority: false) }
        case .journald: state.withLock { $0.sink = .standardError(withPriority: true) }
        case .file(let path):
            do {
                let file = try LogFile(path: path)
                state.withLock { $0.sink = .file(file, path: path) }
            } catch {
                throw .log(path, error)
            }
        }
        note(.commandStarted) { json in
            json.member("command", command)
            json.member("version", Tokensweep.version)
            json.member("pid", Int(getpid()))
        }
    }

    /// Lines from now on are about this job.
    func begin(_ job: JobOverview) { state.withLock { $0.job = (job.id, job.name) } }

    /// Writes a line where there is a log; `members` adds to it.
    func note(_ event: LogEvent, _ level: LogLevel? = nil, _ members: (inout JSONText) -> Void = { _ in }) {
        let now = time.now
        let failure: (path: String, error: LogError)? = state.withLock { state in
            if case .none = state.sink { return nil }
            let text = line(event, level ?? event.level, now, state.job, members)
            guard let failure = writeGap(&state, now) ?? write(text, state.sink) else { return nil }
            state.lost += 1
            defer { state.isFailureTold = true }
            return state.isFailureTold ? nil : failure
        }
        guard let failure else { return }
        console.tell(
            "tokensweep: the log \(TerminalText.sanitised(failure.path)) cannot be written: \(failure.error.text)\n"
                + "  lines are lost, outcomes are not: `tokensweep report` has them all")
    }

    /// How many lines are missing, before the first that can be written again.
    private func writeGap(_ state: inout State, _ now: Timestamp) -> (path: String, error: LogError)? {
        guard state.lost > 0 else { return nil }
        let lost = state.lost
        if let failure = write(line(.logGap, LogEvent.logGap.level, now, state.job) { $0.member("lost", lost) }, state.sink) {
            return failure
        }
        state.lost = 0
        return nil
    }

    /// - Returns: why it could not be written, and the file's path.
    private func write(_ line: (level: LogLevel, text: JSONText), _ sink: Sink) -> (path: String, error: LogError)? {
        switch sink {
        case .none: return nil
        case .standardError(let withPriority):
            console.tell((withPriority ? "<\(line.level.priority)>" : "") + line.text.text)
            return nil
        case .file(let file, let path):
            do {
                try file.append(line.text.bytes + [UInt8(ascii: "\n")])
                return nil
            } catch {
                return (path, error)
            }
        }
    }

    private func line(
        _ event: LogEvent, _ level: LogLevel, _ now: Timestamp, _ job: (id: JobID, name: String)?, _ members: (inout JSONText) -> Void
    ) -> (level: LogLevel, text: JSONText) {
        var json = JSONText()
        json.object { json in
            json.member("time", now)
            json.member("level", level.rawValue)
            json.member("event", event.rawValue)
            json.member("job", job.map { Int($0.id.value) })
            json.member("job_name", job?.name)
            members(&json)
        }
        return (level, json)
    }
}
