import SweepModel
import SweepTestSupport
import Testing

@Suite struct BackoffTests {
    @Test func boundsDoubleUpToTheCap() {
        let bounds = (1...10).map { Backoff.retry.bound(afterFailures: $0).count }
        #expect(bounds == [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
        #expect((1...8).map { Backoff.outage.bound(afterFailures: $0).count } == [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
        #expect(Backoff.retry.bound(afterFailures: 0).count == 500 && Backoff.retry.bound(afterFailures: .max) == .seconds(60))
    }

    @Test(arguments: 1...9) func waitsFillTheirRangeEvenly(_ failures: Int) {
        var random = SeededRandom(UInt64(failures))
        let bound = Backoff.retry.bound(afterFailures: failures).count
        let waits = (0..<4000).map { _ in Backoff.retry.wait(afterFailures: failures, using: &random).count }
        #expect(waits.allSatisfy { (0...bound).contains($0) })
        for quarter in 0..<4 {
            let share = waits.count { $0 * 4 >= bound * Int64(quarter) && $0 * 4 < bound * Int64(quarter + 1) }
            #expect((850...1150).contains(share), "quarter \(quarter): \(share)")
        }
        let long = (0..<4000).map { _ in Backoff.retry.longWait(afterFailures: failures, using: &random).count }
        #expect(long.allSatisfy { (bound / 2...bound).contains($0) })
        #expect((long.min() ?? 0) * 100 < bound * 51 && (long.max() ?? 0) * 100 > bound * 99)
    }
}
