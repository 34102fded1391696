import SweepModel
import Testing

@testable import SweepManifest

@Suite("Credentials files")
struct CredentialsFileTests {
    private static let one = "0a000000000000000000000000000001"
    private static let two = "0a000000000000000000000000000002"

    private func load(_ text: String, path: String = "jobs/creds.json5") throws(ManifestError) -> CredentialsFile {
        try CredentialsFile(path: path, source: ChunkedSource(Array(text.utf8), size: 7))
    }

    private func scope(_ kind: Scope.Kind, _ id: String) throws -> Scope { Scope(kind, try #require(ScopeID(id))) }

    @Test func everyKindOfEntry() throws {
        let file = try load(
            """
            // who serves what
            { credentials: [
                { account: "\(Self.one)", token_env: "CF_TOKEN_A" },
                { accounts: ["\(Self.two)"], zones: ["\(Self.one)", "\(Self.two)"], token_file: "secrets/b" },
                { zone: "0c000000000000000000000000000001", email: "ops@example.com", key_file: "/run/key" },
                { default: true, token_env: "REST" },
            ] }
            """)
        #expect(file.entries.map(\.line) == [3, 4, 5, 6])
        #expect(file.entries.map(\.number) == [1, 2, 3, 4])
        #expect(
            file.entries.map(\.kind) == [
                .token(.variable("CF_TOKEN_A")), .token(.file("jobs/secrets/b")), .key(email: "ops@example.com", .file("/run/key")),
                .token(.variable("REST")),
            ])
        #expect(file.entry(serving: try scope(.account, Self.one)) == 0)
        #expect(file.entry(serving: try scope(.zone, Self.one)) == 1)
        #expect(file.entry(serving: try scope(.zone, String(repeating: "f", count: 32))) == 3)
    }

    @Test func withoutADefaultTheRestIsServedByNobody() throws {
        let file = try load("{credentials:[{account:'\(Self.one)',token_env:'A'}]}")
        #expect(file.entry(serving: try scope(.zone, Self.one)) == nil)
        #expect(file.entry(serving: try scope(.account, Self.two)) == nil)
    }

    @Test(
        "a mistake is told with its entry and its line",
        arguments: [
            ("{ account: '\(one)', token: 'swordfish' }", "entry 2: this file holds no secrets"),
            ("{ account: '\(one)', API_KEY: 'swordfish' }", "entry 2: this file holds no secrets"),
            ("{ account: '\(one)', token_env: 'cfut_swordfish0123456789' }", "looks like the secret itself"),
            ("{ account: '\(one)', token_env: 'swordfish-1' }", "the name of an environment variable"),
            ("{ acount: '\(one)', token_env: 'A' }", "the key acount is not known"),
            ("{ token_env: 'A' }", "names no account or zone"),
            ("{ account: '\(one)' }", "exactly one of token_env"),
            ("{ account: '\(one)', token_env: 'A', token_file: 'b' }", "exactly one of token_env"),
            ("{ account: '\(one)', key_env: 'A' }", "needs the email"),
            ("{ account: '\(one)', token_env: 'A', email: 'a@b.example' }", "an email goes with"),
            ("{ account: '\(two)', token_env: 'A' }", "is named twice: entry 1 serves it too"),
            ("{ accounts: ['\(one)', '\(one)'], token_env: 'A' }", "is named twice"),
            ("{ account: 'example.com', token_env: 'A' }", "account: not 32 hexadecimal digits"),
            ("{ account: 5, token_env: 'A' }", "a text in quotes"),
            ("{ account: '\(one)', token_env: '' }", "token_env is a text that is not empty"),
            ("{ default: true, account: '\(one)', token_env: 'A' }", "names no account or zone itself"),
            ("{ default: 'yes', token_env: 'A' }", "default is true or false"),
            ("'swordfish'", "an object in { } is expected"),
        ])
    func mistakes(entry: String, hint: String) throws {
        let text = "{ credentials: [ { account: '\(Self.two)', token_env: 'B' },\n\(entry) ] }"
        let error = try #require(throws: ManifestError.self) { try load(text) }
        #expect(error.code == .entry)
        #expect(error.line == 2)
        #expect(error.hint?.hasPrefix("entry 2: ") == true)
        #expect(error.hint?.contains(hint) == true, "\(error)")
        #expect(!"\(error)".contains("swordfish"))
    }

    @Test func thereIsOneDefault() throws {
        let text = "{credentials:[{default:true,token_env:'A'},\n{default:true,token_env:'B'}]}"
        #expect(
            try #require(throws: ManifestError.self) { try load(text) }.hint == "entry 2: there can be one default only: entry 1 is one too"
        )
    }

    @Test(arguments: ["{}", "{credentials: []}", "{credentials: {}}", "{credentials: 'swordfish'}", "{token: 'swordfish'}", "[]"])
    func somethingElse(text: String) throws {
        let error = try #require(throws: ManifestError.self) { try load(text) }
        #expect(error.reason == "not a credentials file")
        #expect(!"\(error)".contains("swordfish"))
    }

    @Test func nestingHasAnEnd() throws {
        let text = "{credentials: " + String(repeating: "[", count: 10_000)
        #expect(try #require(throws: ManifestError.self) { try load(text) }.hint == "too many objects and arrays within each other")
    }
}
