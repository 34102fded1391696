package import SweepModel

/// The one sentence that everybody reads.
package enum Verdict {
    /// `All 2,000 tokens are gone.`, `1,996 of 2,000 tokens are gone; 4 are not.`,
    /// `1,684 of 2,000 tokens are gone; 4 are not; 312 are not finished yet.`
    package static func sentence(_ tally: Tally) -> String {
        let left = tally.final - tally.gone
        guard tally.total > 0 else { return "There are no tokens." }
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
