/// An application, policy or group of Access, as far as it refers to service tokens. Every text is untrusted, capped and redacted.
package struct AccessEntity: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case app
        case policy
        case group
    }

    /// What a rule or a configuration points at.
    package enum Target: Sendable, Hashable {
        case token(TokenID)
        /// A SCIM configuration signs in with the token of this client id.
        case scim(ClientID)
        /// Every service token of the account or zone.
        case anyToken
        case group(id: String)
        case policy(id: String)
    }

    package var kind: Kind
    package var id: String
    package var name: String?
    /// The application that a policy is embedded in.
    package var owner: String?
    package var targets: Set<Target>

    package init(_ kind: Kind, id: String, name: String? = nil, owner: String? = nil, targets: Set<Target>) {
        self.kind = kind
        self.id = id
        self.name = name
        self.owner = owner
        self.targets = targets
    }

    /// `policy "CI" (5f2…) of app "Grafana" (a1…)`
    package var label: String {
        "\(kind.rawValue) \(AccessEntity.label(name, id))" + (owner.map { " of \($0)" } ?? "")
    }

    package static func label(_ name: String?, _ id: String) -> String {
        name.map { "\"\($0)\" (\(id))" } ?? "(\(id))"
    }
}

/// A place where references to tokens are looked for.
package enum ReferenceSource: String, Sendable, Hashable, CaseIterable {
    case apps = "applications"
    case groups
    case policies
    case doh = "DoH"

    /// A zone has no reusable policies and no DoH token of its own.
    package static func all(of kind: Scope.Kind) -> [ReferenceSource] {
        switch kind {
        case .account: [.apps, .groups, .policies, .doh]
        case .zone: [.apps, .groups]
        }
    }
}

/// One page of a list of applications, policies or groups.
package struct EntityPage: Sendable, Hashable {
    /// More than the page has entries: policies that are embedded count for themselves.
    package var entities: [AccessEntity]
    /// Entries on this page.
    package var count: Int
    /// Entries of the whole list; nil where the API does not say.
    package var totalCount: Int?

    package init(entities: [AccessEntity], count: Int, totalCount: Int? = nil) {
        self.entities = entities
        self.count = count
        self.totalCount = totalCount
    }
}
