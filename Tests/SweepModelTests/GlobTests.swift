import SweepModel
import Testing

@Suite struct GlobTests {
    @Test(arguments: [
        ("*", ""), ("*", "anything"), ("prod-*", "prod-"), ("prod-*", "prod-1"), ("*-ci", "a-ci"), ("a*b*c", "a1b2b3c"), ("?", "é"),
        ("a?c", "abc"), ("**", "x"), ("[x]", "x"), ("[a-c]", "b"), ("[!a-c]", "d"), (#"\[x]"#, "[x]"), (#"\*"#, "*"),
        ("*.access", "a.access.access"),
    ])
    func fits(_ pattern: String, _ name: String) throws {
        #expect(try #require(Glob(pattern)).matches(name))
    }

    @Test(arguments: [
        ("prod-*", "a-prod-1"), ("prod", "prod-1"), ("?", ""), ("?", "ab"), ("A*", "a"), ("a*b", "abc"), ("[a-c]", "d"), ("[!a-c]", "b"),
        (#"\*"#, "x"),
    ])
    func doesNotFit(_ pattern: String, _ name: String) throws {
        #expect(try !#require(Glob(pattern)).matches(name))
    }

    @Test(arguments: ["", "[", "[]", "[c-a]", #"a\"#]) func whatIsNoPatternIsRefused(_ pattern: String) {
        #expect(Glob(pattern) == nil)
    }

    @Test func hostilePatternsEnd() throws {
        let name = String(repeating: "a", count: 2000)
        #expect(try !#require(Glob(String(repeating: "*a", count: 500) + "b")).matches(name))
    }
}
