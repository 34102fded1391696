/// Who refers to which token in one account or zone.
///
/// Groups stand in groups, in circles at times: each is followed once.
package struct ReferenceGraph: Sendable {
    private var direct: [AccessEntity.Target: [Int]] = [:]
    private let entities: [AccessEntity]
    private let dohToken: TokenID?

    package init(entities: [AccessEntity], dohToken: TokenID? = nil) {
        self.entities = entities
        self.dohToken = dohToken
        for (index, entity) in entities.enumerated() {
            for target in entity.targets { direct[target, default: []].append(index) }
        }
    }

    /// Who refers to a token by name.
    package struct Referrers: Sendable, Hashable {
        /// Short texts: who refers to the token itself, then who does so through a group, then DoH.
        package var texts: [String]
        /// The API refuses to delete a token that a policy, a group or a SCIM configuration names.
        package var blocksDeletion: Bool

        package init(texts: [String], blocksDeletion: Bool) {
            self.texts = texts
            self.blocksDeletion = blocksDeletion
        }
    }

    package func referrers(of token: TokenID, clientID: ClientID?) -> Referrers {
        let named = direct[.token(token)] ?? []
        let scim = clientID.flatMap { direct[.scim($0)] } ?? []
        var texts = unique(named).map { entities[$0].label }
        texts += unique(scim).map { "\(entities[$0].label) by SCIM" }
        texts += holders(of: named).map { "\(entities[$0.holder].label) through \(entities[$0.inner].label)" }
        if token == dohToken { texts.append("DoH") }
        return Referrers(texts: texts, blocksDeletion: !named.isEmpty || !scim.isEmpty)
    }

    /// Whose rules let every service token in.
    package var acceptingAnyToken: [String] {
        let first = unique(direct[.anyToken] ?? [])
        return first.map { "\(entities[$0].label) for any valid service token" }
            + holders(of: first).map { "\(entities[$0.holder].label) for any valid service token through \(entities[$0.inner].label)" }
    }

    /// The tokens that are named by their id.
    package var namedTokens: Set<TokenID> {
        var tokens = Set(dohToken.map { [$0] } ?? [])
        for case .token(let id) in direct.keys { tokens.insert(id) }
        return tokens
    }

    /// Everything that the given entities stand in, nearest first, each once and with what it holds.
    private func holders(of start: [Int]) -> [(holder: Int, inner: Int)] {
        var seen = Set(start)
        var found: [(holder: Int, inner: Int)] = []
        var open = start[...]
        while let inner = open.popFirst() {
            let target: AccessEntity.Target? =
                switch entities[inner].kind {
                case .group: .group(id: entities[inner].id)
                case .policy: .policy(id: entities[inner].id)
                case .app: nil
                }
            for holder in target.flatMap({ direct[$0] }) ?? [] where seen.insert(holder).inserted {
                found.append((holder, inner))
                open.append(holder)
            }
        }
        return found
    }

    /// A reusable policy stands in a list of its own and in every application that uses it: the same words are said once.
    private func unique(_ indices: [Int]) -> [Int] {
        var seen: Set<String> = []
        return indices.filter { seen.insert(entities[$0].label).inserted }
    }
}
