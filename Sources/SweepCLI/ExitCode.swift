import SweepModel

/// What the process says to whoever started it.
enum ExitCode: Int32, CaseIterable, Sendable {
    /// Every token of the job is gone or, where that was asked, disabled or enabled; for commands that delete nothing: done.
    case allGone = 0
    /// The job is finished, and what was asked was not done for some tokens.
    case someRemain = 1
    /// Usage error, or a manifest or plan that was refused: nothing was sent.
    case refused = 2
    /// Halted by a safety stop: resumable.
    case halted = 3
    /// Interrupted or paused: resumable.
    case interrupted = 4
    /// The environment failed: resumable where the queue survives.
    case environment = 5

    /// The code for a finished job.
    init(finished tally: Tally, _ action: JobAction) {
        self = tally.fulfilled(action) == tally.total ? .allGone : .someRemain
    }

    /// One sentence for the manual page.
    var meaning: String {
        switch self {
        case .allGone:
            "Every token of the job is gone or, where that was asked, disabled or enabled; for commands that delete nothing: done."
        case .someRemain: "The job is finished, and what was asked was not done for some tokens."
        case .refused: "A usage error, or a manifest or plan that was refused: nothing was sent."
        case .halted: "Halted by a safety stop: resumable."
        case .interrupted: "Interrupted or paused: resumable."
        case .environment: "The environment failed (queue file, disk, network): resumable where the queue survives."
        }
    }
}
