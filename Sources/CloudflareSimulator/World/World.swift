/// What the simulated API knows when it starts: scopes with their tokens, credentials, and what is to go wrong.
///
/// The file is JSON with comments (JSON5). Every key that is not marked "required" may be left out; an unknown key is refused.
///
///     {
///       // How the API behaves. Flags of the program win over these.
///       seed: 1,                   // every draw by chance is a function of it
///       rate: "1200/5m",           // the budget of a user; "none" switches it and ip_rate off
///       window: "fixed",           // or "sliding"
///       block_scale: 1.0,          // times 300 s: how long a user over the budget is refused
///       ip_rate: 200,              // requests a second of one address; 0 switches it off
///       latency: "0ms",            // before every answer
///       jitter: "0ms",             // up to this much more, drawn for each request
///       rate_limit_shape: "envelope",  // of a real 429: "envelope" (971), "flat" (971), "historic" (10100), "mixed"
///       zones_need_key: false,     // API tokens are refused on zone paths: 405, code 10000
///
///       accounts: [{
///         id: "023e105f4ecef8ad9ca31a8372d0c353",   // required, 32 lower-case hex
///         zero_trust: true,        // false: 400, code 9999
///         tokens: [
///           { id: "f174e90a-fafe-4643-bbbc-4a0ed4fc8415",   // required
///             name: "ci", client_id: "88bf….access", duration: "8760h", enabled: true,
///             created_at: "…", updated_at: "…", expires_at: "…", last_seen_at: "…",   // RFC 3339, passed on as they stand
///             in_use: false,       // true: refused with 400, code 12139, without a visible reference
///             listed: true,        // false: exists, but no list shows it
///             faults: [{ kind: "lost_reply", times: 1 }] },
///           { generate: 500, first: 1, prefix: "ci-", in_use: false },
///         ],
///         apps: [{ id: "…", policies: [{ id: "…", include: [{ service_token: { token_id: "…" } }] }],
///                  scim_config: { authentication: { scheme: "access_service_token", client_id: "…" } } }],
///         policies: [{ id: "…", … }], groups: [{ id: "…", include: [{ group: { id: "…" } }] }],   // as the API shows them
///         doh: { token_id: "…", jwt_duration: "24h" },
///       }],
///       zones: [{ id: "…" /* and all that an account has */ }],
///
///       credentials: [
///         { label: "ci", token: "cfut_…",          // or email: "…", key: "…"
///           user: "alice",         // whose budget it uses; its own label when left out
///           kind: "user",          // or "account"; told by the prefix cfut_ or cfat_ when left out
///           accounts: ["…"], zones: ["…"],         // what it may touch; all when left out
///           access: "write",       // "read": changes are refused with a flat 1010; "none": no Access permission;
///                                  // "tokens": service tokens only, nothing that may refer to them
///           revoked: false,        // 403, code 9109
///           revoked_after: 100,    // revoked once it has made so many requests
///           ip_filtered: false },  // 403, code 9109 "Cannot use the access token from location: …"
///       ],
///
///       faults: [{ kind: "http_500", probability: 0.01, … }],   // FaultRule
///       outages: [{ kind: "plain_522", from_ms: 0, to_ms: 5000 }, { kind: "reset_before", after_requests: 100, requests: 50 }],
///       brownout: { kind: "html_502", probability: 0.2 },       // any request, of any method
///     }
///
/// Token i of `{ generate: n, first: f, prefix: p }` (i from 0 to n-1, f is 1 when left out) has the number k = f + i,
/// the id `00000000-0000-4000-8000-%012x` of k, the client id `%032x.access` of k, and the name p followed by k in decimal.
/// All other keys of a token are allowed beside `generate` and hold for each.
package struct World: Sendable, Equatable {
    package var settings = Settings()
    /// Accounts first, then zones, in the file's order.
    package var scopes: [Scope] = []
    package var credentials: [Credential] = []
    /// Rules for any token, tried after a token's own.
    package var faults: [FaultRule] = []
    package var outages: [Outage] = []

    package init() {}
}

extension World {
    /// Reads a world from text. Throws `WorldError`.
    package static func parse(_ text: String) throws(WorldError) -> World {
        let json: JSON
        do {
            json = try JSON.parse(text.utf8, lenient: true)
        } catch {
            throw WorldError(path: "", problem: "is not JSON with comments")
        }
        return try World(json)
    }

    package init(_ json: JSON) throws(WorldError) {
        var reader = try ObjectReader(json, at: "")
        settings = try Settings(from: &reader)
        for (path, element) in try reader.list("accounts") { scopes.append(try Scope(element, kind: .account, at: path)) }
        for (path, element) in try reader.list("zones") { scopes.append(try Scope(element, kind: .zone, at: path)) }
        for (path, element) in try reader.list("credentials") { credentials.append(try Credential(element, at: path)) }
        for (path, element) in try reader.list("faults") { faults.append(try FaultRule(element, at: path)) }
        for (path, element) in try reader.list("outages") { outages.append(try Outage(element, at: path)) }
        if let element = reader.value("brownout") { faults.append(try FaultRule(brownout: element, at: "brownout")) }
        try reader.finish()
        try refuseDuplicates()
    }

    private func refuseDuplicates() throws(WorldError) {
        if let twice = World.firstDuplicate(scopes.map(\.reference.path)) {
            throw WorldError(path: twice, problem: "is defined twice")
        }
        if let twice = World.firstDuplicate(credentials.map(\.label)) {
            throw WorldError(path: "credentials", problem: "have the label \(twice) twice")
        }
        for scope in scopes {
            guard let twice = World.firstDuplicate(scope.tokens.map(\.id)) else { continue }
            throw WorldError(path: scope.reference.path, problem: "has the token \(twice) twice")
        }
    }

    private static func firstDuplicate(_ values: [String]) -> String? {
        var seen: Set<String> = []
        return values.first { !seen.insert($0).inserted }
    }

    /// One line of JSON for each token, in the form of a manifest: `service_token_id`, `account_id` or `zone_id`, `name`.
    package var manifest: String {
        var lines = ""
        for scope in scopes {
            for token in scope.tokens {
                let line: JSON = ["service_token_id": .string(token.id), scope.manifestKey: .string(scope.id), "name": .string(token.name)]
                lines += line.text + "\n"
            }
        }
        return lines
    }
}
