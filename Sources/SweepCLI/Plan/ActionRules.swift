import SweepModel

/// Options that do not go together with an action.
enum ActionRules {
    static func check(_ arguments: Arguments, verifies: Bool) throws(Failure) {
        guard arguments[Options.action] != .delete else { return }
        if arguments[Options.whenBlocked] != .report {
            throw .refused(
                "--when-blocked is about tokens that cannot be deleted, and --action disable deletes none; nothing was sent",
                remedy: "leave one of them out")
        }
        if verifies {
            throw .refused(
                "--verify proves that tokens are gone, and --action disable deletes none; nothing was sent",
                remedy: "leave --verify out")
        }
    }
}
