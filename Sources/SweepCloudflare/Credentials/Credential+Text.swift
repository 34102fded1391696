package import SweepModel

extension Credential {
    /// A credential out of text from outside: blanks and line ends around it are dropped. `source` names where it came from.
    package static func token(text: String, source: String) throws(CredentialProblem) -> Credential {
        .token(Secret(try usable(text, source)))
    }

    /// An email with its global API key.
    package static func key(
        email: String, emailSource: String, text: String, source: String
    ) throws(CredentialProblem) -> Credential {
        .key(email: try usable(email, emailSource), Secret(try usable(text, source)))
    }

    /// Only visible ASCII may become part of a header: a line end would begin a header of its own.
    static func usable(_ text: String, _ source: String) throws(CredentialProblem) -> String {
        let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        let bytes = Array(text.utf8.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
        guard !bytes.isEmpty else { throw .empty(source) }
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .badCharacter(source) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
