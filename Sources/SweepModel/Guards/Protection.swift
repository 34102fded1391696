/// Tokens that must not be deleted: `id:UUID`, `client-id:ID` or `name:GLOB`.
package struct Protection: Sendable, Hashable, CustomStringConvertible {
    package enum Subject: Sendable, Hashable {
        case id(TokenID)
        case clientID(ClientID)
        case name(Glob)
    }

    package let subject: Subject
    /// As it was written: `name:prod-*`.
    package let description: String

    /// Throws for a text that is no such pattern.
    package init(parsing text: String) throws(TextFlaw) {
        let scalars = text.unicodeScalars
        // Not the character: with a combining mark behind it, which a pattern may begin with, the colon would be another one.
        guard let colon = scalars.firstIndex(of: ":") else { throw TextFlaw("':' is missing", at: scalars.count + 1) }
        let value = String(scalars[colon...].dropFirst())
        let kind = String(scalars[..<colon])
        subject = try Protection.subject(kind, value, behind: kind.unicodeScalars.count + 1)
        description = text
    }

    /// As above; nil where that throws.
    package init?(_ text: String) {
        // Whoever asks in this way has no use for the reason.
        guard let protection = try? Protection(parsing: text) else { return nil }
        self = protection
    }

    /// - Parameter place: how many scalars stand in front of the value.
    private static func subject(_ kind: String, _ value: String, behind place: Int) throws(TextFlaw) -> Subject {
        switch kind {
        case "id":
            guard let id = TokenID(value) else { throw TextFlaw("not a token's id", at: place + 1) }
            return .id(id)
        case "client-id":
            guard let id = ClientID(value) else { throw TextFlaw("not a client id", at: place + 1) }
            return .clientID(id)
        case "name":
            do throws(TextFlaw) {
                return .name(try Glob(parsing: value))
            } catch {
                throw TextFlaw(error.reason, at: place + error.position)
            }
        default: throw TextFlaw("unknown kind of pattern", at: 1)
        }
    }
}

/// All tokens that must not be deleted.
package struct ProtectionList: Sendable {
    /// What the patterns say of one row of a manifest.
    package enum Verdict: Sendable, Hashable {
        case free
        case protected(by: Protection)
        /// A pattern asks for what the row does not tell. Such a row may be a protected token.
        case unknown(missing: Missing)
    }

    package enum Missing: String, Sendable, Hashable, CaseIterable {
        case name
        case clientID = "client_id"
    }

    private var ids: [TokenID: Protection] = [:]
    private var clientIDs: [ClientID: Protection] = [:]
    private var names: [(glob: Glob, protection: Protection)] = []

    package init(_ protections: some Sequence<Protection>) {
        for protection in protections {
            switch protection.subject {
            case .id(let id): ids[id] = protection
            case .clientID(let id): clientIDs[id] = protection
            case .name(let glob): names.append((glob, protection))
            }
        }
    }

    package var isEmpty: Bool { ids.isEmpty && clientIDs.isEmpty && names.isEmpty }

    /// Judges by what the row says. A name that is empty and a client id that cannot be one count as not said.
    package func verdict(on request: DeletionRequest) -> Verdict {
        if let protection = ids[request.tokenID] { return .protected(by: protection) }
        let clientID = request.clientID.flatMap { ClientID($0) }
        if let clientID, let protection = clientIDs[clientID] { return .protected(by: protection) }
        return verdict(name: request.name, clientID: clientID)
    }

    /// Judges a row that names its token by the client id alone, before it is looked up.
    package func verdict(on request: ClientIDRequest) -> Verdict {
        if let protection = clientIDs[request.clientID] { return .protected(by: protection) }
        return verdict(name: request.name, clientID: request.clientID)
    }

    /// Judges by what the manifest says and by what the API says: a token that either of them makes a protected one is one.
    package func verdict(on token: PlannedToken) -> Verdict {
        let own = verdict(on: token.request)
        var live = token.request
        live.name = token.liveName ?? live.name
        live.clientID = token.liveClientID ?? live.clientID
        let other = verdict(on: live)
        switch (own, other) {
        case (.protected, _): return own
        case (_, .protected): return other
        case (.free, _): return .free
        default: return other
        }
    }

    private func verdict(name: String?, clientID: ClientID?) -> Verdict {
        let name = name.flatMap { $0.isEmpty ? nil : $0 }
        if let name, let match = names.first(where: { $0.glob.matches(name) }) { return .protected(by: match.protection) }
        if name == nil, !names.isEmpty { return .unknown(missing: .name) }
        if clientID == nil, !clientIDs.isEmpty { return .unknown(missing: .clientID) }
        return .free
    }
}
