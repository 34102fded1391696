import SweepModel
import Testing

@testable import SweepCloudflare

@Suite("Headers of an answer")
struct AnswerHeadersTests {
    private func headers(_ lines: String...) -> AnswerHeaders {
        var headers = AnswerHeaders()
        for line in lines { Array("\(line)\r\n".utf8).withUnsafeBytes { headers.take(line: $0) } }
        return headers
    }

    @Test func namesComeInAnyCase() {
        let headers = headers(
            "HTTP/1.1 429 Too Many Requests", "CF-RAY: 8f2a-AMS", "Ratelimit: \"default\";r=1199;t=1",
            "ratelimit-POLICY:\"default\";q=1200;w=300 ", "Retry-After:  90", "Content-Type:\tapplication/json", "Connection: close",
            "Retry-Afterwards: 1", "")
        #expect(
            headers
                == AnswerHeaders(
                    rayID: "8f2a-AMS", rateLimit: "\"default\";r=1199;t=1", rateLimitPolicy: "\"default\";q=1200;w=300",
                    retryAfter: "90", contentType: "application/json"))
    }

    @Test func whatAnInterimAnswerSaidIsForgotten() {
        #expect(headers("HTTP/1.1 103 Early Hints", "Retry-After: 9", "HTTP/1.1 200 OK") == AnswerHeaders())
    }

    @Test func aHeaderThatStandsTwiceIsOneList() {
        #expect(headers("ratelimit: \"a\";r=9;t=1", "Ratelimit: \"b\";r=5;t=2").rateLimit == "\"a\";r=9;t=1, \"b\";r=5;t=2")
    }

    @Test func longValuesAreCut() {
        #expect(headers("cf-ray: " + String(repeating: "x", count: 90_000)).rayID?.count == AnswerHeaders.longestValue)
    }

    @Test("Lines that mean nothing", arguments: ["", ":", "cf-ray", "ratelimit;", "\u{0}", "r"])
    func nonsense(_ line: String) {
        #expect(headers(line) == AnswerHeaders())
    }

    @Test(
        "The tightest limit counts",
        arguments: [
            (
                "\"default\";r=1199;t=1", "\"default\";q=1200;w=300",
                RateLimitHint(remaining: 1199, resetsIn: .seconds(1), quota: 1200, window: .seconds(300))
            ),
            ("\"default\";r=50;t=30", nil, RateLimitHint(remaining: 50, resetsIn: .seconds(30))),
            (
                "\"a\";r=90;t=2, \"b\";r=5;t=7;x=\"y,;\\\"z\";flag", "\"a\";q=100;w=10 ,\"b\";w=60;q=20",
                RateLimitHint(remaining: 5, resetsIn: .seconds(7), quota: 20, window: .seconds(60))
            ),
            ("default;r=3;t=4", "default;q=9;w=8", RateLimitHint(remaining: 3, resetsIn: .seconds(4), quota: 9, window: .seconds(8))),
            ("\"default\" ; r=3", "\"default\";q=9;w=8", RateLimitHint(remaining: 3, resetsIn: .seconds(8), quota: 9, window: .seconds(8))),
            ("\"a\";t=1, \"b\";r=2;t=1", "broken;;", RateLimitHint(remaining: 2, resetsIn: .seconds(1))),
            ("\"a\";r=0;t=99999999999999", nil, RateLimitHint(remaining: 0, resetsIn: .seconds(86_400))),
        ])
    func rateLimits(_ limit: String, _ policy: String?, _ hint: RateLimitHint) {
        #expect(RateLimitHint(limit: limit, policy: policy) == hint)
    }

    @Test(
        "Malformed limits are no limits",
        arguments: [
            "", " ", ",", "\"default\"", "\"default\";r=;t=1", "\"default", "\"a\";r=-1;t=1", "\"a\";r=1", "\"a\";r=1;t=1,", ";r=1;t=1",
            "\"a\";r=99999999999999999999;t=1", "limit=100, remaining=50, reset=5", "\"a\\", "\"a\";r=1;t=1 \"b\"", "\"a\";=1;r=1;t=1",
            "é;r=x",
        ])
    func malformed(_ limit: String) {
        #expect(RateLimitHint(limit: limit, policy: nil) == nil)
    }

    @Test(
        "Retry-After is whole seconds",
        arguments: [
            ("0", Milliseconds(0)), ("60", .seconds(60)), ("300", .seconds(300)), ("86401", .seconds(86_400)),
            ("99999999999999999999999", .seconds(86_400)), ("Wed, 21 Oct 2015 07:28:00 GMT", nil), ("1.5", nil), ("-1", nil), ("", nil),
            ("+5", nil), (nil, nil),
        ])
    func retryAfter(_ value: String?, _ delay: Milliseconds?) {
        #expect(RetryAfter.parse(value) == delay)
    }

    /// What a lane reckons with them must not overflow: that would end the program, and every new start of it.
    @Test(arguments: ["0", "1", "9223372036854775807"], ["1", "1200", "9223372036854775807"])
    func absurdlyLargeNumbers(remaining: String, quota: String) throws {
        for (window, sentAt) in [("300", 0), ("9223372036854775807", 0), ("300", 7)] as [(String, Int64)] {
            let hint = try #require(
                RateLimitHint(limit: "\"a\";r=\(remaining);t=\(window)", policy: "\"a\";q=\(quota);w=\(window)"))
            for period in [5, 300] as [Int64] {
                let budget = RateBudget(requests: 1200, period: .seconds(period), reservePercent: 10)
                let now = Timestamp(milliseconds: 1_000_000)
                var lane = Lane(budget: budget, now: now)
                var random = SystemRandomNumberGenerator()
                for second in 0..<3 as Range<Int64> {
                    lane.send(2)
                    let moment = now + .seconds(second)
                    var answer = Answer(kind: .deleted, reason: "")
                    answer.rateLimit = hint
                    for _ in 0..<2 { lane.take(answer, sentAt: moment - .seconds(sentAt), at: moment, using: &random) }
                }
                #expect((0...1080).contains(lane.room(at: now + .seconds(3))))
            }
        }
    }
}
