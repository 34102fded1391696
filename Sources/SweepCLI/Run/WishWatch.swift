import SweepModel
import SweepReport
import SweepRunner

/// Looks twice a second whether another terminal wants the running job to pause or to be cancelled.
struct WishWatch {
    let source: any WishSource
    let time: any TimeSource
    let log: EventLog
    let tell: @Sendable (String) -> Void

    private static let interval = Milliseconds(500)

    /// Passes wishes on until the task is cancelled.
    func follow(_ job: JobID, _ control: any RunControl) async {
        var heeded: JobWish?
        while !Task.isCancelled {
            await time.sleep(until: time.now + Self.interval)
            // A queue that cannot be read ends the run by itself; this only looks.
            guard !Task.isCancelled, let wish = try? await source.wish(for: job), wish != heeded else { continue }
            heeded = wish
            log.note(.stopRequested) { $0.member("by", wish.rawValue) }
            tell("tokensweep: \(wish.participle), as another terminal asked; requests in flight may finish")
            control.heed(wish)
        }
    }
}

extension JobWish {
    /// What a job does that follows the wish.
    var participle: String {
        switch self {
        case .giveWay: "making way for a more urgent job"
        case .pause: "pausing"
        case .cancel: "cancelling"
        }
    }
}
