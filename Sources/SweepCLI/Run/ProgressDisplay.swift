import SweepModel
import Synchronization

/// Shows how a run stands: lines that are redrawn in place on a terminal, a line every ten seconds elsewhere.
final class ProgressDisplay: Sendable {
    private let console: Console
    private let time: any TimeSource
    private let isShown: Bool
    /// Lines that stand on the terminal now and will be drawn over.
    private let drawn = Mutex(DrawnLines())

    private static let redraw = Milliseconds(200)
    private static let log = Milliseconds(10_000)

    init(console: Console, time: any TimeSource, isShown: Bool) {
        self.console = console
        self.time = time
        self.isShown = isShown
    }

    /// Shows the observer's snapshots until the task is cancelled.
    func follow(_ observer: RunObserver) async {
        guard isShown else { return }
        while !Task.isCancelled {
            await time.sleep(until: time.now + (console.canRedraw ? Self.redraw : Self.log))
            if Task.isCancelled { break }
            show(ProgressText(snapshot: observer.snapshot, lanes: observer.lanes, now: time.now))
        }
        clear()
    }

    /// Tells a line without tearing the display.
    func tell(_ line: String) {
        clear()
        console.tell(line)
    }

    private func show(_ text: ProgressText) {
        guard console.canRedraw else {
            if let line = text.line { console.tell(line) }
            return
        }
        let width = console.width
        draw(text.lines(width: width), columns: width)
    }

    private func clear() { draw([], columns: console.width) }

    private func draw(_ lines: [String], columns: Int) {
        drawn.withLock { console.raw($0.replace(with: lines, columns: columns)) }
    }
}
