import CloudflareSimulator
import Testing

@Suite struct FaultRuleTests {
    private func faults(_ text: String) throws -> [FaultRule] {
        try World.parse("{ faults: [\(text)] }").faults
    }

    /// The faults that `requests` meet, one after the other.
    private func met(_ rules: String, by requests: [Request]) throws -> [FaultKind?] {
        let rules = try faults(rules)
        var simulation = try Sample.simulation { $0.faults = rules }
        return requests.map { simulation.handle($0, at: 0).entry.fault }
    }

    @Test func timesCountAttemptsOfOneToken() throws {
        let rules = #"{ kind: "http_500", times: 1 }, { kind: "conflict", times: 3 }"#
        let requests = [1, 2, 1, 1, 1, 2].map { Sample.token("DELETE", $0) }
        #expect(try met(rules, by: requests) == [.http500, .http500, .conflict, .conflict, nil, .conflict])
    }

    @Test func theFirstAttemptsCanBeSpared() throws {
        let requests = (1...4).map { _ in Sample.token("DELETE", 1) }
        #expect(try met(#"{ kind: "http_500", after: 1, times: 3 }"#, by: requests) == [nil, .http500, .http500, nil])
    }

    @Test func onlyDeletionsUnlessTheRuleSaysMore() throws {
        let requests = [Sample.token("GET", 1), Sample.request("GET", Sample.path("apps")), Sample.token("DELETE", 1)]
        #expect(try met(#"{ kind: "http_500" }"#, by: requests) == [nil, nil, .http500])
        #expect(try met(#"{ kind: "http_500", methods: [] }"#, by: requests) == [.http500, .http500, .http500])
        #expect(try met(#"{ kind: "http_500", methods: ["GET"], path: "/apps" }"#, by: requests) == [nil, .http500, nil])
    }

    @Test func aRuleCanNameTokensAndCredentials() throws {
        let requests = [Sample.token("DELETE", 1), Sample.token("DELETE", 10, token: "cfut_second"), Sample.token("DELETE", 1)]
        #expect(try met(#"{ kind: "hang", tokens: ["\#(Sample.id(10).uppercased())"] }"#, by: requests) == [nil, .hang, nil])
        #expect(try met(#"{ kind: "hang", credential: "writer" }"#, by: requests) == [.hang, nil, .hang])
    }

    @Test func aTokensOwnRulesComeFirst() throws {
        let own = try faults(#"{ kind: "auth_blip", times: 1 }"#)
        let general = try faults(#"{ kind: "http_500", times: 2 }"#)
        var simulation = try Sample.simulation { world in
            world.faults = general
            world.scopes[0].tokens[0].faults = own
        }
        let met = (0..<3).map { _ in simulation.handle(Sample.token("DELETE", 1), at: 0).entry.fault }
        #expect(met == [.authBlip, .http500, nil])
    }

    @Test(arguments: [UInt64(1), 2, 3]) func chanceDoesNotDependOnTheOrderOfArrival(seed: UInt64) throws {
        let rules = try faults(#"{ kind: "http_500", probability: 0.5 }, { kind: "conflict", probability: 0.5 }"#)
        /// The faults of each token's first three attempts.
        func met(_ order: [Int]) throws -> [Int: [FaultKind?]] {
            var simulation = try Sample.simulation {
                $0.faults = rules
                $0.settings.seed = seed
                $0.settings.liftLimits()
            }
            var met: [Int: [FaultKind?]] = [:]
            for number in order { met[number, default: []].append(simulation.handle(Sample.token("DELETE", number), at: 0).entry.fault) }
            return met
        }
        let forwards = (1...30).flatMap { [$0, $0, $0] }
        let first = try met(forwards)
        #expect(try met((0..<3).flatMap { _ in (1...30).reversed() }) == first)
        let all = first.values.flatMap { $0 }
        #expect(all.contains(.http500) && all.contains(.conflict) && all.contains(nil))
    }

    @Test func chanceComesOutAtItsProbability() throws {
        let rules = try faults(#"{ kind: "http_500", probability: 0.2 }"#)
        var simulation = try Sample.simulation {
            $0.faults = rules
            $0.settings.liftLimits()
        }
        let count = (1...5000).count { simulation.handle(Sample.token("DELETE", $0 + 1000), at: 0).entry.fault != nil }
        #expect((900...1100).contains(count))
    }

    @Test func refusedRequestsAreNoAttempts() throws {
        let rules = try faults(#"{ kind: "http_500", times: 1 }"#)
        var simulation = try Sample.simulation { $0.faults = rules }
        #expect(simulation.handle(Sample.token("DELETE", 1, token: "cfat_reader"), at: 0).entry.fault == nil)
        #expect(simulation.handle(Sample.token("DELETE", 1), at: 0).entry.fault == .http500)
    }

    @Test func anAnswerCanBeSpelledOut() throws {
        let rules = try faults(#"{ kind: "answer", status: 451, headers: { "x-why": "law" }, body: { code: 0 }, done: true }"#)
        var simulation = try Sample.simulation { $0.faults = rules }
        let reply = simulation.handle(Sample.token("DELETE", 1), at: 0)
        #expect(reply.answer.status == 451 && reply.answer.header("x-why") == "law" && reply.entry.effect == .deleted)
        #expect(reply.entry.code == 0)
        #expect(String(decoding: reply.answer.body, as: UTF8.self) == #"{"code":0}"#)
    }

    @Test func anOutageMeetsEveryRequest() throws {
        let world = try World.parse(
            #"{ outages: [{ kind: "plain_522", from_ms: 100, to_ms: 200 }, { kind: "lost_reply", after_requests: 3, requests: 1 }] }"#)
        var simulation = try Sample.simulation { $0.outages = world.outages }
        let met = [99, 100, 199].map { simulation.handle(Sample.request("GET", Sample.path("apps"), token: "x"), at: $0).entry.status }
        #expect(met == [401, 522, 522])
        let lost = simulation.handle(Sample.token("DELETE", 1), at: 300)
        #expect(lost.entry.status == nil && lost.entry.effect == .deleted && lost.entry.fault == .lostReply)
        #expect(simulation.handle(Sample.token("DELETE", 2), at: 300).entry.status == 200)
    }

    @Test func aBrownoutTouchesAnyMethod() throws {
        let world = try World.parse(#"{ brownout: { kind: "html_502", probability: 1 } }"#)
        var simulation = try Sample.simulation { $0.faults = world.faults }
        #expect(simulation.answer(Sample.request("GET", Sample.path("apps"))).status == 502)
    }
}
