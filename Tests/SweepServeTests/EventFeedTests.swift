import SweepModel
import Testing

@testable import SweepServe

@Suite struct EventFeedTests {
    private let changing = Changing()
    private let start = Timestamp(milliseconds: 1_000_000)
    private func feed() -> EventFeed { EventFeed(view: ChangingView(changing: changing), encoder: FakeEncoder()) }
    private func change(_ body: (inout FakeView) -> Void) { changing.change(body) }
    private func attempts(_ numbers: ClosedRange<Int64>) -> [AttemptMark] { numbers.map { FakeView().attempt($0, status: 200) } }
    /// The events in few words: `job {a 0/1}`, `token {"job":1,"t":5} #5`.
    private func events(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n\n").compactMap { block in
            let lines = block.split(separator: "\n")
            func value(_ name: String) -> Substring? { lines.first { $0.hasPrefix("\(name): ") }?.dropFirst(name.count + 2) }
            guard let event = value("event") else { return block == ":" ? "heartbeat" : nil }
            return "\(event) \(value("data") ?? "")" + (value("id").map { " #\($0)" } ?? "")
        }
    }

    @Test func `somebody new is told how all stands, and what is old is not told again`() {
        change {
            $0.list.jobs = [FakeView.job(2, "b", [.pending: 1]), FakeView.job(1, "a", [.deleted: 1], state: .finished)]
            $0.log = [$0.attempt(1, status: 200)]
        }
        var feed = feed()
        #expect(events(feed.news(at: start)) == ["heartbeat"])
        #expect(events(feed.greeting(of: nil, at: start)) == ["job {a 1/1}", "job {b 0/1}", "ready {} #1"])
        #expect(feed.news(at: start) == [])
    }

    @Test func `what changed is told once`() {
        change {
            $0.list.jobs = [FakeView.job(1, "a", [.pending: 2])]
            $0.list.running = JobID(1)
        }
        var feed = feed()
        _ = feed.news(at: start)
        change {
            $0.list.jobs = [FakeView.job(1, "a", [.pending: 1, .deleted: 1])]
            $0.log = [$0.attempt(1, status: 200)]
            $0.lines = [JobEventLine(number: 3, json: "{\"n\":3}")]
        }
        let told = events(feed.news(at: start))
        #expect(told.contains("job {a 1/2 running}") && told.contains("token {\"job\":1,\"t\":1} #1"))
        #expect(told.contains("log {\"job\":1,\"n\":3}"))
        #expect(feed.news(at: start) == [])
    }

    @Test func `who comes again is told what they missed, and nothing else`() {
        change {
            $0.list.jobs = [FakeView.job(1, "a", [.deleted: 1])]
            $0.log = attempts(1...5)
        }
        var feed = feed()
        _ = feed.news(at: start)
        let told = events(feed.greeting(of: 3, at: start)).filter { $0.hasPrefix("token") }
        #expect(told == ["token {\"job\":1,\"t\":4} #4", "token {\"job\":1,\"t\":5} #5"])
        #expect(!events(feed.greeting(of: 5, at: start)).contains { $0.hasPrefix("token") })
        #expect(!events(feed.greeting(of: 900, at: start)).contains { $0.hasPrefix("token") })
    }

    @Test func `many tokens at once are told by the last of them and a number`() {
        change { $0.list.jobs = [FakeView.job(1, "a", [.deleted: 1])] }
        var feed = feed()
        _ = feed.news(at: start)
        change { $0.log = attempts(1...500) }
        let told = events(feed.news(at: start))
        #expect(told.filter { $0.hasPrefix("token") }.count == 40)
        #expect(told.contains("omitted {\"job\":1,\"count\":460}") && told.last == "token {\"job\":1,\"t\":500} #500")
    }

    @Test func `trouble is told once, and its end with how all stands`() {
        change { $0.list.jobs = [FakeView.job(1, "a", [.pending: 1])] }
        var feed = feed()
        _ = feed.news(at: start)
        change { $0.failure = QueueError(.damaged, path: "q", detail: "torn") }
        #expect(events(feed.news(at: start)) == ["trouble {queue_unreadable}"])
        #expect(feed.news(at: start) == [])
        #expect(events(feed.greeting(of: nil, at: start)) == ["trouble {queue_unreadable}"])
        change { $0.failure = nil }
        #expect(events(feed.news(at: start)) == ["trouble {}", "job {a 0/1}", "ready {} #0"])
    }

    @Test func `a file that was begun anew is followed`() {
        change {
            $0.list.jobs = [FakeView.job(1, "a", [.deleted: 1])]
            $0.log = [$0.attempt(7, status: 200)]
        }
        var feed = feed()
        _ = feed.news(at: start)
        change { $0.log = [$0.attempt(1, status: 200)] }
        _ = feed.news(at: start)
        _ = feed.news(at: start)
        change { $0.log.append($0.attempt(2, status: 200)) }
        #expect(events(feed.news(at: start)) == ["token {\"job\":1,\"t\":2} #2"])
    }

    @Test func `silence is broken every ten seconds`() {
        var feed = feed()
        #expect(events(feed.news(at: start)) == ["heartbeat"])
        #expect(feed.news(at: start + .seconds(9)) == [])
        #expect(events(feed.news(at: start + .seconds(10))) == ["heartbeat"])
        #expect(feed.news(at: start + .seconds(11)) == [])
    }
}
