import SweepModel
import Testing

@Suite struct RateBudgetTests {
    @Test(arguments: [
        (1200, 10, 120), (1200, 0, 0), (1, 100, 0), (10, 100, 9), (10, 1, 1), (10, 11, 2), (3, 50, 2), (200, 33, 66),
    ])
    func theReserveIsRoundedUpAndLeavesOneRequest(_ requests: Int, _ percent: Int, _ reserve: Int) {
        let budget = RateBudget(requests: requests, period: .seconds(10), reservePercent: percent)
        #expect(budget.reserve == reserve)
        #expect(budget.allowance == requests - reserve && budget.allowance >= 1)
    }

    @Test func earliestSpans() {
        let budget = RateBudget.cloudflare
        #expect(budget.allowance == 1080)
        #expect([0, 1, 1080, 1081, 5000].map { budget.earliestSpan(for: $0).count } == [0, 0, 0, 300_000, 1_200_000])
    }
}
