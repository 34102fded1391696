import CloudflareSimulator
import Testing

@Suite struct InvocationTests {
    @Test func flagsWinOverTheWorld() throws {
        let line =
            "--world w.json --port 8080 --seed=5 --window sliding --block-scale 0.1 --rate 10/1s --ip-rate 7 --latency 1s --jitter 2ms"
        guard case .serve(let arguments) = try Invocation(line.split(separator: " ").map(String.init)) else {
            Issue.record("not an invocation that serves")
            return
        }
        var settings = Settings()
        arguments.apply(to: &settings)
        var expected = Settings()
        expected.seed = 5
        expected.window = .sliding
        expected.blockScale = 0.1
        expected.rate = Rate(requests: 10, milliseconds: 1000)
        expected.addressRate = 7
        expected.latency = 1000
        expected.jitter = 2
        #expect(settings == expected)
        #expect(arguments.port == 8080 && arguments.world == "w.json" && arguments.ledger == nil)
    }

    @Test func whatIsNotGivenStaysAsTheWorldSays() throws {
        var settings = Settings()
        settings.seed = 77
        let before = settings
        Invocation.Arguments().apply(to: &settings)
        #expect(settings == before)
    }

    @Test func noRateLimitLiftsBoth() throws {
        var settings = Settings()
        guard case .serve(let arguments) = try Invocation(["--world", "w", "--no-rate-limit"]) else {
            Issue.record("not an invocation that serves")
            return
        }
        arguments.apply(to: &settings)
        #expect(settings.rate == nil && settings.addressRate == nil)
    }

    @Test func otherModes() throws {
        #expect(try Invocation(["--port", "--help"]) == .help)
        var arguments = Invocation.Arguments()
        arguments.world = "w"
        #expect(try Invocation(["--print-tokens", "--world", "w"]) == .printTokens(arguments))
    }

    @Test(arguments: [
        ([], "--world FILE is missing; see --help."),
        (["--wurld", "x"], "Unknown option --wurld; see --help."),
        (["--world"], "--world needs a value."),
        (["--world", "w", "--port", "65536"], "--port must be a number from 0 to 65535, not \"65536\"."),
        (["--world", "w", "--rate", "5"], "--rate must be like 1200/5m, not \"5\"."),
        (["--world", "w", "--block-scale", "nan"], "--block-scale must be a number of zero or more, not \"nan\"."),
        (["--world", "w", "--latency", "5"], "--latency must be a duration such as 100ms, not \"5\"."),
    ])
    func badArgumentsAreNamed(arguments: [String], sentence: String) {
        let error = #expect(throws: UsageError.self) { try Invocation(arguments) }
        #expect(error?.description == sentence)
    }
}
