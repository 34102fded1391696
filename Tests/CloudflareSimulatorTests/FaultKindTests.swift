import CloudflareSimulator
import Testing

/// What each kind of fault looks like from outside, and whether the deletion really happened.
@Suite struct FaultKindTests {
    struct Expected: Equatable {
        /// Nil when nothing is sent.
        var status: Int?
        var code: Int?
        var effect = Effect.none
        var delivery = Answer.Delivery.whole
    }

    /// A DELETE of a token that exists.
    static func expected(_ kind: FaultKind) -> Expected {
        switch kind {
        case .lostReply: Expected(effect: .deleted, delivery: .closed(after: 0))
        case .resetBefore: Expected(delivery: .reset)
        case .truncated: Expected(status: 200, effect: .deleted, delivery: .cut)
        case .truncatedBefore: Expected(status: 200, delivery: .cut)
        case .oversized: Expected(status: 200, effect: .deleted)
        case .slowBody: Expected(status: 200, effect: .deleted, delivery: .dribbled(milliseconds: 7))
        case .hang: Expected(delivery: .closed(after: 7))
        case .html502: Expected(status: 502)
        case .http500: Expected(status: 500, code: 10001)
        case .plain522: Expected(status: 522)
        case .http503Empty: Expected(status: 503)
        case .conflict: Expected(status: 409, code: 12132)
        case .timeout1000: Expected(status: 400, code: 1000)
        case .rateLimited971: Expected(status: 429, code: 971)
        case .rateLimited200: Expected(status: 200, code: 971)
        case .rateLimited500: Expected(status: 500, code: 971)
        case .wrongID: Expected(status: 200)
        case .wrongIDDone: Expected(status: 200, effect: .deleted)
        case .successNullResult, .successNoResult: Expected(status: 200, effect: .deleted)
        case .notJSON200: Expected(status: 200)
        case .authBlip: Expected(status: 403, code: 10000)
        case .auth1010: Expected(status: 403, code: 1010)
        case .auth9109: Expected(status: 403, code: 9109)
        case .auth10001: Expected(status: 403, code: 10001)
        case .auth1007: Expected(status: 403, code: 1007)
        case .method405: Expected(status: 405, code: 10000)
        case .redirect: Expected(status: 302)
        case .invalidRequest12130: Expected(status: 400, code: 12130)
        // The token is still there: the normal answer.
        case .notFoundNoCode: Expected(status: 200, effect: .deleted)
        case .wrongScope7003: Expected(status: 404, code: 7003)
        case .notEnabled9999: Expected(status: 400, code: 9999)
        case .answer: Expected(status: 418)
        }
    }

    private func simulation(_ kind: FaultKind, done: Bool? = nil) throws -> Simulation {
        var rule = FaultRule(kind)
        rule.times = 1
        rule.milliseconds = 7
        rule.done = done
        if kind == .answer { rule.status = 418 }
        return try Sample.simulation { $0.faults = [rule] }
    }

    @Test(arguments: FaultKind.allCases) func aFaultLooksAsItShould(kind: FaultKind) throws {
        var simulation = try simulation(kind)
        let reply = simulation.handle(Sample.token("DELETE", 1), at: 0)
        let seen = Expected(
            status: reply.entry.status, code: reply.entry.code, effect: reply.entry.effect, delivery: reply.answer.delivery)
        #expect(seen == Self.expected(kind))
        #expect(reply.entry.fault == kind && !reply.entry.isRateLimited)
        let isGone = simulation.answer(Sample.token("GET", 1)).status == 404
        #expect(isGone == (reply.entry.effect == .deleted))
    }

    @Test(arguments: FaultKind.allCases, [true, false]) func theRuleDecidesWhatIsDone(kind: FaultKind, done: Bool) throws {
        var simulation = try simulation(kind, done: done)
        #expect(simulation.handle(Sample.token("DELETE", 1), at: 0).entry.effect == (done ? .deleted : .none))
        #expect(simulation.answer(Sample.token("GET", 1)).status == (done ? 404 : 200))
    }

    @Test(arguments: FaultKind.allCases) func aTokenInUseIsNeverDeleted(kind: FaultKind) throws {
        var simulation = try simulation(kind, done: true)
        #expect(simulation.handle(Sample.token("DELETE", 104), at: 0).entry.effect == .none)
        #expect(simulation.answer(Sample.token("GET", 104)).status == 200)
    }

    @Test(arguments: [FaultKind.successNullResult, .successNoResult]) func aShapeOfSuccessNeedsASuccess(kind: FaultKind) throws {
        var simulation = try simulation(kind)
        #expect(simulation.answer(Sample.token("DELETE", 104)).code == 12139)
    }

    @Test func theBodiesThatMislead() throws {
        func body(_ kind: FaultKind) throws -> String {
            var simulation = try simulation(kind)
            return String(decoding: simulation.answer(Sample.token("DELETE", 1)).body, as: UTF8.self)
        }
        #expect(try body(.successNullResult) == #"{"result":null,"success":true,"errors":[],"messages":[]}"#)
        #expect(try body(.successNoResult) == #"{"success":true,"errors":[]}"#)
        #expect(try body(.wrongID).contains(#""id":"deadbeef-0000-4000-8000-000000000000""#))
        #expect(try body(.notJSON200).hasPrefix("<html>"))
        #expect(try body(.html502).contains("502 Bad Gateway"))
        #expect(try body(.plain522) == "error code: 522")
        #expect(try body(.http503Empty) == "")
        #expect(try body(.rateLimited971) == #"{"code":971,"message":"Please wait and consider throttling your request speed"}"#)
        #expect(try body(.oversized).utf8.count > 1 << 20)
        #expect(try JSON.parse(body(.oversized).utf8)["success"] == true)
    }

    @Test func headersOfFaults() throws {
        var limited = try simulation(.rateLimited971)
        #expect(limited.answer(Sample.token("DELETE", 1)).header("retry-after") == "60")
        var redirect = try simulation(.redirect)
        let location = redirect.answer(Sample.token("DELETE", 1)).header("Location")
        #expect(location == "/client/v4/moved/accounts/\(Sample.account)/access/service_tokens/\(Sample.id(1))")
    }

    @Test func absentWithoutACode() throws {
        var simulation = try simulation(.notFoundNoCode)
        let answer = simulation.answer(Sample.token("DELETE", 999))
        #expect(answer.status == 404 && answer.code == nil)
        #expect(try answer.json()["errors"] == [])
    }
}
