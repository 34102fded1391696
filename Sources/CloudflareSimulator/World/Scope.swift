/// What a token belongs to.
package enum ScopeKind: String, Sendable, CaseIterable {
    case account, zone
}

/// The identity of an account or zone.
package struct ScopeReference: Sendable, Hashable {
    package var kind: ScopeKind
    /// 32 lower-case hex where the world defines it; anything where it comes from a path.
    package var id: String

    package init(kind: ScopeKind, id: String) {
        self.kind = kind
        self.id = id
    }

    /// As it stands in a path: `accounts/…` or `zones/…`.
    package var path: String { "\(kind.rawValue)s/\(id)" }
}

/// An account or zone, and everything of Access in it.
package struct Scope: Sendable, Equatable {
    package var reference: ScopeReference
    /// False: Zero Trust was never set up, every call is answered 400 with code 9999.
    package var hasZeroTrust = true
    package var tokens: [ServiceToken] = []
    /// As the API shows them, policies embedded.
    package var apps: [JSON] = []
    /// Reusable policies, as the API shows them.
    package var policies: [JSON] = []
    package var groups: [JSON] = []
    package var doh: DoH?

    package var id: String { reference.id }

    /// The name of a manifest's field for this scope's id.
    package var manifestKey: String { "\(reference.kind.rawValue)_id" }

    /// The token that issues DoH tokens, and how long those live (a Go duration).
    package struct DoH: Sendable, Equatable {
        package var tokenID: String
        package var jwtDuration: String
    }
}

extension Scope {
    init(_ json: JSON, kind: ScopeKind, at path: String) throws(WorldError) {
        var reader = try ObjectReader(json, at: path)
        guard let id = try reader.string("id") else { throw reader.error("id", "is missing") }
        guard Scope.isIdentifier(id) else { throw reader.error("id", "must be 32 lower-case hexadecimal digits") }
        reference = ScopeReference(kind: kind, id: id)
        hasZeroTrust = try reader.bool("zero_trust") ?? true
        for (path, element) in try reader.list("tokens") { tokens += try ServiceToken.read(element, at: path) }
        apps = try Scope.objects("apps", &reader)
        policies = try Scope.objects("policies", &reader)
        groups = try Scope.objects("groups", &reader)
        if let element = reader.value("doh") { doh = try DoH(element, at: reader.path(of: "doh")) }
        try reader.finish()
    }

    /// 32 lower-case hexadecimal digits.
    static func isIdentifier(_ text: String) -> Bool {
        text.utf8.count == 32 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// Objects that are passed on as they stand: only their id is looked at.
    private static func objects(_ key: String, _ reader: inout ObjectReader) throws(WorldError) -> [JSON] {
        var objects: [JSON] = []
        for (path, element) in try reader.list(key) {
            guard element["id"]?.string != nil else { throw WorldError(path: "\(path).id", problem: "must be a string") }
            objects.append(element)
        }
        return objects
    }
}

extension Scope.DoH {
    init(_ json: JSON, at path: String) throws(WorldError) {
        var reader = try ObjectReader(json, at: path)
        guard let id = try reader.string("token_id") else { throw reader.error("token_id", "is missing") }
        tokenID = id
        jwtDuration = try reader.string("jwt_duration") ?? "24h"
        try reader.finish()
    }
}
