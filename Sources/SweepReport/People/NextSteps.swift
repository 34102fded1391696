package import SweepModel

/// What to do next about a job, each with the exact command.
package enum NextSteps {
    /// At most four lines. Sanitised, without line breaks.
    ///
    /// - Parameter queue: the queue file where commands have to name it; nil where they find it by themselves.
    /// - Parameter disabled: tokens that the job disabled, and that `enable` would enable again.
    package static func lines(_ job: JobOverview, queue: String? = nil, disabled: Int = 0) -> [String] {
        let names = Commands(job: job, queue: queue)
        switch job.state {
        case .planning: return []
        case .unfinished: return ["To go on: \(names.command("resume"))"]
        case .halted: return look(job, [.failed], names) + ["To go on: \(names.command("resume"))"]
        case .finished where job.stopReason == "cancelled": return look(job, [.skipped], names) + undo(disabled, names)
        case .finished:
            return look(job, [.blocked, .failed, .invalid], names) + again(job, names) + proof(job, names) + undo(disabled, names)
        }
    }

    private static func look(_ job: JobOverview, _ states: [ItemState], _ names: Commands) -> [String] {
        let found = states.filter { job.tally[$0] > 0 }.map(\.rawValue)
        return found.isEmpty ? [] : ["What is left, and why: \(names.command("report", "--only \(found.joined(separator: ","))"))"]
    }

    private static func again(_ job: JobOverview, _ names: Commands) -> [String] {
        if job.tally[.blocked] > 0 {
            let retry = names.command("retry", "--blocked")
            return ["When no policy or group names them: \(retry) && \(names.command("resume"))"]
        }
        guard job.tally[.failed] > 0 else { return [] }
        return ["To try them again: \(names.command("retry")) && \(names.command("resume"))"]
    }

    private static func proof(_ job: JobOverview, _ names: Commands) -> [String] {
        guard job.action == .delete, job.tally.gone > 0, job.verifiedAt == nil else { return [] }
        return ["To prove what is gone: \(names.command("verify"))"]
    }

    private static func undo(_ disabled: Int, _ names: Commands) -> [String] {
        guard disabled > 0 else { return [] }
        return ["To take back the disabling of \(HumanText.count(disabled, "token", "tokens")): \(names.command("enable"))"]
    }

    private struct Commands {
        var job: JobOverview
        var queue: String?

        func command(_ name: String, _ options: String = "") -> String { ShellText.command(name, job, options, queue: queue) }
    }
}
