import CloudflareSimulator

/// A small world that has one of everything, and requests to it.
enum Sample {
    static let account = "023e105f4ecef8ad9ca31a8372d0c353"
    static let emptyAccount = "11111111111111111111111111111111"
    static let zone = "22222222222222222222222222222222"

    static let text = """
        {
          // Comments are allowed.
          accounts: [
            { id: "\(account)",
              tokens: [
                { generate: 30, prefix: "ci-" },
                { generate: 1, first: 100, prefix: "in-group-" },
                { generate: 1, first: 101, prefix: "in-app-policy-" },
                { generate: 1, first: 102, prefix: "in-policy-" },
                { generate: 1, first: 103, prefix: "in-scim-" },
                { generate: 1, first: 104, prefix: "flagged-", in_use: true },
                { generate: 1, first: 105, prefix: "hidden-", listed: false, duration: "forever" },
              ],
              groups: [
                { id: "g1", name: "inner", include: [{ service_token: { token_id: "\(id(100))" } }], exclude: [], require: [] },
                { id: "g2", name: "outer", include: [{ group: { id: "g1" } }], exclude: [], require: [] },
              ],
              apps: [
                { id: "a1", name: "wiki", type: "self_hosted",
                  policies: [{ id: "p1", decision: "non_identity", include: [{ service_token: { token_id: "\(id(101))" } }] }],
                  scim_config: { idp_uid: "x", remote_uri: "https://example.com",
                    authentication: { scheme: "access_service_token", client_id: "\(clientID(103))" } } },
              ],
              policies: [{ id: "p2", name: "shared", decision: "allow", reusable: true, require: [{ service_token: { token_id: "\(id(102))" } }] }],
              doh: { token_id: "\(id(1))" } },
            { id: "\(emptyAccount)", zero_trust: false },
          ],
          zones: [{ id: "\(zone)", tokens: [{ generate: 2 }] }],
          credentials: [
            { label: "writer", token: "cfut_writer", user: "alice" },
            { label: "reader", token: "cfat_reader", access: "read" },
            { label: "second", token: "cfut_second", user: "alice" },
            { label: "blind", token: "cfut_blind", access: "none" },
            { label: "elsewhere", token: "cfut_elsewhere", accounts: ["\(emptyAccount)"], zones: [] },
            { label: "revoked", token: "cfut_revoked", revoked: true },
            { label: "worn", token: "cfut_worn", revoked_after: 1 },
            { label: "abroad", token: "cfut_abroad", ip_filtered: true },
            { label: "key", email: "a@example.com", key: "0123456789abcdef" },
          ],
        }
        """

    static func world(_ change: (inout World) -> Void = { _ in }) throws -> World {
        var world = try World.parse(text)
        change(&world)
        return world
    }

    static func simulation(_ change: (inout World) -> Void = { _ in }) throws -> Simulation {
        Simulation(try world(change), epoch: 1_800_000_000_000)
    }

    /// The id of generated token `number`.
    static func id(_ number: Int) -> String { ServiceToken.generatedID(number) }

    static func clientID(_ number: Int) -> String { "\(hexadecimal(UInt64(number), digits: 32)).access" }

    /// The path of the account's Access, and what follows.
    static func path(_ rest: String) -> String { "/client/v4/accounts/\(account)/access/\(rest)" }

    static func request(_ method: String, _ target: String, token: String = "cfut_writer", body: String = "") -> Request {
        var request = Request(method, target)
        request.authorization = "Bearer \(token)"
        request.body = Array(body.utf8)
        return request
    }

    /// A request about token `number` of the account.
    static func token(_ method: String, _ number: Int, _ rest: String = "", token: String = "cfut_writer", body: String = "") -> Request {
        request(method, path("service_tokens/\(id(number))\(rest)"), token: token, body: body)
    }
}

extension Answer {
    /// The body as JSON. Throws where it is none.
    func json() throws -> JSON { try JSON.parse(body) }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

extension Simulation {
    /// The answer at time 0.
    mutating func answer(_ request: Request) -> Answer { handle(request, at: 0).answer }
}
