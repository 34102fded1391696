import CCrypto
package import SweepModel

/// Names a credential without telling it: the key under which a queue remembers its budget. The same credential has the same
/// fingerprint in every run; 64 bits of SHA-256 lead back to none.
package struct CredentialFingerprint: Sendable, Hashable, CustomStringConvertible {
    /// 16 lower-case hexadecimal digits.
    package let description: String

    package init(_ credential: Credential) throws(CredentialProblem) {
        // The parts are held apart by a byte that none of them can contain; the first one keeps these digests apart from
        // any other use of SHA-256.
        let parts =
            switch credential {
            case .token(let secret): ["token", "", secret.reveal()]
            case .key(let email, let secret): ["key", email.lowercased(), secret.reveal()]
            }
        let message = (["tokensweep credential fingerprint 1"] + parts).joined(separator: "\0")
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        let bytes = Array(message.utf8)
        guard EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil) == 1, count == 32 else { throw .noDigest }
        description = digest.prefix(8).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }
}
