import SweepModel
import Testing

@testable import SweepRunner

@Suite struct CredentialVerifierTests {
    private let time = JumpingTime()

    private func verify(
        _ count: Int, budget: RateBudget? = .cloudflare, questions: [LookupCall.Question] = [.userToken],
        memory: (any LookupMemory)? = nil,
        _ answer: @escaping @Sendable (LookupCall) -> LookupAnswer
    ) async throws -> (standings: [CredentialStanding], log: [(call: LookupCall, at: Timestamp)]) {
        let api = ScriptedLookups(time) { call, _ in answer(call) }
        let policy = LookupPolicy(budget: budget, attempts: 1, timeout: .seconds(30))
        let scope = try Lookups.scope(1)
        let calls = (0..<count).map { lane in
            questions.map { LookupCall(scope: scope, question: $0, lane: LaneID(lane)) }
        }
        let verifier = CredentialVerifier(api: api, memory: memory, time: time, policy: policy)
        let standings = try await verifier.verify(calls, fingerprints: (0..<count).map { "f\($0)" })
        return (standings, api.log)
    }

    @Test func everyCredentialIsAskedAboutOnce() async throws {
        let (standings, log) = try await verify(3) { call in
            call.lane.index == 1 ? LookupAnswer(.credentialRefused, reason: "revoked") : LookupAnswer(.permitted)
        }
        #expect(standings == [.accepted, .refused(reason: "revoked"), .accepted])
        #expect(log.count == 3)
        #expect(standings.map(\.gate) == [.gentle, .refused(reason: "revoked"), .gentle])
    }

    @Test(arguments: [LookupAnswer.Outcome.temporary, .unreachable, .forbidden, .refused, .wrongScope])
    func whatIsNotClearIsAskedOnceAndStopsNothing(_ outcome: LookupAnswer.Outcome) async throws {
        let (standings, log) = try await verify(1, questions: [.userToken, .accountToken]) { _ in LookupAnswer(outcome, reason: "?") }
        #expect(standings == [.unproven(reason: "?", heldUntil: nil)])
        #expect(log.count == 1 && standings[0].gate == .gentle)
    }

    @Test func aNoIsFollowedByTheNextQuestion() async throws {
        let (standings, log) = try await verify(1, questions: [.userToken, .accountToken]) { call in
            call.question == .userToken ? LookupAnswer(.credentialRefused, reason: "unknown") : LookupAnswer(.permitted)
        }
        #expect(standings == [.accepted] && log.map(\.call.question) == [.userToken, .accountToken])
        let (unclear, _) = try await verify(1, questions: [.userToken, .accountToken]) { call in
            call.question == .userToken ? LookupAnswer(.credentialRefused, reason: "unknown") : LookupAnswer(.forbidden, reason: "?")
        }
        #expect(unclear == [.unproven(reason: "?", heldUntil: nil)])
    }

    @Test func aLaneThatIsToldToWaitBeginsBehindItsPause() async throws {
        let start = time.now
        let (standings, _) = try await verify(2) { call in
            call.lane.index == 0 ? LookupAnswer(.rateLimited, reason: "slow", retryAfter: .seconds(60)) : LookupAnswer(.permitted)
        }
        #expect(standings.map(\.gate) == [.paused(until: start + .seconds(61), .rateLimited), .gentle])
        #expect(time.now == start, "nobody waited for it")
    }

    @Test func manyCredentialsStayBelowTheLimitOfAnAddress() async throws {
        let (standings, log) = try await verify(450) { _ in LookupAnswer(.permitted) }
        #expect(standings.allSatisfy { $0 == .accepted } && log.count == 450)
        let moments = log.map(\.at)
        for moment in moments { #expect(moments.count { $0 <= moment && $0 > moment - .seconds(1) } <= 200) }
    }

    /// A run that gave way a moment ago has used the address up.
    @Test(arguments: [100, 101, 200]) func whatWasSentJustBeforeCountsForTheAddress(_ recent: Int) async throws {
        let start = time.now
        let memory = ScriptedMemory(recent: Array(repeating: start, count: recent))
        let (standings, log) = try await verify(100, memory: memory) { _ in LookupAnswer(.permitted) }
        #expect(standings.allSatisfy { $0 == .accepted })
        #expect(log.allSatisfy { $0.at == (recent > 100 ? start + .seconds(1) : start) })
    }
}
