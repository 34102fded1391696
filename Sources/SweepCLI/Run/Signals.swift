import Dispatch
import Glibc
import SweepRunner
import Synchronization

/// SIGINT, SIGTERM and SIGHUP. The first one asks for a stop, the second one for a stop at once. Before anything runs there
/// is nothing to stop: the process ends, and an open plan is undone by the queue. What was ignored when the process began, as
/// SIGHUP is under `nohup`, stays ignored.
final class Signals: Sendable {
    private struct State {
        var received = 0
        var control: (any RunControl)?
        var tell: @Sendable (String) -> Void
    }

    private let state: Mutex<State>
    // Set once in `init`, and only kept alive.
    private nonisolated(unsafe) var sources: [any DispatchSourceSignal] = []

    init(console: Console) {
        state = Mutex(State(tell: { console.tell($0) }))
        for number in [SIGINT, SIGTERM, SIGHUP] {
            // The default would end the process before the source hears of it.
            guard !Signals.isIgnored(signal(number, SIG_IGN)) else { continue }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in receive() }
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

    private func receive() {
        let (control, count, tell) = state.withLock { state in
            state.received += 1
            return (state.control, state.received, state.tell)
        }
        guard let control else {
            tell("\ntokensweep: interrupted; nothing was sent")
            exit(ExitCode.interrupted.rawValue)
        }
        if count == 1 {
            tell("tokensweep: stopping; requests in flight may finish (once more to cut them short)")
            control.stop(.gently)
        } else {
            control.stop(.now)
        }
    }
}
