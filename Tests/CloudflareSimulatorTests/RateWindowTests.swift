import CloudflareSimulator
import Testing

@Suite struct RateWindowTests {
    @Test func aFixedWindowBeginsWithItsFirstRequest() {
        var window = RateWindow(Rate(requests: 2, milliseconds: 100), .fixed)
        #expect([1000, 1099, 1099, 1100].map { window.admit(at: $0) } == [true, true, false, true])
        #expect(window.remaining == 1)
        #expect(window.reset(at: 1130) == 70)
    }

    @Test func aSlidingWindowGivesBackOneRequestAtATime() {
        var window = RateWindow(Rate(requests: 2, milliseconds: 100), .sliding)
        #expect([0, 60, 99, 100, 101, 160].map { window.admit(at: $0) } == [true, true, false, true, false, true])
        #expect(window.remaining == 0)
        #expect(window.reset(at: 160) == 40)
    }

    @Test(arguments: 1...20) func aSlidingWindowAgreesWithCounting(seed: Int) {
        let rate = Rate(requests: 50, milliseconds: 1000)
        var window = RateWindow(rate, .sliding)
        var admitted: [Int] = []
        var now = 0
        for step in 0..<2000 {
            now += Int(Draw(seed: UInt64(seed)).mixing(UInt64(step)).bits % 30)
            let expected = admitted.count { $0 > now - rate.milliseconds } < rate.requests
            #expect(window.admit(at: now) == expected, "at \(now)")
            if expected { admitted.append(now) }
        }
        #expect(admitted.count > 1000)
    }

    @Test(arguments: WindowKind.allCases) func aBudgetBlocksForTheWholeBlock(kind: WindowKind) {
        var budget = Budget(rate: Rate(requests: 2, milliseconds: 1000), kind: kind, block: 5000)
        #expect(budget.admit(at: 0) == .admitted)
        #expect(budget.admit(at: 1) == .admitted)
        #expect(budget.admit(at: 2) == .refused(retryAfter: 5))
        // The window is long over; the block is not, and trying does not make it longer.
        #expect(budget.admit(at: 3001) == .refused(retryAfter: 3))
        #expect(budget.quota(at: 3001) == Quota(rate: Rate(requests: 2, milliseconds: 1000), remaining: 0, milliseconds: 2001))
        #expect(budget.admit(at: 5001) == .refused(retryAfter: 1))
        #expect(budget.admit(at: 5002) == .admitted)
        #expect(budget.admit(at: 5003) == .admitted)
        #expect(budget.admit(at: 5004) == .refused(retryAfter: 5))
    }

    @Test func theHeadersSayWhatIsLeft() {
        var budget = Budget(rate: Rate(requests: 1200, milliseconds: 300_000), kind: .fixed, block: 300_000)
        #expect(budget.admit(at: 0) == .admitted)
        let headers = budget.quota(at: 299_001).headers
        #expect(headers == [Header("Ratelimit", "\"default\";r=1199;t=1"), Header("Ratelimit-Policy", "\"default\";q=1200;w=300")])
    }
}
