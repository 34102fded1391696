/// Which credential serves which scope.
package struct LaneMap: Sendable, Hashable {
    /// Each lane's credential as the queue file knows it: a digest, never the secret. No digest stands twice: the API's budget
    /// belongs to the credential.
    package var fingerprints: [String]
    package var lanes: [Scope: LaneID]

    package init(fingerprints: [String], lanes: [Scope: LaneID]) {
        self.fingerprints = fingerprints
        self.lanes = lanes
    }

    /// One credential for every scope.
    package init(fingerprint: String, scopes: some Sequence<Scope>) {
        self.init(fingerprints: [fingerprint], lanes: Dictionary(uniqueKeysWithValues: scopes.map { ($0, LaneID(0)) }))
    }

    /// Each lane by its first account or zone, for people: `account 023e… and 2 more`.
    package var names: [String] {
        fingerprints.indices.map { index in
            let scopes = lanes.filter { $0.value.index == index }.keys.sorted()
            guard let first = scopes.first else { return "credential \(index + 1)" }
            return scopes.count > 1 ? "\(first) and \(scopes.count - 1) more" : "\(first)"
        }
    }
}
