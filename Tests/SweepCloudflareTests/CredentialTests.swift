import SweepModel
import Testing

@testable import SweepCloudflare

@Suite("Credentials")
struct CredentialTests {
    private func load(_ environment: [String: String], files: [String: String] = [:]) throws(CredentialProblem) -> Credential {
        try CredentialLoader.load(environment: environment) { files[$0] }
    }

    @Test func aTokenIsEnough() throws {
        #expect(try load(["CLOUDFLARE_API_TOKEN": "abc-123"]) == .token(Secret("abc-123")))
    }

    @Test func emailAndKeyGoTogether() throws {
        let both = ["CLOUDFLARE_EMAIL": "a@b.example", "CLOUDFLARE_API_KEY": "k"]
        #expect(try load(both) == .key(email: "a@b.example", Secret("k")))
        #expect(throws: CredentialProblem.incomplete(missing: "CLOUDFLARE_API_KEY")) { try load(["CLOUDFLARE_EMAIL": "a@b.example"]) }
        #expect(throws: CredentialProblem.incomplete(missing: "CLOUDFLARE_EMAIL")) { try load(["CLOUDFLARE_API_KEY": "k"]) }
    }

    @Test func theTokenWins() throws {
        let all = ["CLOUDFLARE_API_TOKEN": "t", "CLOUDFLARE_EMAIL": "a@b.example", "CLOUDFLARE_API_KEY": "k"]
        #expect(try load(all) == .token(Secret("t")))
    }

    @Test func theSystemsCredentialsDirectoryIsTheLastResort() throws {
        let directory = ["CREDENTIALS_DIRECTORY": "/run/credentials/x"]
        let files = ["/run/credentials/x/cloudflare-api-token": "t\n"]
        #expect(try load(directory, files: files) == .token(Secret("t")))
        #expect(try load(directory.merging(["CLOUDFLARE_API_TOKEN": "e"]) { $1 }, files: files) == .token(Secret("e")))
        #expect(throws: CredentialProblem.unreadableFile("/run/credentials/x/cloudflare-api-token")) { try load(directory) }
        #expect(throws: CredentialProblem.missing) { try load([:]) }
    }

    @Test func anEmptyVariableIsNotSet() {
        #expect(throws: CredentialProblem.missing) { try load(["CLOUDFLARE_API_TOKEN": ""]) }
        #expect(throws: CredentialProblem.empty("CLOUDFLARE_API_TOKEN")) { try load(["CLOUDFLARE_API_TOKEN": " \n"]) }
    }

    @Test func lineEndsAroundASecretAreDropped() throws {
        #expect(try load(["CLOUDFLARE_API_TOKEN": " abc\r\n\n"]) == .token(Secret("abc")))
    }

    @Test("What could begin another header is refused", arguments: ["a\nb", "a\r\nX: y", "a\0b", "a b", "a\u{7F}b", "é", "a\tb"])
    func badCharacters(_ text: String) {
        #expect(throws: CredentialProblem.badCharacter("CLOUDFLARE_API_TOKEN")) { try load(["CLOUDFLARE_API_TOKEN": text]) }
        #expect(throws: SetupProblem.credential(.badCharacter("the API token"))) { try HeaderList(for: .token(Secret(text))) }
        #expect(throws: SetupProblem.credential(.badCharacter("the email"))) { try HeaderList(for: .key(email: text, Secret("k"))) }
    }

    @Test func noProblemEchoesASecret() {
        do {
            _ = try load(["CLOUDFLARE_API_TOKEN": "swordfish\u{1}"])
            Issue.record("accepted")
        } catch {
            #expect(!"\(error) \(String(reflecting: error))".contains("swordfish"))
        }
    }

    @Test func aFingerprintNamesACredential() throws {
        let token = try CredentialFingerprint(.token(Secret("abc"))).description
        #expect(token.count == 16)
        #expect(token.allSatisfy { $0.isHexDigit })
        #expect(try token == CredentialFingerprint(.token(Secret("abc"))).description)
        #expect(try token != CredentialFingerprint(.token(Secret("abd"))).description)
        #expect(try token != CredentialFingerprint(.key(email: "", Secret("abc"))).description)
        let key = try CredentialFingerprint(.key(email: "A@b.example", Secret("abc")))
        #expect(try key == CredentialFingerprint(.key(email: "a@B.example", Secret("abc"))))
        #expect(try key != CredentialFingerprint(.key(email: "c@b.example", Secret("abc"))))
    }
}
