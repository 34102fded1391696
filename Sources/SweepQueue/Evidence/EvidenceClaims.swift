import FoundationEssentials

/// What the stored lines of a chain say of the job and its items: the last word of each kind.
struct EvidenceClaims {
    /// The members of a line that the tables must agree with.
    private struct Line: Decodable {
        var at: String
        var event: String
        var name: String?
        var action: String?
        var planID: String?
        var baseURL: String?
        var reason: String?
        var held: String?
        var proofs: String?

        enum CodingKeys: String, CodingKey {
            case at, event, name, action, reason, held, proofs
            case planID = "plan_id"
            case baseURL = "base_url"
        }
    }

    private(set) var name: String?
    /// What is done to the tokens, as the plan's id covers it.
    private(set) var deed: String?
    private(set) var planID: String?
    private(set) var baseURL: String?
    private(set) var reason: String?
    private(set) var held: String?
    private(set) var proofs: String?
    private(set) var verifiedAt: String?
    private(set) var finishedAt: String?

    mutating func take(_ stored: EvidenceReading.StoredLine) {
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(stored.line.utf8)) else { return }
        switch line.event {
        case "planned": (name, deed, planID, reason, held) = (line.name, line.action, line.planID, line.reason, line.held)
        case "cancelled": held = line.held
        case "retried":
            held = line.held ?? held
            finishedAt = nil
        case "started": finishedAt = nil
        case "finished": finishedAt = line.at
        case "verified": (proofs, verifiedAt) = (line.proofs, line.at)
        default: break
        }
        baseURL = line.baseURL ?? baseURL
    }
}

extension EvidenceReading.StoredLine {
    /// `planned`; for a line that cannot be read, what it is not.
    var eventName: String {
        struct Named: Decodable { var event: String }
        return (try? JSONDecoder().decode(Named.self, from: Data(line.utf8)))?.event ?? "no event"
    }
}
