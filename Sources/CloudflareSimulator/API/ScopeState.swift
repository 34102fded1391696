/// What is left of a scope's tokens while the simulation runs.
struct ScopeState: Sendable {
    let scope: Scope
    /// Ids in the order of the world; deleted ones stay in it.
    private let order: [String]
    private var tokens: [String: ServiceToken]
    /// The faults of each token that has some: they outlive the token.
    private let faults: [String: [FaultRule]]
    /// Ids and client ids that an app, policy, group or SCIM configuration refers to.
    private let referenced: Set<String>

    init(_ scope: Scope) {
        self.scope = scope
        order = scope.tokens.map(\.id)
        tokens = Dictionary(scope.tokens.map { ($0.id, $0) }) { first, _ in first }
        faults = tokens.compactMapValues { $0.faults.isEmpty ? nil : $0.faults }
        referenced = References.all(in: scope)
    }

    func faults(of id: String) -> [FaultRule] { faults[id] ?? [] }

    func token(_ id: String) -> ServiceToken? { tokens[id] }

    func isInUse(_ token: ServiceToken) -> Bool {
        token.isInUse || referenced.contains(token.id) || referenced.contains(token.clientID)
    }

    /// The tokens that a list shows, in order.
    var listed: [ServiceToken] { order.compactMap { tokens[$0] }.filter(\.isListed) }

    mutating func apply(_ change: Change) {
        switch change {
        case .none: break
        case .delete(let id): tokens[id] = nil
        case .replace(let token, _): tokens[token.id] = token
        }
    }
}

/// What a request does to a scope, decided before it is done.
enum Change: Sendable, Equatable {
    case none
    case delete(String)
    case replace(ServiceToken, Effect)

    var effect: Effect {
        switch self {
        case .none: .none
        case .delete: .deleted
        case .replace(_, let effect): effect
        }
    }
}

/// Finds the service tokens that Access objects refer to.
enum References {
    /// Token ids (lower case) and client ids.
    static func all(in scope: Scope) -> Set<String> {
        var found: Set<String> = []
        for object in scope.apps + scope.policies + scope.groups { collect(object, &found) }
        return found
    }

    /// Looks everywhere in the object: rules stand in `include`, `exclude` and `require`, of an app's embedded policies too.
    private static func collect(_ json: JSON, _ found: inout Set<String>) {
        if let id = json["service_token"]?["token_id"]?.string { found.insert(id.lowercased()) }
        if json["scheme"] == "access_service_token", let id = json["client_id"]?.string { found.insert(id) }
        for element in json.array ?? [] { collect(element, &found) }
        for member in json.members ?? [] { collect(member.value, &found) }
    }
}
