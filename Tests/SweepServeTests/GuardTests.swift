import Testing

@testable import SweepServe

@Suite struct GuardTests {
    static let secret = "0123456789abcdef0123456789abcdef"

    private func refusal(
        _ method: String = "GET", _ target: String = "/api/jobs", token: String? = nil, _ headers: [String: String] = [:]
    ) throws -> RequestGuard.Refusal? {
        let hosts = HostRule(address: try #require(ListenAddress("127.0.0.1:7461")))
        let gate = RequestGuard(hosts: hosts, token: token.flatMap { AccessToken($0) })
        let all = ["host": "localhost:7461"].merging(headers) { $1 }
        return gate.refusal(try #require(HTTPRequest(method: method, target: target, headers: all)))
    }

    @Test func `a plain request is let in`() throws {
        #expect(try refusal() == nil)
        #expect(try refusal("HEAD") == nil)
        #expect(try refusal(["sec-fetch-site": "same-origin"]) == nil)
        #expect(try refusal(["sec-fetch-site": "none", "sec-fetch-mode": "navigate"]) == nil)
        #expect(try refusal(["origin": "http://localhost:7461"]) == nil)
    }

    private func refusal(_ headers: [String: String]) throws -> RequestGuard.Refusal? { try refusal("GET", "/api/jobs", headers) }

    @Test func `a foreign host is refused first of all`() throws {
        #expect(try refusal(["host": "evil.example:7461"]) == .foreignHost)
        #expect(try refusal("POST", "/", token: Self.secret, ["host": "evil.example"]) == .foreignHost)
        #expect(try refusal("GET", "/healthz", ["host": "evil.example"]) == .foreignHost)
    }

    @Test(arguments: [
        ["origin": "http://evil.example"], ["origin": "null"], ["origin": "http://localhost:7462"], ["origin": "ftp://localhost:7461"],
        ["sec-fetch-site": "cross-site"], ["sec-fetch-site": "same-site"], ["sec-fetch-site": "whatever"],
        ["sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"],
    ])
    func `other sites are refused`(headers: [String: String]) throws {
        #expect(try refusal(headers) == .crossSite)
    }

    @Test func `a link to the page may stand anywhere, a frame may not`() throws {
        let link = ["sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"]
        #expect(try refusal("GET", "/", link) == nil)
        #expect(try refusal("GET", "/", link.merging(["sec-fetch-dest": "iframe"]) { $1 }) == .crossSite)
        #expect(try refusal("GET", "/", link.merging(["sec-fetch-mode": "no-cors"]) { $1 }) == .crossSite)
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get"])
    func `nothing can be changed`(method: String) throws {
        #expect(try refusal(method) == .method)
    }

    @Test func `a token is wanted everywhere but for the health`() throws {
        #expect(try refusal("GET", "/", token: Self.secret) == .token)
        #expect(try refusal("GET", "/metrics", token: Self.secret) == .token)
        #expect(try refusal("GET", "/healthz", token: Self.secret) == nil)
        #expect(try refusal("GET", "/", token: Self.secret, ["authorization": "Bearer \(Self.secret)"]) == nil)
    }
}

@Suite struct AccessTokenTests {
    private let token = AccessToken(GuardTests.secret)

    @Test(arguments: ["Bearer \(GuardTests.secret)", "bearer \(GuardTests.secret)", "Basic OjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm"])
    func right(header: String) throws {
        #expect(try #require(token).opens(header))
    }

    @Test(arguments: [
        nil, "", "Bearer", "Bearer ", "Bearer x", "Bearer \(GuardTests.secret)x", "Bearer \(GuardTests.secret.dropLast())",
        "Bearer \(GuardTests.secret)\(GuardTests.secret)", "Digest \(GuardTests.secret)", GuardTests.secret,
        // Without a colon there is no password.
        "Basic MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "Basic !!!!", "Basic", "Basic ====",
    ])
    func wrong(header: String?) throws {
        #expect(try !#require(token).opens(header))
    }

    @Test func `a short or odd text is no token`() {
        #expect(AccessToken("short") == nil)
        #expect(AccessToken("0123456789abcdef 0123456789abcdef") == nil)
        #expect(AccessToken("0123456789abcdef0123456789abcdé") == nil)
    }

    @Test func `it is not printed`() throws {
        let token = try #require(token)
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!"\(token) \(String(reflecting: token)) \(dumped)".contains("0123"))
    }

    @Test(arguments: [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYmFy", "foobar"), ("+/+/", "\u{FB}\u{FF}\u{BF}")])
    func base64(text: String, plain: String) {
        #expect(Base64.decoded(text[...]) == plain.unicodeScalars.map { UInt8($0.value) })
    }
}
