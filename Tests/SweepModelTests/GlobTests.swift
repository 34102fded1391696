import SweepModel
import SweepTestSupport
import Testing

@Suite struct GlobTests {
    @Test(arguments: [
        ("prod-*", "prod-", true), ("prod-*", "prod-api", true), ("prod-*", "Prod-api", false), ("prod-*", "my-prod-api", false),
        ("*prod*", "my-prod-api", true), ("*", "", true), ("*", "anything", true), ("**a", "bba", true), ("a*b*c", "a1b2b3c", true),
        ("a*b*c", "a1b2b3", false), ("?", "é", true), ("?", "", false), ("??", "a", false), ("ci-[0-9]", "ci-7", true),
        ("ci-[0-9]", "ci-x", false), ("ci-[!0-9]", "ci-x", true), ("ci-[^0-9]", "ci-7", false), ("[a-cx]", "x", true),
        ("[a-cx]", "d", false),
        ("[a-]", "-", true), ("[\\]]", "]", true), ("\\*", "*", true), ("\\*", "a", false), ("a\\[b", "a[b", true), ("a]", "a]", true),
        ("naïve", "nai\u{308}ve", true), ("nai\u{308}ve", "naïve", true), ("na?ve", "nai\u{308}ve", true),
        // A combining mark makes one character of itself and what stands before it: a protected name is one all the same.
        ("prod-*", "prod-\u{301}api", true), ("prod-*", "prod-\u{20e3}", true), ("prod-*", "prod-\u{200d}api", true),
        ("prod-*-db", "prod-\u{301}a-db", true), ("prod[-_]*", "prod-\u{301}api", true), ("*\u{301}*", "prod-\u{301}api", true),
        ("prod\r*", "prod\r\n", true), ("prod-*", "pro\u{301}d-api", false),
        // One that joins what follows it: as a character the bracket would not be escaped.
        ("\u{605}\\[*", "\u{605}[a", true),
    ])
    func matching(pattern: String, name: String, matches: Bool) throws {
        #expect(try #require(Glob(pattern)).matches(name) == matches)
    }

    @Test(arguments: [
        ("", "an empty pattern", 1), ("[", "a set that is never closed", 1), ("é*[a", "a set that is never closed", 3),
        ("[a-", "a set that is never closed", 1), ("a[]", "an empty set", 2), ("a[!]", "an empty set", 2),
        ("x[az-a]", "a range that runs backwards", 4), ("[\\z-\\a]", "a range that runs backwards", 2),
        ("a\\", "a backslash with nothing behind it", 2), ("[a-\\", "a backslash with nothing behind it", 4),
        ("[\\", "a backslash with nothing behind it", 2),
    ])
    func malformed(pattern: String, reason: String, position: Int) {
        #expect(Glob(pattern) == nil)
        #expect(throws: TextFlaw(reason, at: position)) { try Glob(parsing: pattern) }
    }

    @Test("A name full of near misses costs no more than its length allows", .timeLimit(.minutes(1)))
    func hostileName() throws {
        let glob = try #require(Glob(String(repeating: "a*", count: 50) + "b"))
        #expect(!glob.matches(String(repeating: "a", count: 5000)))
    }

    @Test("Agrees with the definition on every short pattern and name")
    func definition() throws {
        let names = words(of: Array("ab"), upTo: 4)
        for pattern in words(of: Array("ab*?"), upTo: 4) where !pattern.isEmpty {
            let glob = try #require(Glob(pattern))
            for name in names {
                #expect(glob.matches(name) == fits(pattern[...], name[...]), "\(pattern) and \(name)")
            }
        }
    }

    private func fits(_ pattern: Substring, _ name: Substring) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        let rest = pattern.dropFirst()
        if first == "*" { return fits(rest, name) || (!name.isEmpty && fits(pattern, name.dropFirst())) }
        guard let character = name.first else { return false }
        return (first == "?" || first == character) && fits(rest, name.dropFirst())
    }

    private func words(of letters: [Character], upTo length: Int) -> [String] {
        length == 0 ? [""] : [""] + letters.flatMap { letter in words(of: letters, upTo: length - 1).map { String(letter) + $0 } }
    }
}
