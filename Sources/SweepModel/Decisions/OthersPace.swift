/// How much others spend of the same budget, as far as the headers tell.
struct OthersPace: Sendable {
    /// Requests in a whole window, were they to go on as they did.
    private(set) var perWindow = 0

    /// What they will spend in a part of a window: as before, and some more, for nobody spends evenly. What they leave is
    /// found when the ceiling is renewed; a block of the whole budget would cost far more.
    func expected(in part: Milliseconds, of window: Milliseconds) -> Int {
        let steady = Double(perWindow) * part.inSeconds / window.inSeconds
        return Int((steady + steady.squareRoot()).rounded(.up))
    }

    /// By how much more they may have spent in one window than in another, were they to come at random.
    var swing: Int { Int((2 * Double(perWindow).squareRoot()).rounded(.up)) }

    /// Takes in how much others spent at least and at most in the first part of a window. A short part tells little, least of
    /// all that they have stopped. Even then they may only have paused.
    mutating func note(_ spent: ClosedRange<Int>, in part: Milliseconds, of window: Milliseconds, quota: Int) {
        func pace(_ spent: Int) -> Int {
            Int((Int64(min(spent, quota)) * window.count + part.count - 1) / part.count)
        }
        if part.count * 2 >= window.count { perWindow = min(perWindow, max(pace(spent.upperBound), perWindow * 3 / 4)) }
        if part.count * 10 >= window.count { perWindow = min(quota, max(perWindow, pace(spent.lowerBound))) }
    }
}
