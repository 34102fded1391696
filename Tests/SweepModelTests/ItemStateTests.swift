import SweepModel
import Testing

@Suite struct ItemStateTests {
    /// The arrows of the drawing.
    static let arrows: [ItemState: Set<ItemState>] = [
        .pending: [.inFlight, .skipped],
        .inFlight: [.pending, .deleted, .alreadyAbsent, .presumedDeleted, .disabled, .enabled, .blocked, .failed],
        .failed: [.pending], .blocked: [.pending], .skipped: [.pending],
    ]

    @Test(arguments: ItemState.allCases, ItemState.allCases) func everyPair(_ from: ItemState, _ to: ItemState) {
        #expect(from.canBecome(to) == Self.arrows[from, default: []].contains(to))
    }

    @Test func goneAndFinal() {
        #expect(Set(ItemState.allCases.filter(\.isGone)) == [.deleted, .alreadyAbsent, .presumedDeleted])
        #expect(Set(ItemState.allCases.filter { !$0.isFinal }) == [.pending, .inFlight])
        // What is gone stays gone.
        for state in ItemState.allCases where state.isGone {
            #expect(state.isFinal && !ItemState.allCases.contains(where: state.canBecome))
        }
    }

    @Test(arguments: ItemState.allCases) func `what an action wants is done`(state: ItemState) {
        #expect(state.fulfils(.delete) == state.isGone)
        #expect(state.fulfils(.disable) == (state.isGone || state == .disabled))
        #expect(state.fulfils(.enable) == (state == .enabled))
        // What is not final is not done.
        for action in JobAction.allCases where state.fulfils(action) { #expect(state.isFinal) }
    }

    @Test func tallies() {
        var tally = Tally([.deleted: 3, .presumedDeleted: 1, .pending: 4, .inFlight: 2, .invalid: 5, .failed: 1])
        #expect(tally.total == 16 && tally.gone == 4 && tally.final == 10 && tally.open == 6 && tally.usable == 11)
        #expect(tally[.blocked] == 0)
        tally[.pending] -= 1
        tally[.inFlight] += 1
        #expect(tally.total == 16 && tally[.inFlight] == 3)
        #expect((tally + Tally([.deleted: 2, .blocked: 1]))[.deleted] == 5)
        #expect(Tally() + tally == tally && Tally().total == 0)
    }

    @Test(arguments: ItemState.allCases) func `a state is counted for itself alone`(state: ItemState) {
        let tally = Tally([state: 3])
        #expect(ItemState.allCases.map { tally[$0] } == ItemState.allCases.map { $0 == state ? 3 : 0 })
    }
}
