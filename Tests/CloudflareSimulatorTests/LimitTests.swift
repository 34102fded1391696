import CloudflareSimulator
import Testing

@Suite struct LimitTests {
    private func limited(_ change: (inout Settings) -> Void = { _ in }) throws -> Simulation {
        try Sample.simulation {
            $0.settings.rate = Rate(requests: 2, milliseconds: 300_000)
            change(&$0.settings)
        }
    }

    @Test func tokensOfOneUserShareABudget() throws {
        var simulation = try limited()
        #expect(simulation.answer(Sample.token("GET", 1)).status == 200)
        #expect(simulation.answer(Sample.token("GET", 1, token: "cfut_second")).status == 200)
        let reply = simulation.handle(Sample.token("DELETE", 1, token: "cfut_second"), at: 10)
        #expect(reply.answer.status == 429)
        #expect(reply.answer.header("retry-after") == "300")
        #expect(reply.answer.header("Ratelimit") == "\"default\";r=0;t=300")
        #expect(reply.entry.isRateLimited && reply.entry.effect == .none && reply.entry.code == 971)
        // Another user is not concerned, and the token is still there.
        #expect(simulation.answer(Sample.token("GET", 1, token: "cfat_reader")).status == 200)
    }

    @Test func theBlockIsScaled() throws {
        var simulation = try limited { $0.blockScale = 0.01 }
        for _ in 0..<2 { #expect(simulation.answer(Sample.token("GET", 1)).status == 200) }
        #expect(simulation.handle(Sample.token("GET", 1), at: 0).answer.header("retry-after") == "3")
        #expect(simulation.handle(Sample.token("GET", 1), at: 2999).answer.status == 429)
        #expect(simulation.handle(Sample.token("GET", 1), at: 3000).answer.status == 200)
    }

    @Test func anAddressHasItsOwnLimit() throws {
        var simulation = try Sample.simulation { $0.settings.addressRate = 3 }
        for _ in 0..<3 { #expect(simulation.answer(Sample.token("GET", 1)).status == 200) }
        let refused = simulation.handle(Sample.token("GET", 1), at: 999)
        #expect(refused.answer.status == 429 && refused.entry.isRateLimited && refused.answer.header("retry-after") == "1")
        var elsewhere = Sample.token("GET", 1)
        elsewhere.peer += 1
        #expect(simulation.handle(elsewhere, at: 999).answer.status == 200)
        #expect(simulation.handle(Sample.token("GET", 1), at: 1000).answer.status == 200)
    }

    @Test func theMixedShapeTakesTurns() throws {
        var simulation = try limited { $0.rateLimitShape = .mixed }
        for _ in 0..<2 { #expect(simulation.answer(Sample.token("GET", 1)).status == 200) }
        let bodies = (0..<3).map { _ in String(decoding: simulation.answer(Sample.token("GET", 1)).body, as: UTF8.self) }
        #expect(bodies.contains(#"{"code":971,"message":"Please wait and consider throttling your request speed"}"#))
        #expect(bodies.contains { $0.contains("More than 2 requests per 300 seconds reached. ") && $0.contains(#""code":10100"#) })
        #expect(bodies.contains { $0.hasPrefix(#"{"success":false,"errors":[{"code":971,"#) })
    }

    @Test func liftedLimitsRefuseNobody() throws {
        var simulation = try Sample.simulation { $0.settings.liftLimits() }
        let statuses = Set((0..<3000).map { _ in simulation.answer(Sample.token("GET", 1)).status })
        #expect(statuses == [200])
    }
}
