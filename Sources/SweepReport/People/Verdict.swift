package import SweepModel

/// The one sentence that everybody reads.
package enum Verdict {
    /// `All 2,000 tokens are gone.`, `1,996 of 2,000 tokens are gone; 4 are not.`,
    /// `1,684 of 2,000 tokens are gone; 4 are not; 312 are not finished yet.`
    ///
    /// Where nothing is deleted, it says so: `3 of 5 tokens are disabled, none deleted; 1 is absent; 1 is not disabled.`,
    /// `2 of 3 tokens are enabled again; 1 is not.`
    package static func sentence(_ tally: Tally, _ action: JobAction = .delete) -> String {
        guard tally.total > 0 else { return "There are no tokens." }
        switch action {
        case .delete: return deletion(tally)
        case .disable: return parts(of: tally, "\(share(tally[.disabled], tally)) disabled, none deleted", "not disabled", .disable)
        case .enable: return parts(of: tally, "\(share(tally[.enabled], tally)) enabled again", "not", .enable)
        }
    }

    /// `3 of 5 tokens are`
    private static func share(_ count: Int, _ tally: Tally) -> String {
        "\(HumanText.number(count)) of \(HumanText.count(tally.total, "token", "tokens")) \(count == 1 ? "is" : "are")"
    }

    private static func parts(of tally: Tally, _ first: String, _ rest: String, _ action: JobAction) -> String {
        let absent = action == .disable ? tally.gone : 0
        let left = tally.final - tally.fulfilled(action)
        let counts = [(absent, "absent"), (left, rest), (tally.open, "not finished yet")]
        let parts = counts.filter { $0.0 > 0 }.map { "\(HumanText.number($0.0)) \($0.0 == 1 ? "is" : "are") \($0.1)" }
        return ([first] + parts).joined(separator: "; ") + "."
    }

    private static func deletion(_ tally: Tally) -> String {
        let left = tally.final - tally.gone
        guard tally.gone < tally.total else { return allGone(tally.total) }
        var parts = [gone(tally)]
        // "None is gone" leaves nothing to say about the rest but whether it is finished.
        if left > 0, tally.gone > 0 { parts.append("\(HumanText.number(left)) \(left == 1 ? "is" : "are") not") }
        if tally.open > 0 { parts.append("\(HumanText.number(tally.open)) \(tally.open == 1 ? "is" : "are") not finished yet") }
        return parts.joined(separator: "; ") + "."
    }

    private static func allGone(_ total: Int) -> String {
        total == 1 ? "The only token is gone." : "All \(HumanText.number(total)) tokens are gone."
    }

    private static func gone(_ tally: Tally) -> String {
        let total = HumanText.number(tally.total)
        if tally.total == 1 { return "The only token is not gone" }
        if tally.gone == 0 { return "None of \(total) tokens is gone" }
        return "\(HumanText.number(tally.gone)) of \(total) tokens \(tally.gone == 1 ? "is" : "are") gone"
    }
}
