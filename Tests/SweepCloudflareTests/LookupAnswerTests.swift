import SweepModel
import Testing

@testable import SweepCloudflare

private let list = LookupCall(scope: Sample.account, question: .tokens(page: 1), lane: LaneID(0))
private let probe = LookupCall(scope: Sample.account, question: .mayRead, lane: LaneID(0))

private func look(_ call: LookupCall = list, _ status: Int, _ body: String) -> LookupAnswer {
    LookupAnswer(to: call, .response(HTTPResponse(status: status, body: .complete(Array(body.utf8)))))
}

private func page(_ body: String) -> TokenPage? {
    guard case .page(let page) = look(list, 200, body).outcome else { return nil }
    return page
}

private func page(of entry: String) -> LiveToken? { page(#"{"success":true,"errors":[],"result":[\#(entry)]}"#)?.tokens.first }

@Suite("Answers to lookups")
struct LookupAnswerTests {
    @Test func aTokenIsReadWithEverythingItSays() throws {
        let token = try #require(
            page(
                of: #"""
                    {"id":"F174E90A-fafe-4643-bbbc-4a0ed4fc8415","client_id":"88bf3b6d86161464f6509f7219099e57.access","name":"ci",
                    "created_at":"2014-01-01T05:20:00.12345Z","updated_at":"2014-01-01T05:20:00Z","expires_at":"2015-01-01T05:20:00Z",
                    "last_seen_at":"2014-06-01T00:00:00Z","enabled":false,"duration":"60m"}
                    """#))
        #expect(token.id == Sample.tokenID)
        #expect(token.scope == Sample.account)
        #expect(token.clientID == "88bf3b6d86161464f6509f7219099e57.access")
        #expect(token.createdAt?.rfc3339 == "2014-01-01T05:20:00.123Z")
        #expect(token.expiresAt?.rfc3339 == "2015-01-01T05:20:00.000Z")
        #expect(token.lastSeenAt?.rfc3339 == "2014-06-01T00:00:00.000Z")
        #expect(!token.isEnabled)
        #expect(token.duration == "60m")
    }

    @Test func whatIsMissingOrOddIsPassedOver() throws {
        let bare = try #require(page(of: #"{"id":"\#(Sample.tokenText)"}"#))
        #expect(bare == LiveToken(scope: Sample.account, id: Sample.tokenID))
        let odd = #"{"id":"\#(Sample.tokenText)","name":7,"enabled":"no","created_at":[],"expires_at":"soon","last_seen_at":"once"}"#
        #expect(page(of: odd) == bare)
        // Never seen is something else than not told.
        #expect(page(of: #"{"id":"\#(Sample.tokenText)","last_seen_at":null}"#)?.isLastSeenKnown == true)
        #expect(!bare.isLastSeenKnown)
    }

    @Test(arguments: [
        #"{"success":true,"errors":[],"result":[{"name":"no id"}]}"#, #"{"success":true,"errors":[],"result":[{"id":"../x"}]}"#,
        #"{"success":true,"errors":[],"result":["x"]}"#, #"{"success":true,"errors":[],"result":null}"#, #"{"success":true,"errors":[]}"#,
        #"{"success":true,"errors":[],"result":{}}"#, #"{"success":true,"errors":[{"code":1}],"result":[]}"#, #"{"errors":[],"result":[]}"#,
        #"{"success":true,"errors":[],"result":["#, "", "[]", "<html><title>502</title></html>", String(repeating: "[", count: 100_000),
    ])
    func whatCannotBeReadIsNoList(_ body: String) {
        #expect(look(list, 200, body).outcome == .temporary)
    }

    @Test func textsAreCappedAndRedacted() throws {
        let secret = String(repeating: "a", count: 64)
        let token = try #require(page(of: #"{"id":"\#(Sample.tokenText)","name":"x \#(secret) \#(String(repeating: "y", count: 5000))"}"#))
        #expect(token.name?.contains(secret) == false)
        #expect((token.name?.unicodeScalars.count ?? 0) <= 500)
    }

    @Test func theInformationOnThePageIsOptional() {
        #expect(page(#"{"success":true,"errors":[],"result":[]}"#) == TokenPage(tokens: []))
        let info = #"{"page":2,"per_page":1000,"count":"x","total_count":1001}"#
        #expect(
            page(#"{"success":true,"errors":[],"result":[],"result_info":\#(info)}"#)?.info
                == TokenPage.PageInfo(page: 2, perPage: 1000, totalCount: 1001))
    }

    private func verify(_ status: Int, _ body: String) -> LookupAnswer {
        look(LookupCall(scope: Sample.account, question: .userToken, lane: LaneID(0)), status, body)
    }

    @Test(arguments: [
        ("active", LookupAnswer.Outcome.permitted), ("disabled", .credentialRefused), ("expired", .credentialRefused), ("new", .temporary),
    ])
    func aVerifiedTokenIsAsGoodAsItsStatus(_ status: String, _ outcome: LookupAnswer.Outcome) {
        let message = #"{"code":10000,"message":"This API Token is valid and active","type":null}"#
        let body =
            #"{"success":true,"errors":[],"messages":[\#(message)],"result":{"id":"ed17574386854bf78a67040be0a770b0","status":"\#(status)"}}"#
        #expect(verify(200, body).outcome == outcome)
    }

    @Test func aTokenIsRefusedOnlyInTheAPIsOwnWords() {
        for (status, code) in [(401, 1000), (403, 9109), (400, 6003), (400, 9103), (400, 9106)] {
            #expect(verify(status, Sample.refusal(code, "no")).outcome == .credentialRefused)
        }
        let location = verify(403, Sample.refusal(9109, "Cannot use the access token from location: 10.0.0.1"))
        #expect(location.outcome == .credentialRefused && location.reason == "the credential may not be used from this address")
        #expect(verify(403, Sample.refusal(10000, "Authentication error")).outcome == .forbidden)
        #expect(verify(403, #"{"code":1010,"error":"auth.forbidden"}"#).outcome == .forbidden)
        #expect(verify(404, Sample.refusal(7003, "Could not route")).outcome == .refused)
        for (status, body) in [
            (404, "not found"), (401, "who are you?"), (403, "<html></html>"), (200, #"{"success":true,"errors":[],"result":null}"#),
        ] {
            #expect(verify(status, body).outcome != .credentialRefused && verify(status, body).outcome != .permitted)
        }
        #expect(verify(502, "<html></html>").outcome == .temporary)
        #expect(verify(429, "").outcome == .rateLimited)
    }

    @Test func everyKindOfCredentialIsAskedAboutWhereItIsKnown() {
        func asked(_ credential: Credential, _ scopes: [Scope]) -> [LookupCall.Question] {
            credential.questions(serving: scopes).map(\.question)
        }
        let both = [Sample.zone, Sample.account]
        #expect(asked(.token(Secret("cfut_x")), both) == [.userToken])
        #expect(asked(.token(Secret("cfat_x")), both) == [.accountToken])
        #expect(Credential.token(Secret("cfat_x")).questions(serving: both).map(\.scope) == [Sample.account])
        #expect(asked(.token(Secret("cfat_x")), [Sample.zone]) == [.mayRead])
        #expect(asked(.token(Secret("old")), both) == [.userToken, .accountToken])
        #expect(asked(.token(Secret("old")), [Sample.zone]) == [.userToken, .mayRead])
        #expect(asked(.key(email: "a@b.example", Secret("x")), both) == [.mayRead])
        #expect(CloudflareAPI.path(LookupCall(scope: Sample.account, question: .userToken, lane: LaneID(0))) == "/user/tokens/verify")
        #expect(
            CloudflareAPI.path(LookupCall(scope: Sample.account, question: .accountToken, lane: LaneID(0)))
                == "/accounts/\(Sample.account.id)/tokens/verify")
    }

    @Test func onlyTheAPIsOwnNoSuchApplicationProvesPermission() {
        #expect(look(probe, 404, Sample.refusal(11021, "access.api.error.unknown_application")).outcome == .permitted)
        #expect(look(probe, 403, Sample.refusal(10000, "Authentication error")).outcome == .forbidden)
        #expect(look(probe, 404, "not found").outcome == .temporary)
        #expect(look(probe, 404, Sample.refusal(12135)).outcome == .refused)
        #expect(look(probe, 200, #"{"success":true,"errors":[],"result":[]}"#).outcome == .temporary)
        #expect(look(list, 404, Sample.refusal(11021)).outcome == .refused)
    }

    @Test func refusalsAreToldApart() {
        #expect(look(list, 403, Sample.refusal(10000)).outcome == .forbidden)
        #expect(look(list, 405, Sample.refusal(10000)).outcome == .forbidden)
        #expect(look(list, 403, #"{"code":1010,"error":"auth.forbidden"}"#).outcome == .forbidden)
        #expect(look(list, 401, Sample.refusal(1000, "Invalid API Token")).outcome == .credentialRefused)
        #expect(look(list, 403, Sample.refusal(9109)).outcome == .credentialRefused)
        #expect(look(list, 401, "").outcome == .credentialRefused)
        #expect(look(list, 404, Sample.refusal(7003)).outcome == .wrongScope)
        #expect(look(list, 400, Sample.refusal(9999)).outcome == .wrongScope)
        #expect(look(list, 400, Sample.refusal(12091)).outcome == .refused)
        #expect(look(list, 429, "").outcome == .rateLimited)
        #expect(look(list, 200, Sample.refusal(971)).outcome == .rateLimited)
        #expect(look(list, 502, "<html>").outcome == .temporary)
        #expect(look(list, 301, "").outcome == .temporary)
    }

    @Test func headersAndFailuresAreKept() {
        let headers = AnswerHeaders(rayID: "8f2c", rateLimit: "\"default\";r=3;t=9", retryAfter: "7")
        let answer = LookupAnswer(to: list, .response(HTTPResponse(status: 429, headers: headers, body: .cutShort("reset"))))
        #expect(answer.outcome == .rateLimited)
        #expect(answer.retryAfter == .seconds(7))
        #expect(answer.rateLimit?.remaining == 3)
        #expect(answer.details.rayID == "8f2c")
        let lost = TransportFailure(mayHaveBeenSent: true, reason: "no answer in time", detail: "timeout")
        #expect(LookupAnswer(to: list, .failure(lost)).outcome == .temporary)
        let unsent = TransportFailure(mayHaveBeenSent: false, reason: "no connection", detail: "refused")
        #expect(LookupAnswer(to: list, .failure(unsent)).outcome == .unreachable)
    }

    @Test func pathsAreWhatTheAPIExpects() {
        let scope = "/accounts/023e105f4ecef8ad9ca31a8372d0c353/access"
        #expect(CloudflareAPI.path(list) == "\(scope)/service_tokens?page=1&per_page=1000")
        #expect(CloudflareAPI.path(probe) == "\(scope)/apps/00000000-0000-4000-8000-000000000000/policies?per_page=1")
        let zone = LookupCall(scope: Sample.zone, question: .tokens(page: 7), lane: LaneID(0))
        #expect(CloudflareAPI.path(zone) == "/zones/699d98642c564d2e855e9661899b7252/access/service_tokens?page=7&per_page=1000")
    }
}
