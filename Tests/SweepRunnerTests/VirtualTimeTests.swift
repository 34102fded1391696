import SweepModel
import SweepTestSupport
import Synchronization
import Testing

/// The instrument itself: a clock that is wrong would prove nothing.
@Suite struct VirtualTimeTests {
    @Test func sleepersWakeInOrderAndAtTheirMoments() throws {
        let time = VirtualTime()
        let woken = try time.run {
            await withTaskGroup(of: Int64.self) { group in
                for span in [30, 10, 20, 10, 0] as [Int64] {
                    group.addTask {
                        await time.sleep(until: VirtualTime.beginning + Milliseconds(span))
                        return time.elapsed.count == span ? span : -1
                    }
                }
                var woken: [Int64] = []
                for await span in group { woken.append(span) }
                return woken
            }
        }
        #expect(woken == [0, 10, 10, 20, 30])
        #expect(time.elapsed == Milliseconds(30))
    }

    @Test func aCancelledSleeperWakesAtOnce() throws {
        let time = VirtualTime()
        try time.run {
            async let _: Void = time.sleep(until: VirtualTime.beginning + .seconds(1000))
            await time.sleep(until: VirtualTime.beginning + .seconds(1))
        }
        #expect(time.elapsed == .seconds(1))
    }

    @Test func whoeverWaitsForNothingIsFoundOut() {
        let time = VirtualTime()
        let waiting = Waiting()
        #expect(throws: VirtualTime.Stalled.self) { try time.run { await waiting.wait() } }
        waiting.end()
    }

    @Test func aServerCountsFixedAndSlidingWindows() {
        let moments = [0, 60, 99, 100, 101, 160].map { VirtualTime.beginning + Milliseconds($0) }
        func admissions(_ window: ServerBudget.Window) -> [Bool] {
            var budget = ServerBudget(window, limit: 2, period: Milliseconds(100), block: Milliseconds(1))
            return moments.map { budget.admit(at: $0) == nil }
        }
        #expect(admissions(.sliding) == [true, true, false, true, false, true])
        #expect(admissions(.fixed) == [true, true, false, true, true, false])
        #expect(moments.most(within: Milliseconds(100)) == 4 && moments.most(within: Milliseconds(2)) == 2)
    }
}

/// Somebody who waits until told.
private final class Waiting: Sendable {
    private let continuation = Mutex<CheckedContinuation<Void, Never>?>(nil)

    func wait() async { await withCheckedContinuation { waiter in continuation.withLock { $0 = waiter } } }
    func end() { continuation.withLock { $0 }?.resume() }
}
