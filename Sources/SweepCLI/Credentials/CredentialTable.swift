import SweepCloudflare
import SweepModel

/// The credentials at hand, and which accounts and zones each of them serves.
struct CredentialTable: Sendable {
    private var credentials: [Credential] = []
    private var fingerprints: [String] = []
    private var served: [Scope: Int] = [:]
    /// Serves what none is named for.
    private var rest: Int?

    init() {}

    /// One credential for everything.
    init(_ credential: Credential) throws(CredentialProblem) {
        try add(credential, serving: [], andTheRest: true)
    }

    /// Entries with the very same credential become one: the API gives it one budget, however often it is named.
    mutating func add(_ credential: Credential, serving scopes: [Scope], andTheRest isDefault: Bool) throws(CredentialProblem) {
        let fingerprint = try CredentialFingerprint(credential).description
        let index = fingerprints.firstIndex(of: fingerprint) ?? fingerprints.count
        if index == fingerprints.count {
            credentials.append(credential)
            fingerprints.append(fingerprint)
        }
        for scope in scopes { served[scope] = index }
        if isDefault { rest = index }
    }

    /// The lanes of a run over these accounts and zones, with each lane's credential. A scope that no credential serves is in
    /// no lane.
    func lanes(for scopes: [Scope]) -> (map: LaneMap, credentials: [Credential]) {
        var map = LaneMap(fingerprints: [], lanes: [:])
        var used: [Int] = []
        for scope in scopes {
            guard let index = served[scope] ?? rest else { continue }
            let lane = used.firstIndex(of: index) ?? used.count
            if lane == used.count {
                used.append(index)
                map.fingerprints.append(fingerprints[index])
            }
            map.lanes[scope] = LaneID(lane)
        }
        return (map, used.map { credentials[$0] })
    }
}
