/// What a path names. Identifiers are as sent: nothing is known yet of their being valid.
package enum Route: Sendable, Equatable {
    case userVerify
    case accountVerify(ScopeReference)
    case access(ScopeReference, Resource)

    /// A thing of Access in an account or zone.
    package enum Resource: Sendable, Equatable {
        case tokens
        case token(String)
        case rotate(String)
        case refresh(String)
        case apps
        case appPolicies(String)
        case groups
        case group(String)
        /// Reusable policies; accounts only.
        case policies
        /// Accounts only.
        case doh
    }

    /// The route of a path without query; nil when there is none.
    package init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 6, parts[0].isEmpty, parts[1] == "client", parts[2] == "v4" else { return nil }
        if parts[3...] == ["user", "tokens", "verify"] {
            self = .userVerify
            return
        }
        guard let kind = ScopeKind.allCases.first(where: { parts[3] == "\($0.rawValue)s" }) else { return nil }
        let scope = ScopeReference(kind: kind, id: parts[4])
        if kind == .account, parts[5...] == ["tokens", "verify"] {
            self = .accountVerify(scope)
            return
        }
        guard parts[5] == "access", let resource = Resource(Array(parts[6...]), kind) else { return nil }
        self = .access(scope, resource)
    }

    package var scope: ScopeReference? {
        switch self {
        case .userVerify: nil
        case .accountVerify(let scope), .access(let scope, _): scope
        }
    }

    package var resource: Resource? {
        guard case .access(_, let resource) = self else { return nil }
        return resource
    }

    /// The methods that the API knows here.
    package var methods: Set<String> {
        switch resource {
        case .token: ["GET", "PUT", "DELETE"]
        case .rotate, .refresh: ["POST"]
        default: ["GET"]
        }
    }
}

extension Route.Resource {
    fileprivate init?(_ parts: [String], _ kind: ScopeKind) {
        switch (parts.first, parts.count) {
        case ("service_tokens", 1): self = .tokens
        case ("service_tokens", 2): self = .token(parts[1].lowercased())
        case ("service_tokens", 3) where kind == .account && parts[2] == "rotate": self = .rotate(parts[1].lowercased())
        case ("service_tokens", 3) where kind == .account && parts[2] == "refresh": self = .refresh(parts[1].lowercased())
        case ("apps", 1): self = .apps
        case ("apps", 3) where parts[2] == "policies": self = .appPolicies(parts[1])
        case ("groups", 1): self = .groups
        case ("groups", 2): self = .group(parts[1])
        case ("policies", 1) where kind == .account: self = .policies
        case ("organizations", 2) where kind == .account && parts[1] == "doh": self = .doh
        default: return nil
        }
    }

    /// The service token that the path names, in lower case.
    package var token: String? {
        switch self {
        case .token(let id), .rotate(let id), .refresh(let id): id
        default: nil
        }
    }
}
