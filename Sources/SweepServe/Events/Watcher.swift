import Dispatch
import Glibc
import SweepModel

/// Looks at the queue a few times a second for everybody who listens, and not at all while nobody does.
final class Watcher: Sendable {
    let audience = Audience()
    private let view: any QueueView
    private let encoder: any LiveEncoder
    private let time: any TimeSource
    /// A thread of its own: reading waits for the disk.
    private let thread = DispatchQueue(label: "tokensweep.watcher")
    private static let microseconds: UInt32 = 250_000

    init(view: any QueueView, encoder: any LiveEncoder, time: any TimeSource) {
        self.view = view
        self.encoder = encoder
        self.time = time
    }

    /// False where there are too many listeners.
    func welcome(_ listener: EventListener) -> Bool {
        switch audience.admit(listener) {
        case .refused: return false
        case .admitted: break
        case .first: thread.async { [self] in watch() }
        }
        return true
    }

    private func watch() {
        var feed = EventFeed(view: view, encoder: encoder)
        while let (arrivals, others) = audience.attend() {
            let news = feed.news(at: time.now)
            for listener in others where !news.isEmpty { listener.offer(news) }
            for listener in arrivals { listener.offer(feed.greeting(of: listener.known, at: time.now)) }
            // Cut short by a signal, it only looks a little earlier.
            _ = usleep(Self.microseconds)
        }
    }
}
