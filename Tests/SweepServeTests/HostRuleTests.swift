import Testing

@testable import SweepServe

@Suite struct HostRuleTests {
    private func rule(_ address: String, names: Set<String> = []) throws -> HostRule {
        HostRule(address: try #require(ListenAddress(address)), names: names)
    }

    @Test(arguments: ["127.0.0.1:7461", "localhost:7461", "LocalHost:7461", "[::1]:7461", "127.0.0.2:7461"])
    func `loopback goes by all its names`(host: String) throws {
        #expect(try rule("127.0.0.1:7461").allows(host))
    }

    @Test(arguments: [
        "evil.example:7461", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.evil.example:7461", "localhost.evil.example:7461", "localhost",
        "", ":7461", "127.0.0.1:7461:7461", "127.0.0.1:+7461", "127.0.0.1:07461x", "[::1]7461", "[::1", "user@127.0.0.1:7461",
        "192.0.2.1:7461", "2130706433:7461", "0x7f.1:7461", "localhost.:7461", "127.1:7461",
    ])
    func `a name that nobody gave is refused`(host: String) throws {
        #expect(try !rule("127.0.0.1:7461").allows(host))
    }

    @Test func `without a port the one of HTTP is meant`() throws {
        #expect(try rule("127.0.0.1:80").allows("localhost"))
        #expect(try !rule("127.0.0.1:80").allows("evil.example"))
    }

    @Test func `everywhere answers to addresses, not to names`() throws {
        let rule = try rule("0.0.0.0:7461")
        #expect(rule.allows("192.0.2.1:7461") && rule.allows("[2001:db8::1]:7461") && rule.allows("localhost:7461"))
        #expect(!rule.allows("evil.example:7461"))
    }

    @Test func `one address answers to itself`() throws {
        let rule = try rule("192.0.2.1:7461")
        #expect(rule.allows("192.0.2.1:7461"))
        #expect(!rule.allows("192.0.2.2:7461") && !rule.allows("localhost:7461") && !rule.allows("127.0.0.1:7461"))
    }

    @Test func `a given name goes with any port`() throws {
        let rule = try rule("192.0.2.1:7461", names: ["sweep.example.com"])
        #expect(rule.allows("sweep.example.com") && rule.allows("Sweep.Example.com:443"))
        #expect(!rule.allows("sweep.example.com.evil.example"))
    }
}

@Suite struct ListenAddressTests {
    @Test(arguments: [
        ("127.0.0.1:7461", "127.0.0.1:7461", true), ("localhost:0", "127.0.0.1:0", true), ("[::1]:80", "[::1]:80", true),
        ("0.0.0.0:80", "0.0.0.0:80", false), ("[::]:80", "[::]:80", false), ("192.0.2.1:65535", "192.0.2.1:65535", false),
        ("127.9.9.9:1", "127.9.9.9:1", true),
    ])
    func readable(text: String, shown: String, isLoopback: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.description == shown && address.isLoopback == isLoopback)
    }

    @Test(arguments: [
        "", "127.0.0.1", "127.0.0.1:", ":80", "example.com:80", "::1:80", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "[::1]",
    ])
    func unreadable(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
