/// Lists and single objects.
extension Simulation {
    func read(_ resource: Route.Resource, _ state: ScopeState, _ credential: Credential, _ request: Request) -> Answer {
        let scope = state.scope
        switch resource {
        case .tokens: return list(tokens(state, request), request, \.json)
        case .apps: return list(credential.access == .none || credential.access == .tokens ? [] : named(scope.apps, request), request)
        case .groups: return list(named(scope.groups, request), request)
        case .policies: return list(scope.policies, request)
        case .group(let id): return scope.groups.first { $0["id"]?.string == id }.map { .success($0) } ?? .notFound
        case .appPolicies(let id):
            guard let app = scope.apps.first(where: { $0["id"]?.string == id }) else { return .noApp }
            return list(app["policies"]?.array ?? [], request)
        case .doh: return doh(state)
        case .token, .rotate, .refresh: return .noToken
        }
    }

    private func tokens(_ state: ScopeState, _ request: Request) -> [ServiceToken] {
        let (name, search) = (request.query("name"), request.query("search"))
        return state.listed.filter { token in
            if let name, token.name != name { return false }
            if let search, !token.name.contains(search), token.id != search { return false }
            return true
        }
    }

    private func named(_ objects: [JSON], _ request: Request) -> [JSON] {
        guard let name = request.query("name") else { return objects }
        return objects.filter { $0["name"]?.string == name }
    }

    private func doh(_ state: ScopeState) -> Answer {
        guard let doh = state.scope.doh else { return .success([:]) }
        guard let token = state.token(doh.tokenID), let members = token.json.members else { return .success([:]) }
        return .success(.object(members + [.init(key: "doh_jwt_duration", value: .string(doh.jwtDuration))]))
    }

    /// The page that the query asks for; 25 a page where it does not say.
    private func list<Element>(_ elements: [Element], _ request: Request, _ json: (Element) -> JSON) -> Answer {
        guard let page = Simulation.number(request.query("page"), default: 1), page >= 1 else { return .badParameter }
        guard let perPage = Simulation.number(request.query("per_page"), default: 25) else { return .badParameter }
        guard [1, 5, 10, 20, 25, 50, 100, 1000].contains(perPage), page <= 1_000_000 else { return .badParameter }
        let part = elements.dropFirst((page - 1) * perPage).prefix(perPage)
        return .list(part.map(json), page: page, perPage: perPage, total: elements.count)
    }

    private func list(_ elements: [JSON], _ request: Request) -> Answer {
        list(elements, request) { $0 }
    }

    /// The default where the parameter is missing, nil where it is no number.
    private static func number(_ text: String?, default fallback: Int) -> Int? {
        text.map { Int($0) } ?? fallback
    }
}
