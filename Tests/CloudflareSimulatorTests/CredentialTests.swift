import CloudflareSimulator
import Testing

@Suite struct CredentialTests {
    /// A credential, and the status and code that a DELETE with it meets.
    struct Refusal: Sendable, CustomTestStringConvertible {
        var token: String
        var status: Int
        var code: Int
        var path = Sample.path("service_tokens/\(Sample.id(1))")
        var testDescription: String { "\(token) → \(status)/\(code)" }
    }

    static let emptyPath = "/client/v4/accounts/\(Sample.emptyAccount)/access/service_tokens"

    @Test(arguments: [
        Refusal(token: "cfut_unknown", status: 401, code: 1000), Refusal(token: "a b", status: 400, code: 6003),
        Refusal(token: "", status: 400, code: 6003), Refusal(token: "cfat_reader", status: 403, code: 1010),
        Refusal(token: "cfut_blind", status: 403, code: 10000), Refusal(token: "cfut_elsewhere", status: 403, code: 10000),
        Refusal(token: "cfut_revoked", status: 403, code: 9109), Refusal(token: "cfut_abroad", status: 403, code: 9109),
        Refusal(token: "cfut_writer", status: 404, code: 7003, path: "/client/v4/accounts/12345/access/service_tokens"),
        Refusal(token: "cfut_writer", status: 404, code: 7003, path: "/client/v4/nowhere/at/all"),
        Refusal(
            token: "cfut_writer", status: 400, code: 7003, path: "/client/v4/accounts/\(Sample.zone)/access/service_tokens/\(Sample.id(1))"),
        Refusal(token: "cfut_writer", status: 400, code: 9999, path: emptyPath),
        Refusal(token: "cfut_writer", status: 405, code: 7001, path: Sample.path("service_tokens")),
    ])
    func refusals(_ refusal: Refusal) throws {
        var simulation = try Sample.simulation()
        let reply = simulation.handle(Sample.request("DELETE", refusal.path, token: refusal.token), at: 0)
        #expect(reply.answer.status == refusal.status)
        #expect(reply.answer.code == refusal.code)
        #expect(reply.entry.effect == .none)
        #expect(simulation.answer(Sample.token("GET", 1)).status == 200)
    }

    @Test func theFlatAndTheShortShapeAreProduced() throws {
        var simulation = try Sample.simulation()
        let flat = simulation.answer(Sample.token("DELETE", 1, token: "cfat_reader"))
        #expect(String(decoding: flat.body, as: UTF8.self) == #"{"code":1010,"error":"auth.forbidden"}"#)
        let short = simulation.answer(Sample.token("DELETE", 1, token: "cfut_blind"))
        #expect(
            String(decoding: short.body, as: UTF8.self) == #"{"success":false,"errors":[{"code":10000,"message":"Authentication error"}]}"#)
    }

    @Test func emailAndKey() throws {
        var simulation = try Sample.simulation()
        func answer(_ email: String?, _ key: String?) -> Answer {
            var request = Request("GET", Sample.path("service_tokens"))
            (request.authEmail, request.authKey) = (email, key)
            return simulation.answer(request)
        }
        #expect(answer("a@example.com", "0123456789abcdef").status == 200)
        #expect(answer(nil, nil).code == 9106)
        #expect(answer("a@example.com", nil).code == 9106)
        #expect(answer("a@example.com", "wrong").code == 9103)
        #expect(answer("b@example.com", "0123456789abcdef").code == 9103)
        let malformed = try answer("a@example.com", "a b").json()
        #expect(malformed["errors"]?.array?.first?["error_chain"] == [["code": 6103, "message": "Invalid format for X-Auth-Key header"]])
    }

    @Test func aCredentialIsRevokedOnTheWay() throws {
        var simulation = try Sample.simulation()
        #expect(simulation.answer(Sample.token("DELETE", 1, token: "cfut_worn")).status == 200)
        #expect(simulation.answer(Sample.token("DELETE", 2, token: "cfut_worn")).code == 9109)
    }

    @Test func aZoneMayNeedAKey() throws {
        var simulation = try Sample.simulation { $0.settings.zonesNeedKey = true }
        let path = "/client/v4/zones/\(Sample.zone)/access/service_tokens/\(Sample.id(1))"
        let refused = simulation.answer(Sample.request("DELETE", path))
        #expect(refused.status == 405 && refused.code == 10000)
        var request = Request("DELETE", path)
        (request.authEmail, request.authKey) = ("a@example.com", "0123456789abcdef")
        #expect(simulation.answer(request).status == 200)
    }

    @Test func eachVerifyEndpointRefusesTheOtherKind() throws {
        var simulation = try Sample.simulation()
        let (user, account) = ("/client/v4/user/tokens/verify", "/client/v4/accounts/\(Sample.account)/tokens/verify")
        #expect(simulation.answer(Sample.request("GET", user)).status == 200)
        #expect(simulation.answer(Sample.request("GET", account)).code == 1000)
        #expect(simulation.answer(Sample.request("GET", account, token: "cfat_reader")).status == 200)
        #expect(simulation.answer(Sample.request("GET", user, token: "cfat_reader")).code == 1000)
        #expect(simulation.answer(Sample.request("GET", user, token: "cfut_revoked")).code == 1000)
    }

    @Test func theCapabilityProbeTellsWhoMayRead() throws {
        var simulation = try Sample.simulation()
        let probe = Sample.path("apps/00000000-0000-4000-8000-000000000000/policies?per_page=1")
        let yes = simulation.answer(Sample.request("GET", probe))
        #expect(yes.status == 404 && yes.code == 11021)
        let no = simulation.answer(Sample.request("GET", probe, token: "cfut_blind"))
        #expect(no.status == 403 && no.code == 10000)
        let empty = simulation.answer(Sample.request("GET", Sample.path("apps"), token: "cfut_blind"))
        #expect(empty.status == 200)
        #expect(try empty.json()["result"] == [])
    }
}
