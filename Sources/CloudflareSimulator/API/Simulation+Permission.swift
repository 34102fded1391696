/// Whether a credential may do what it asks for.
extension Simulation {
    /// The refusal, or nil.
    func permission(_ credential: Credential, _ route: Route, _ request: Request) -> Answer? {
        guard let scope = route.scope else { return nil }
        guard let state = scopes[scope] else { return .noScope(request.path, scope) }
        if scope.kind == .zone, world.settings.zonesNeedKey, credential.tokenKind != nil { return .needsKey(request.method) }
        if case .accountVerify = route { return nil }
        guard credential.mayTouch(scope) else { return .authentication }
        if credential.access == .none { return route.resource == .apps ? nil : .authentication }
        if credential.access == .tokens, !route.isOfTokens { return route.resource == .apps ? nil : .authentication }
        guard state.scope.hasZeroTrust else { return .notEnabled }
        if credential.access == .read, request.method != "GET" { return .readOnly }
        return nil
    }
}

extension Answer {
    /// Both statuses are seen in the wild: 404 for what cannot be an id, 400 for an id that nobody has.
    fileprivate static func noScope(_ path: String, _ scope: ScopeReference) -> Answer {
        var answer = noRoute(path)
        if Scope.isIdentifier(scope.id) { answer.status = 400 }
        return answer
    }
}

extension Route {
    fileprivate var isOfTokens: Bool {
        switch resource {
        case .tokens, .token, .rotate, .refresh: true
        default: false
        }
    }
}
