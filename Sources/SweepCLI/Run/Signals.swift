import Dispatch
import Glibc
import SweepReport
import SweepRunner
import Synchronization

/// SIGINT, SIGTERM and SIGHUP. The first one asks for a stop, the second one for a stop at once. Before anything runs there
/// is nothing to stop: the process ends, and an open plan is undone by the queue. What was ignored when the process began, as
/// SIGHUP is under `nohup`, stays ignored.
final class Signals: Sendable {
    private struct State {
        var received = 0
        /// Ctrl-C is meant for another program that has the terminal.
        var leavesInterrupts = false
        var control: (any RunControl)?
        var tell: @Sendable (String) -> Void
        var stopping = Signals.stoppingRun
    }

    private static let stoppingRun = "stopping; requests in flight may finish"

    private let state: Mutex<State>
    private let log: EventLog
    // Set once in `init`, and only kept alive.
    private nonisolated(unsafe) var sources: [any DispatchSourceSignal] = []

    init(_ system: SystemContext) {
        log = system.log
        state = Mutex(State(tell: { [console = system.console] in console.tell($0) }))
        for number in [SIGINT, SIGTERM, SIGHUP] {
            // The default would end the process before the source hears of it.
            guard !Signals.isIgnored(signal(number, SIG_IGN)) else { continue }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in receive(number) }
            source.activate()
            sources.append(source)
        }
    }

    private static func isIgnored(_ handler: sighandler_t?) -> Bool {
        // Functions cannot be compared, but these are numbers in disguise.
        unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// From now on signals stop this run; what they have to say goes where the run's display wants it.
    func control(_ control: any RunControl, tell: @escaping @Sendable (String) -> Void) {
        let received = state.withLock { state in
            state.control = control
            state.tell = tell
            return state.received
        }
        if received > 0 { control.stop(.gently) }
    }

    /// From now on signals stop what comes after the run; those that came before were about the run.
    func control(_ control: any RunControl, stopping: String, tell: @escaping @Sendable (String) -> Void) {
        state.withLock { state in
            state.received = 0
            state.control = control
            state.stopping = stopping
            state.tell = tell
        }
    }

    /// Whether Ctrl-C is passed over, because another program has the terminal.
    func leaveInterrupts(_ leaves: Bool) { state.withLock { $0.leavesInterrupts = leaves } }

    private func receive(_ number: CInt) {
        if number == SIGINT, state.withLock(\.leavesInterrupts) { return }
        let (control, count, stopping, tell) = state.withLock { state in
            state.received += 1
            return (state.control, state.received, state.stopping, state.tell)
        }
        log.note(.stopRequested) { $0.member("by", "signal") }
        guard let control else {
            tell("\ntokensweep: interrupted; nothing was sent")
            exit(ExitCode.interrupted.rawValue)
        }
        if count == 1 {
            tell("tokensweep: \(stopping) (again to cut \(stopping == Self.stoppingRun ? "them" : "it") short)")
            control.stop(.gently)
        } else {
            control.stop(.now)
        }
    }
}
