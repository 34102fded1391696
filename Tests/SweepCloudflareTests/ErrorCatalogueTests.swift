import SweepModel
import Testing

@testable import SweepCloudflare

/// One row of what the API is known to answer to a DELETE.
struct KnownAnswer: Sendable, CustomTestStringConvertible {
    var status: Int
    var body: String
    var kind: AnswerClass

    init(_ status: Int, _ body: String, _ kind: AnswerClass) {
        self.status = status
        self.body = body
        self.kind = kind
    }

    init(_ status: Int, _ code: Int?, _ message: String, _ kind: AnswerClass) {
        self.init(status, Sample.refusal(code, message), kind)
    }

    var testDescription: String { "\(status) \(body.prefix(120)) → \(kind)" }
}

private let inUse =
    "access.api.error.service_token_in_use: cannot delete service token because it is used by a policy, group, or app SCIM configuration."
private let noRoute = "Could not route to /client/v4/accounts/x, perhaps your object identifier is invalid?"
private let slowDown = "Please wait and consider throttling your request speed"
private let badGateway = "<html><head><title>502 Bad Gateway</title></head><body>…</body></html>"

@Suite("Every known answer to a DELETE has its class")
struct ErrorCatalogueTests {
    @Test(arguments: [
        KnownAnswer(200, Sample.success, .deleted),
        KnownAnswer(400, 12139, inUse, .blocked),
        KnownAnswer(404, 12135, "access.api.error.service_token_not_found", .absent),
        KnownAnswer(404, nil, "access.api.error.not_found", .absent),
        KnownAnswer(404, nil, "", .absent),
        KnownAnswer(404, 7003, noRoute, .wrongScope),
        KnownAnswer(400, 7003, noRoute, .wrongScope),
        KnownAnswer(401, 10000, "Authentication error", .credentialRefused(mayPass: true)),
        KnownAnswer(403, 10000, "Authentication error", .credentialRefused(mayPass: true)),
        KnownAnswer(405, 10000, "DELETE method with API Tokens is not supported by this API", .credentialRefused(mayPass: false)),
        KnownAnswer(403, 10001, "Method not allowed for token", .credentialRefused(mayPass: false)),
        KnownAnswer(403, #"{"code":1010,"error":"auth.forbidden"}"#, .credentialRefused(mayPass: false)),
        KnownAnswer(403, 1007, "auth.key_not_in_claims", .credentialRefused(mayPass: false)),
        KnownAnswer(403, 9109, "Invalid access token", .credentialRefused(mayPass: false)),
        KnownAnswer(403, 9109, "Cannot use the access token from location: 192.0.2.1", .credentialRefused(mayPass: false)),
        KnownAnswer(403, 9109, "Max auth failures reached", .credentialRefused(mayPass: false)),
        KnownAnswer(401, 1000, "Invalid API Token", .credentialRefused(mayPass: false)),
        KnownAnswer(400, 6003, "Invalid request headers", .credentialRefused(mayPass: false)),
        KnownAnswer(400, 9103, "Unknown X-Auth-Key or X-Auth-Email", .credentialRefused(mayPass: false)),
        KnownAnswer(403, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers", .credentialRefused(mayPass: false)),
        KnownAnswer(400, 9999, "access.api.error.not_enabled", .wrongScope),
        KnownAnswer(400, 12130, "access.api.error.invalid_request: …", .refused),
        KnownAnswer(400, 12132, "access.api.error.conflict: …", .temporary(fateUnknown: false)),
        KnownAnswer(409, 12132, "access.api.error.conflict: …", .temporary(fateUnknown: false)),
        KnownAnswer(429, 971, slowDown, .rateLimited),
        KnownAnswer(429, 10100, slowDown, .rateLimited),
        KnownAnswer(429, 10429, slowDown, .rateLimited),
        KnownAnswer(200, 971, slowDown, .rateLimited),
        KnownAnswer(500, 971, slowDown, .rateLimited),
        KnownAnswer(200, #"{"code":971,"message":"Please wait"}"#, .rateLimited),
        KnownAnswer(403, 10001, "internal error", .temporary(fateUnknown: true)),
        KnownAnswer(500, 10001, "access.api.error.internal_server_error", .temporary(fateUnknown: true)),
        KnownAnswer(403, 1000, "upstream timeout", .temporary(fateUnknown: true)),
        KnownAnswer(401, 1000, "Request TIMEOUT", .temporary(fateUnknown: true)),
        KnownAnswer(408, "", .temporary(fateUnknown: true)),
        KnownAnswer(500, "{}", .temporary(fateUnknown: true)),
        KnownAnswer(502, badGateway, .temporary(fateUnknown: true)),
        KnownAnswer(503, "", .temporary(fateUnknown: true)),
        KnownAnswer(504, badGateway, .temporary(fateUnknown: true)),
        KnownAnswer(520, "error code: 520", .temporary(fateUnknown: true)),
        KnownAnswer(522, "error code: 522", .temporary(fateUnknown: true)),
        KnownAnswer(530, "error code: 1016", .temporary(fateUnknown: true)),
        KnownAnswer(422, 12345, "something else", .refused),
        KnownAnswer(400, "", .refused),
    ])
    func row(_ known: KnownAnswer) {
        #expect(Sample.answer(known.status, known.body).kind == known.kind)
    }

    @Test("A 429 is a 429 whatever its body", arguments: ["", "<html>slow down</html>", Sample.refusal(12135), Sample.success])
    func rateLimitedByStatus(_ body: String) {
        #expect(Sample.answer(429, body).kind == .rateLimited)
    }

    @Test func tooManyRequestsKeepsItsDelayThoughItsBodyBroke() {
        let headers = AnswerHeaders(retryAfter: "300")
        let answer = Sample.answer(429, .cutShort("connection reset"), headers: headers)
        #expect(answer.kind == .rateLimited)
        #expect(answer.retryAfter == .seconds(300))
    }

    @Test("Every row has a reason of its own words, without variable parts")
    func reasons() {
        for row in ErrorCatalogue.rows { #expect(!row.reason.isEmpty) }
    }

    @Test func aKnownErrorIsFoundBehindAnUnknownOne() {
        let body = #"{"success":false,"errors":[{"code":4711,"message":"?"},{"code":12139,"message":"in use"}]}"#
        let answer = Sample.answer(400, body)
        #expect(answer.kind == .blocked)
        #expect(answer.details.errorCode == 12139)
    }

    @Test func theFirstOfUnknownErrorsIsShown() {
        let body = #"{"success":false,"errors":[{"code":4711,"message":"one"},{"code":4712,"message":"two"}]}"#
        let answer = Sample.answer(400, body)
        #expect(answer.kind == .refused)
        #expect(answer.details.errorCode == 4711)
    }

    @Test func aWrongScopeOutranksAnAbsence() {
        let body = #"{"success":false,"errors":[{"code":12135},{"code":7003,"message":"Could not route"},{"code":7000}]}"#
        #expect(Sample.answer(404, body).kind == .wrongScope)
    }
}
