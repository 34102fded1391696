import SweepModel
import Testing

@Suite struct RedactionTests {
    static let secrets = [
        String(repeating: "0a", count: 32), String(repeating: "A", count: 36) + "1", "cfut_abcdefgh12345678", "cfat_x-1234567",
        "cfk_12345678",
        "cfast_" + String(repeating: "z", count: 48),
        "abcdefghijklmnopqrstuvwxyz_0123456789-AB",
    ]

    @Test(arguments: secrets) func secretsAreFoundInText(_ secret: String) {
        #expect(Redaction.isSecret(secret))
        #expect(Redaction.redact("token \(secret), please") == "token <redacted>, please")
        #expect(Redaction.redact("\"\(secret)\"é=\(secret)") == "\"<redacted>\"é=<redacted>")
    }

    @Test(arguments: [
        "", "a b", "f174e90a-fafe-4643-bbbc-4a0ed4fc8415", "023e105f4ecef8ad9ca31a8372d0c353", "cfut_short", "snake_case_name",
        "88bf3b6d86161464f6509f7219099e57.access", String(repeating: "a", count: 40), String(repeating: "1", count: 40),
        String(repeating: "ab", count: 31), "a sentence that is much longer than any secret, but holds none: ünïcödé",
    ])
    func otherTextStays(_ text: String) {
        #expect(Redaction.redact(text) == text)
        #expect(!Redaction.isSecret(text))
    }
}
