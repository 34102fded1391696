import FoundationEssentials

/// What the API answers to a request that may be made, and what it would change. Nothing is changed here.
extension Simulation {
    func decide(_ route: Route, _ credential: Credential, _ exchange: Exchange) -> Decision {
        switch route {
        case .userVerify: return Decision(answer: verify(credential, as: .user))
        case .accountVerify(let scope):
            return Decision(answer: credential.mayTouch(scope) ? verify(credential, as: .account) : .invalidToken)
        case .access(let reference, let resource):
            // Permission came first: the scope is known.
            guard let state = scopes[reference] else { return Decision(answer: .noRoute(exchange.request.path)) }
            if let id = resource.token { return decide(resource, token: id, state, exchange) }
            return Decision(answer: read(resource, state, credential, exchange.request))
        }
    }

    private func decide(_ resource: Route.Resource, token id: String, _ state: ScopeState, _ exchange: Exchange) -> Decision {
        guard ServiceToken.isUUID(id) else { return Decision(answer: .invalidRequest("service token id must be a UUID")) }
        guard let token = state.token(id) else { return Decision(answer: .noToken) }
        switch (resource, exchange.request.method) {
        case (.rotate, _): return rotate(token, exchange)
        case (.refresh, _): return refresh(token, exchange)
        case (_, "DELETE"):
            if state.isInUse(token) { return Decision(answer: .inUse) }
            return Decision(answer: .success(token.json), change: .delete(id))
        case (_, "PUT"): return update(token, exchange)
        default: return Decision(answer: .success(token.json))
        }
    }

    private func rotate(_ token: ServiceToken, _ exchange: Exchange) -> Decision {
        var rotated = touched(token, exchange)
        rotated.rotations += 1
        let members = rotated.json.members ?? []
        let secret = JSON.Member(key: "client_secret", value: .string(clientSecret(rotated)))
        // The description of this answer has neither of these two.
        let shown = members.filter { $0.key != "expires_at" && $0.key != "last_seen_at" }
        return Decision(answer: .success(.object(shown + [secret])), change: .replace(rotated, .rotated))
    }

    /// `cfast_`, 40 alphanumerics and 8 more.
    private func clientSecret(_ token: ServiceToken) -> String {
        let draw = Draw(seed: world.settings.seed).mixing(token.id).mixing(UInt64(token.rotations))
        return "cfast_" + (0..<3).map { hexadecimal(draw.mixing($0).bits, digits: 16) }.joined()
    }

    private func refresh(_ token: ServiceToken, _ exchange: Exchange) -> Decision {
        var refreshed = touched(token, exchange)
        let year = 365.0 * 24 * 60 * 60
        if token.expiresAt != nil { refreshed.expiresAt = Simulation.timestamp(exchange.entry.arrivedAt, plus: year) }
        return Decision(answer: .success(refreshed.json), change: .replace(refreshed, .refreshed))
    }

    private func update(_ token: ServiceToken, _ exchange: Exchange) -> Decision {
        // Whatever is wrong with the body, the API calls the request invalid and says no more.
        guard let body = try? JSON.parse(exchange.request.body), body.members != nil else {
            return Decision(answer: .invalidRequest("the body is not a JSON object"))
        }
        var updated = token
        updated.name = body["name"]?.string ?? token.name
        updated.duration = body["duration"]?.string ?? token.duration
        updated.isEnabled = body["enabled"]?.bool ?? token.isEnabled
        guard updated != token else { return Decision(answer: .success(token.json)) }
        let effect: Effect =
            updated.isEnabled == token.isEnabled ? .updated : updated.isEnabled ? .enabled : .disabled
        updated = touched(updated, exchange)
        return Decision(answer: .success(updated.json), change: .replace(updated, effect))
    }

    private func touched(_ token: ServiceToken, _ exchange: Exchange) -> ServiceToken {
        var token = token
        token.updatedAt = Simulation.timestamp(exchange.entry.arrivedAt)
        return token
    }

    /// RFC 3339 of a time in milliseconds since the epoch.
    private static func timestamp(_ milliseconds: Int, plus seconds: Double = 0) -> String {
        Date(timeIntervalSince1970: Double(milliseconds / 1000) + seconds).ISO8601Format()
    }

    private func verify(_ credential: Credential, as kind: Credential.TokenKind) -> Answer {
        // Each of the two endpoints refuses the other kind, and a key is no token at all.
        guard let own = credential.tokenKind else { return .malformed(authorization: true) }
        guard own == kind else { return .invalidToken }
        let draw = Draw(seed: 0).mixing(credential.label)
        let id = hexadecimal(draw.bits, digits: 16) + hexadecimal(draw.mixing(1).bits, digits: 16)
        let message: JSON = ["code": 10000, "message": "This API Token is valid and active", "type": .null]
        return .success(["id": .string(id), "status": "active"], messages: [message])
    }
}
