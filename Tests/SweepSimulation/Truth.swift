import SweepModel
import SweepTestSupport

/// Compares what a queue says of its items with what the simulated API did.
struct Truth {
    let queue: any WorldQueue
    let api: SimulatedAPI

    func violations() -> [String] {
        let items = queue.items
        let living = api.living
        let entries = Dictionary(grouping: api.ledger, by: \.call.item)
        let planned = Dictionary(uniqueKeysWithValues: items.map { ($0.id, $0.tokenID) })
        var violations = items.flatMap { judge($0, entries[$0.id] ?? [], lives: living.contains($0.tokenID)).map { "\($0)" } }
        let unasked = api.ledger.count { planned[$0.call.item] != $0.call.tokenID }
        if unasked > 0 { violations.append("\(unasked) requests for tokens that nobody asked for") }
        for (state, number) in Dictionary(grouping: items, by: \.state).mapValues(\.count) where queue.tally[state] != number {
            violations.append("the tally has \(queue.tally[state]) \(state), the items say \(number)")
        }
        return violations
    }

    private func judge(_ item: WorldItem, _ entries: [SimulatedAPI.LedgerEntry], lives: Bool) -> [String] {
        var violations: [String] = []
        func expect(_ holds: Bool, _ what: String) {
            if !holds { violations.append("item \(item.id) is \(item.state) and \(what)") }
        }
        let deletions = entries.count(where: \.hasDeleted)
        expect(item.state.isFinal, "was forgotten")
        expect(item.outcomes == 1, "was given \(item.outcomes) outcomes")
        expect(!item.state.isGone || !lives, "lives")
        expect(entries.count <= item.attempts, "was sent \(entries.count) times, with \(item.attempts) attempts written down")
        switch item.state {
        case .deleted: expect(deletions == 1, "was deleted \(deletions) times")
        case .alreadyAbsent: expect(deletions == 0, "was deleted by this job")
        case .presumedDeleted: expect(item.fateUnknown, "its fate was never unknown")
        case .failed, .blocked: expect(deletions == 0 || item.fateUnknown, "was deleted")
        case .pending, .inFlight, .skipped, .invalid, .disabled, .enabled: break
        }
        return violations
    }
}
