/// Tells who calls, by what a request carries.
struct Callers: Sendable {
    private let tokens: [String: Credential]
    /// By email.
    private let keys: [String: (key: String, credential: Credential)]
    /// Requests so far of the credentials that are to be revoked after some.
    private var uses: [String: Int] = [:]

    init(_ world: World) {
        var tokens: [String: Credential] = [:]
        var keys: [String: (key: String, credential: Credential)] = [:]
        for credential in world.credentials {
            switch credential.secret {
            case .token(let token, _): tokens[token] = credential
            case .key(let email, let key): keys[email] = (key, credential)
            }
        }
        (self.tokens, self.keys) = (tokens, keys)
    }

    enum Identity {
        case known(Credential)
        /// With the label of the credential, where it is a known one.
        case refused(Answer, label: String?)
    }

    mutating func identify(_ request: Request) -> Identity {
        let found = request.authorization.map(token) ?? key(request)
        guard case .known(let credential) = found else { return found }
        if credential.isRevoked || isWornOut(credential) { return .refused(.revoked, label: credential.label) }
        if credential.isAddressFiltered { return .refused(.location(request.peer), label: credential.label) }
        return found
    }

    private func token(_ authorization: String) -> Identity {
        let parts = authorization.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bearer", Callers.isPlain(parts[1]) else {
            return .refused(.malformed(authorization: true), label: nil)
        }
        return tokens[String(parts[1])].map(Identity.known) ?? .refused(.invalidToken, label: nil)
    }

    private func key(_ request: Request) -> Identity {
        guard let email = request.authEmail, let key = request.authKey else { return .refused(.missingKey, label: nil) }
        guard Callers.isPlain(key) else { return .refused(.malformed(authorization: false), label: nil) }
        guard let known = keys[email], known.key == key else { return .refused(.unknownKey, label: nil) }
        return .known(known.credential)
    }

    /// What a secret may be made of: `[A-Za-z0-9_-]`, at least one.
    private static func isPlain(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x2d || $0 == 0x5f
            }
    }

    private mutating func isWornOut(_ credential: Credential) -> Bool {
        guard let limit = credential.revokedAfter else { return false }
        uses[credential.label, default: 0] += 1
        return uses[credential.label, default: 0] > limit
    }
}
