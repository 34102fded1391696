import SweepCloudflare
import SweepModel

/// The credentials at hand, and which accounts and zones each of them serves.
struct CredentialTable: Sendable {
    private var credentials: [Credential] = []
    private var fingerprints: [String] = []
    /// What people call each of them: the entries of a file that hold it, or the environment.
    private var names: [String] = []
    private var served: [Scope: Int] = [:]
    /// Serves what none is named for.
    private var rest: Int?

    init() {}

    /// One credential for everything.
    init(_ credential: Credential) throws(CredentialProblem) {
        try add(credential, named: "the environment", serving: [], andTheRest: true)
    }

    /// Entries with the very same credential become one: the API gives it one budget, however often it is named.
    mutating func add(
        _ credential: Credential, named name: String, serving scopes: [Scope], andTheRest isDefault: Bool
    ) throws(CredentialProblem) {
        let fingerprint = try CredentialFingerprint(credential).description
        let index = fingerprints.firstIndex(of: fingerprint) ?? fingerprints.count
        if index == fingerprints.count {
            credentials.append(credential)
            fingerprints.append(fingerprint)
            names.append(name)
        } else {
            names[index] += " and \(name)"
        }
        for scope in scopes { served[scope] = index }
        if isDefault { rest = index }
    }

    /// What people call the credential with this fingerprint.
    func name(of fingerprint: String) -> String? { fingerprints.firstIndex(of: fingerprint).map { names[$0] } }

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
