import CloudflareSimulator
import Testing

@Suite struct WorldTests {
    /// A world that is refused, and the sentence that says why.
    struct Refused: Sendable, CustomTestStringConvertible {
        var text: String
        var sentence: String
        var testDescription: String { sentence }
    }

    static let scope = #"id: "023e105f4ecef8ad9ca31a8372d0c353""#

    @Test(arguments: [
        Refused(text: "[]", sentence: "The world file must be an object."),
        Refused(text: "{ acounts: [] }", sentence: "World: acounts is not a known key."),
        Refused(text: "{ accounts: [{}] }", sentence: "World: accounts[0].id is missing."),
        Refused(text: "{ zones: [{ id: 'ABC' }] }", sentence: "World: zones[0].id must be 32 lower-case hexadecimal digits."),
        Refused(
            text: "{ accounts: [{ \(scope) }, { \(scope) }] }",
            sentence: "World: accounts/023e105f4ecef8ad9ca31a8372d0c353 is defined twice."),
        Refused(
            text: "{ accounts: [{ \(scope), tokens: [{ generate: 2, id: 'x' }] }] }",
            sentence: "World: accounts[0].tokens[0].id is not a known key."),
        Refused(
            text: "{ accounts: [{ \(scope), tokens: [{ generate: 2 }, { generate: 1, first: 2 }] }] }",
            sentence: "World: accounts/023e105f4ecef8ad9ca31a8372d0c353 has the token 00000000-0000-4000-8000-000000000002 twice."),
        Refused(
            text: "{ credentials: [{ label: 'a' }] }", sentence: "World: credentials[0].token or email with key must be there, not both."),
        Refused(text: "{ faults: [{ times: 1 }] }", sentence: "World: faults[0].kind is missing."),
        Refused(text: "{ faults: [{ kind: 'hang', ms: -1 }] }", sentence: "World: faults[0].ms must be a whole number of zero or more."),
        Refused(text: "{ rate: '1200' }", sentence: "World: rate must look like 1200/5m, or be none."),
        Refused(text: "{ latency: 5 }", sentence: "World: latency must be a string."),
        Refused(text: "{ window: 'round' }", sentence: "World: window is \"round\" and must be one of fixed, sliding."),
    ])
    func aWorldThatCannotBeUsedIsRefused(_ refused: Refused) {
        let error = #expect(throws: WorldError.self) { try World.parse(refused.text) }
        #expect(error?.description == refused.sentence)
    }

    @Test func settingsAreRead() throws {
        let world = try World.parse(
            "{ seed: 9, rate: '10/30s', window: 'sliding', block_scale: 0.5, ip_rate: 0, latency: '20ms', jitter: '1s', zones_need_key: true }"
        )
        var expected = Settings()
        expected.seed = 9
        expected.rate = Rate(requests: 10, milliseconds: 30_000)
        expected.window = .sliding
        expected.blockScale = 0.5
        expected.addressRate = nil
        expected.latency = 20
        expected.jitter = 1000
        expected.zonesNeedKey = true
        #expect(world.settings == expected)
        #expect(try World.parse("{ rate: 'none' }").settings.addressRate == nil)
    }

    @Test func generatedTokensFollowTheFormula() throws {
        let world = try World.parse("{ zones: [{ \(Self.scope), tokens: [{ generate: 2, first: 4095, prefix: 'ci-', in_use: true }] }] }")
        let tokens = try #require(world.scopes.first?.tokens)
        #expect(tokens.map(\.id) == ["00000000-0000-4000-8000-000000000fff", "00000000-0000-4000-8000-000000001000"])
        #expect(tokens.map(\.name) == ["ci-4095", "ci-4096"])
        #expect(tokens.map(\.clientID) == ["00000000000000000000000000000fff.access", "00000000000000000000000000001000.access"])
        #expect(tokens.map(\.isInUse) == [true, true])
        #expect(
            world.manifest == """
                {"service_token_id":"00000000-0000-4000-8000-000000000fff","zone_id":"023e105f4ecef8ad9ca31a8372d0c353","name":"ci-4095"}
                {"service_token_id":"00000000-0000-4000-8000-000000001000","zone_id":"023e105f4ecef8ad9ca31a8372d0c353","name":"ci-4096"}

                """)
    }

    @Test func jitterStaysInItsBounds() throws {
        var simulation = try Sample.simulation {
            $0.settings.latency = 100
            $0.settings.jitter = 50
            $0.settings.liftLimits()
        }
        let delays = Set((0..<2000).map { _ in simulation.handle(Sample.token("GET", 1), at: 0).delay })
        #expect(delays.min() == 100 && delays.max() == 150 && delays.count == 51)
    }
}
