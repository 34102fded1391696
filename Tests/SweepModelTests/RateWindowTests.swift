import SweepModel
import SweepTestSupport
import Testing

@Suite struct RateWindowTests {
    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    /// Sends whenever there is room, with latencies that jump about, and notes when a server may have counted each request.
    private func countedMoments(_ seed: UInt64, limit: Int, length: Int64, restarts: Bool) -> [Timestamp] {
        var random = SeededRandom(seed)
        var now: Int64 = 1_000_000
        var window = RateWindow(limit: limit, length: Milliseconds(length), now: at(now))
        var flying: [Int64] = []
        var answered: [Timestamp] = []
        var counted: [Timestamp] = []
        for _ in 0..<600 {
            while let index = flying.firstIndex(where: { $0 <= now }) {
                answered.append(at(flying.remove(at: index)))
                window.answer(at: at(now))
            }
            for _ in 0..<Int.random(in: 0...window.room(at: at(now)), using: &random) {
                window.send()
                let latency = Int64.random(in: 0...(random.chance(10) ? length * 2 : length / 4), using: &random)
                flying.append(now + latency)
                counted.append(at(now + Int64.random(in: 0...latency, using: &random)))
            }
            now += Int64.random(in: 0...length / 10, using: &random)
            if restarts, flying.isEmpty, random.chance(20) {
                window = RateWindow(limit: limit, length: Milliseconds(length), remembered: answered.shuffled(using: &random), now: at(now))
            }
        }
        return counted
    }

    @Test("The promise holds whatever the latency, and over restarts", arguments: 1...60, [false, true])
    func promise(_ seed: UInt64, _ restarts: Bool) {
        let limit = [1, 2, 7, 40][Int(seed % 4)]
        let counted = countedMoments(seed, limit: limit, length: 1000, restarts: restarts)
        #expect(counted.count > limit * 10)
        #expect(counted.most(within: Milliseconds(1000)) <= limit)
        for kind in ServerBudget.Window.allCases {
            var server = ServerBudget(kind, limit: limit, period: Milliseconds(1000))
            #expect(counted.sorted().allSatisfy { server.admit(at: $0) == nil }, "\(kind)")
        }
    }

    @Test func roomComesBackWhenTheOldestAnswerLeaves() {
        var window = RateWindow(limit: 2, length: Milliseconds(100), now: at(0))
        #expect(window.nextRoom(after: at(0)) == at(0))
        window.send(2)
        #expect(window.room(at: at(0)) == 0 && window.nextRoom(after: at(0)) == nil)
        window.answer(at: at(50))
        #expect(window.nextRoom(after: at(50)) == at(151))
        window.answer(at: at(60))
        #expect(window.room(at: at(150)) == 0 && window.room(at: at(151)) == 1 && window.used(at: at(151)) == 1)
        #expect(window.nextRoom(after: at(151)) == at(151))
        #expect(window.room(at: at(161)) == 2)
    }

    @Test func answersOfTheFutureCountAsNow() {
        var window = RateWindow(limit: 3, length: Milliseconds(100), remembered: [at(9_000_000), at(40), at(10)], now: at(50))
        #expect(window.room(at: at(50)) == 0)
        #expect([111, 141, 151].map { window.room(at: at($0)) } == [1, 2, 3])
    }

    @Test func aClockThatStumblesKeepsAnswersInOrder() {
        var window = RateWindow(limit: 2, length: Milliseconds(100), now: at(0))
        window.send(2)
        window.answer(at: at(50))
        window.answer(at: at(20))
        #expect(window.room(at: at(121)) == 0 && window.room(at: at(151)) == 2)
    }

    @Test func aSmallerLimitWaitsForSeveralPlaces() {
        var window = RateWindow(limit: 2, length: Milliseconds(100), remembered: (0..<5).map { at($0 * 10) }, now: at(50))
        #expect(window.room(at: at(50)) == 0)
        #expect(window.nextRoom(after: at(50)) == at(30 + 101))
        #expect(window.room(at: at(130)) == 0 && window.room(at: at(131)) == 1)
    }

    @Test("The earliest end is what a greedy sender reaches", arguments: 1...80)
    func earliest(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let limit = Int.random(in: 1...9, using: &random)
        // More may be remembered than the limit allows: it was larger before.
        let remembered = (0..<Int.random(in: 0...15, using: &random)).map { _ in at(.random(in: 0...150, using: &random)) }
        var window = RateWindow(limit: limit, length: Milliseconds(100), remembered: remembered, now: at(150))
        let flying = Int.random(in: 0...min(2, window.room(at: at(150))), using: &random)
        window.send(flying)
        let count = Int.random(in: 1...30, using: &random)
        let promised = window.earliest(toSend: count, at: at(150))
        for _ in 0..<flying { window.answer(at: at(150)) }
        var (left, now) = (count, at(150))
        while true {
            let room = min(left, window.room(at: now))
            window.send(room)
            for _ in 0..<room { window.answer(at: now) }
            left -= room
            guard left > 0, let next = window.nextRoom(after: now) else { break }
            now = next
        }
        #expect(left == 0 && promised == now)
    }
}
