/// Why there is no usable credential. No case holds any part of a secret.
package enum CredentialProblem: Error, Sendable, Hashable, CustomStringConvertible {
    case missing
    /// `CLOUDFLARE_EMAIL` without `CLOUDFLARE_API_KEY`, or the other way round; the name is that of the missing one.
    case incomplete(missing: String)
    case unreadableFile(String)
    /// The name says where it came from.
    case empty(String)
    case badCharacter(String)
    /// libcrypto failed.
    case noDigest

    package var description: String {
        switch self {
        case .missing:
            "no credential: set CLOUDFLARE_API_TOKEN, or CLOUDFLARE_EMAIL with CLOUDFLARE_API_KEY"
        case .incomplete(let missing): "\(missing) is missing: CLOUDFLARE_EMAIL and CLOUDFLARE_API_KEY go together"
        case .unreadableFile(let path): "the credential's file cannot be read: \(path)"
        case .empty(let source): "\(source) is empty"
        case .badCharacter(let source): "\(source) holds a blank, a control character or a character outside ASCII"
        case .noDigest: "the credential could not be digested"
        }
    }
}
