import Dispatch
import Glibc

/// SIGINT, SIGTERM and SIGHUP, for commands that have nothing to finish: one that came while nobody waited yet counts.
final class StopSignal: Sendable {
    private let arrivals: AsyncStream<Void>
    // Set once in `init`, and only kept alive.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    init() {
        let (arrivals, continuation) = AsyncStream<Void>.makeStream()
        self.arrivals = arrivals
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            // The default would end the process before the source hears of it.
            _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.activate()
            return source
        }
    }

    /// Returns with the first of them.
    func wait() async {
        for await _ in arrivals { return }
    }
}
