import CloudflareSimulator
import Testing

@Suite struct RouteTests {
    private let account = ScopeReference(kind: .account, id: "abc")
    private let zone = ScopeReference(kind: .zone, id: "abc")

    @Test func everyPathOfTheDescriptionIsKnown() {
        let base = "/client/v4/accounts/abc/access/"
        #expect(Route(path: "/client/v4/user/tokens/verify") == .userVerify)
        #expect(Route(path: "/client/v4/accounts/abc/tokens/verify") == .accountVerify(account))
        #expect(Route(path: base + "service_tokens") == .access(account, .tokens))
        #expect(Route(path: base + "service_tokens/AB-1") == .access(account, .token("ab-1")))
        #expect(Route(path: base + "service_tokens/x/rotate") == .access(account, .rotate("x")))
        #expect(Route(path: base + "service_tokens/x/refresh") == .access(account, .refresh("x")))
        #expect(Route(path: base + "apps") == .access(account, .apps))
        #expect(Route(path: base + "apps/x/policies") == .access(account, .appPolicies("x")))
        #expect(Route(path: base + "groups") == .access(account, .groups))
        #expect(Route(path: base + "groups/x") == .access(account, .group("x")))
        #expect(Route(path: base + "policies") == .access(account, .policies))
        #expect(Route(path: base + "organizations/doh") == .access(account, .doh))
        #expect(Route(path: "/client/v4/zones/abc/access/service_tokens/x") == .access(zone, .token("x")))
    }

    @Test(arguments: [
        "", "/", "/client/v4", "/client/v4/accounts/abc/access", "/client/v4/accounts/abc/access/", "/client/v3/user/tokens/verify",
        "/client/v4/zones/abc/tokens/verify", "/client/v4/zones/abc/access/policies", "/client/v4/zones/abc/access/organizations/doh",
        "/client/v4/zones/abc/access/service_tokens/x/rotate", "/client/v4/accounts/abc/access/service_tokens/x/y",
    ])
    func otherPathsAreNot(path: String) {
        #expect(Route(path: path) == nil)
    }

    @Test func aQueryIsDecoded() {
        let request = Request("GET", "/a?name=a%20b+c&page=2&empty=&flag")
        #expect(request.path == "/a")
        #expect(request.query("name") == "a b c" && request.query("page") == "2")
        #expect(request.query("empty") == "" && request.query("flag") == "" && request.query("nothing") == nil)
    }
}
