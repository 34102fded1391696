import CloudflareSimulator
import Testing

@Suite struct ConformanceTests {
    /// A request, the status it is answered with, and the schema of the body.
    struct Row: Sendable, CustomTestStringConvertible {
        var request: Request
        var status = 200
        var schema: String
        var testDescription: String { "\(request.method) \(request.target) → \(status)" }

        init(_ method: String, _ rest: String, _ schema: String, status: Int = 200) {
            request = Sample.request(method, rest.hasPrefix("/") ? rest : Sample.path(rest))
            self.status = status
            self.schema = schema
        }
    }

    static let rows = [
        Row("GET", "service_tokens", "service_token_collection"),
        Row("GET", "service_tokens/\(Sample.id(1))", "service_token_single"),
        Row("GET", "service_tokens/\(Sample.id(105))", "service_token_single"),
        Row("DELETE", "service_tokens/\(Sample.id(1))", "service_token_single"),
        Row("PUT", "service_tokens/\(Sample.id(1))", "api-response-common-failure", status: 400),
        Row("POST", "service_tokens/\(Sample.id(1))/rotate", "service_token_with_secret_single"),
        Row("POST", "service_tokens/\(Sample.id(1))/refresh", "service_token_single"),
        Row("GET", "/client/v4/user/tokens/verify", "token_verify_single"),
        Row("GET", "apps", "app_collection"),
        Row("GET", "apps/a1/policies", "app_policy_collection"),
        Row("GET", "policies", "reusable_policy_collection"),
        Row("GET", "groups", "group_collection"),
        Row("GET", "groups/g2", "group_single"),
        Row("GET", "organizations/doh", "doh_single"),
        Row("GET", "groups/none", "api-response-common-failure", status: 404),
        Row("DELETE", "service_tokens/\(Sample.id(999))", "api-response-common-failure", status: 404),
        Row("DELETE", "service_tokens/\(Sample.id(100))", "api-response-common-failure", status: 400),
        Row("DELETE", "service_tokens/x", "api-response-common-failure", status: 400),
        Row("GET", "service_tokens?per_page=3", "api-response-common-failure", status: 400),
        Row("GET", "/client/v4/accounts/1/access/apps", "api-response-common-failure", status: 404),
    ]

    @Test(arguments: rows) func answersMeetTheDescription(row: Row) throws {
        var simulation = try Sample.simulation()
        let answer = simulation.answer(row.request)
        #expect(answer.status == row.status)
        #expect(try SchemaCheck().problems(answer.json(), against: row.schema) == [])
        #expect(answer.header("cf-ray")?.wholeMatch(of: /[0-9a-f]{16}-SIM/) != nil)
        #expect(answer.header("Ratelimit")?.wholeMatch(of: /"default";r=1199;t=300/) != nil)
        #expect(answer.header("Ratelimit-Policy") == "\"default\";q=1200;w=300")
        #expect(answer.header("retry-after") == nil)
    }

    @Test func theCheckFindsWhatIsWrong() throws {
        let check = try SchemaCheck()
        let answer: JSON = ["success": true, "errors": [], "result": ["id": 5, "created_at": "today", "enabled": .null]]
        #expect(
            Set(check.problems(answer, against: "service_token_single")) == [
                "$.messages is missing", "$.result.id is no string", "$.result.created_at is no time", "$.result.enabled is null",
            ])
    }
}
