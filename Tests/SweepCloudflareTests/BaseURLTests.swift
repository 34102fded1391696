import Testing

@testable import SweepCloudflare

@Suite("Base URLs")
struct BaseURLTests {
    @Test(
        "Accepted",
        arguments: [
            ("https://api.cloudflare.com/client/v4", "https://api.cloudflare.com/client/v4"),
            ("https://api.cloudflare.com/client/v4/", "https://api.cloudflare.com/client/v4"),
            ("HTTPS://gateway.example:8443", "https://gateway.example:8443"),
            ("http://127.0.0.1:8080/client/v4//", "http://127.0.0.1:8080/client/v4"),
            ("http://127.9.8.7", "http://127.9.8.7"),
            ("http://localhost:1/", "http://localhost:1"),
            ("http://[::1]:8080/client/v4", "http://[::1]:8080/client/v4"),
        ])
    func accepted(_ text: String, _ normal: String) throws {
        #expect(try BaseURL(text).description == normal)
    }

    @Test(
        "Refused",
        arguments: [
            ("", BaseURLProblem.unreadable), ("api.cloudflare.com/client/v4", .unreadable), ("https://", .unreadable),
            ("https://api.cloudflare.com/client v4", .unreadable), ("https://a.example/\r\nX: y", .unreadable),
            ("http://api.cloudflare.com/client/v4", .notEncrypted), ("http://127.0.0.1.example", .notEncrypted),
            ("http://128.0.0.1", .notEncrypted), ("http://localhost.example", .notEncrypted), ("http://[::2]", .notEncrypted),
            ("http://0.0.0.0", .notEncrypted), ("ftp://127.0.0.1", .otherScheme), ("file:///etc/passwd", .unreadable),
            ("https://user@a.example", .holdsCredentials), ("https://user:word@a.example", .holdsCredentials),
            ("http://127.0.0.1@evil.example", .holdsCredentials), ("https://a.example/?x", .holdsQuery),
            ("https://a.example/#x", .holdsQuery),
            ("https://a.example/?", .holdsQuery),
        ])
    func refused(_ text: String, _ problem: BaseURLProblem) {
        #expect(throws: problem) { try BaseURL(text) }
    }

    @Test func theDefaultIsWhatItsTextSays() throws {
        #expect(try BaseURL(BaseURL.cloudflare.description) == .cloudflare)
    }

    @Test func proxiesAreChosenAsCurlDoes() throws {
        let base = BaseURL.cloudflare
        #expect(ProxyChoice(for: base, environment: [:]) == .none)
        #expect(ProxyChoice(for: base, environment: ["HTTPS_PROXY": ""]) == .none)
        #expect(ProxyChoice(for: base, environment: ["HTTP_PROXY": "http://p"]) == .none)
        #expect(ProxyChoice(for: base, environment: ["HTTPS_PROXY": "b", "https_proxy": "a"]) == .url("a", exceptions: nil))
        #expect(ProxyChoice(for: base, environment: ["ALL_PROXY": "c", "NO_PROXY": "x,y"]) == .url("c", exceptions: "x,y"))
    }

    @Test func noProxyTakesACredentialOffTheMachineInClearText() throws {
        let environment = ["http_proxy": "http://p", "HTTPS_PROXY": "http://p", "ALL_PROXY": "http://p"]
        #expect(ProxyChoice(for: try BaseURL("http://127.0.0.1:8080"), environment: environment) == .none)
    }
}
