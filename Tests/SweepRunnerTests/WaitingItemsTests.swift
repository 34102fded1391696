import SweepModel
import SweepTestSupport
import Testing

@testable import SweepRunner

@Suite struct WaitingItemsTests {
    @Test(arguments: 1...20) func theyComeOutInOrderAndNotBeforeTheirTime(_ seed: UInt64) {
        var random = SeededRandom(seed)
        var waiting = WaitingItems()
        var expected: [WaitingItem] = []
        for number in 1...200 {
            let moment = Timestamp(milliseconds: .random(in: 0...50, using: &random))
            expected.append(WaitingItem(item: ItemID(Int64(number)), lane: LaneID(0), notBefore: moment))
        }
        for item in expected.shuffled(using: &random) { waiting.insert(item) }
        expected.sort { ($0.notBefore, $0.item) < ($1.notBefore, $1.item) }
        var taken: [ItemID] = []
        for now in Int64(0)...50 {
            #expect(waiting.earliest.map { $0.milliseconds >= now } ?? true)
            while true {
                let due = waiting.take(.random(in: 1...5, using: &random), at: Timestamp(milliseconds: now))
                if due.isEmpty { break }
                taken += due
            }
        }
        #expect(taken == expected.map(\.item))
        #expect(waiting.count == 0 && waiting.earliest == nil)
    }
}
