import SweepModel
import SweepQueue
import SweepReport

/// Prints a plan for scripts, its tokens page by page: they may be more than memory holds.
enum PlanOutput {
    private static let page = 500

    /// One line: `{"plan":{…,"tokens":[…]}}`; without a lookup there are no `tokens`.
    static func print(_ text: PlanText, _ queue: Queue, _ console: Console) async throws {
        var head = text.json.text
        guard let details = text.details else {
            try console.print(head + "\n")
            return
        }
        head.removeLast(2)
        guard try console.print(head + ",\"tokens\":[") else { return }
        var last = ItemID(0)
        while true {
            let tokens = try await queue.tokens(of: text.plan, after: last, limit: page)
            var json = JSONText()
            json.array { json in for token in tokens { details.write(token, to: &json) } }
            let comma = last == ItemID(0) || tokens.isEmpty ? "" : ","
            guard try console.print(comma + json.text.dropFirst().dropLast()) else { return }
            guard let end = tokens.last, tokens.count == page else { break }
            last = end.item
        }
        try console.print("]}}\n")
    }
}
