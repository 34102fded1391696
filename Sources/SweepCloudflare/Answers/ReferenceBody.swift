import FoundationEssentials
import SweepModel

extension EntityPage {
    /// Reads a page of applications, policies or groups; nil for anything but a success of the API with a list of objects that
    /// each have an id.
    init?(_ body: [UInt8], of source: ReferenceSource) {
        guard let list = JSONTree(success: body), case .array(let elements)? = list["result"] else { return nil }
        var entities: [AccessEntity] = []
        for element in elements {
            guard let found = AccessEntity.read(element, as: source) else { return nil }
            entities += found
        }
        self.init(entities: entities, count: elements.count, totalCount: list["result_info"]?["total_count"]?.integer)
    }
}

/// The answer to the question which token issues DoH tokens.
struct DoHBody {
    /// nil where there is none.
    let token: TokenID?

    init?(_ body: [UInt8]) {
        guard let tree = JSONTree(success: body), let result = tree["result"] else { return nil }
        switch result {
        case .null: token = nil
        case .object(let members):
            guard let id = members["id"]?.string else {
                // An object that says something, but not who: nobody can tell.
                guard members.isEmpty else { return nil }
                token = nil
                return
            }
            guard let read = TokenID(id) else { return nil }
            token = read
        default: return nil
        }
    }
}

extension AccessEntity {
    /// An application becomes several: itself, and each policy that is embedded in it.
    fileprivate static func read(_ tree: JSONTree, as source: ReferenceSource) -> [AccessEntity]? {
        let kind: Kind
        switch source {
        case .apps: kind = .app
        case .groups: kind = .group
        case .policies: kind = .policy
        case .doh: return nil
        }
        guard case .object(var members) = tree, let id = tree["id"]?.string else { return nil }
        let embedded = kind == .app ? members.removeValue(forKey: "policies")?.elements ?? [] : []
        var entity = AccessEntity(kind, id: Excerpt.line(id), name: tree["name"]?.string.map(Excerpt.line), targets: [])
        entity.collect(.object(members))
        var entities = [entity]
        for policy in embedded {
            guard let id = policy["id"]?.string ?? policy.string else {
                // A policy that cannot be named still refers to what it refers to.
                entities[0].collect(policy)
                continue
            }
            if policy["include"] == nil { entities[0].targets.insert(.policy(id: Excerpt.line(id))) }
            var inner = AccessEntity(
                .policy, id: Excerpt.line(id), name: policy["name"]?.string.map(Excerpt.line), owner: entity.label, targets: [])
            inner.collect(policy)
            if !inner.targets.isEmpty { entities.append(inner) }
        }
        return entities
    }

    /// Looks everywhere in the object: where rules may stand grows with the API.
    private mutating func collect(_ tree: JSONTree) {
        switch tree {
        case .object(let members):
            if let id = members["service_token"]?["token_id"]?.string.flatMap({ TokenID($0) }) { targets.insert(.token(id)) }
            if members["any_valid_service_token"] != nil { targets.insert(.anyToken) }
            if let id = members["group"]?["id"]?.string { targets.insert(.group(id: Excerpt.line(id))) }
            if members["scheme"]?.string == "access_service_token",
                let client = members["client_id"]?.string.flatMap({ ClientID($0) })
            {
                targets.insert(.scim(client))
            }
            for member in members.values { collect(member) }
        case .array(let elements): for element in elements { collect(element) }
        case .string, .integer, .truth, .other, .null: break
        }
    }
}

extension Excerpt {
    /// Text that becomes part of a line.
    fileprivate static func line(_ text: String) -> String {
        clean(text).split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

/// JSON whose shape is not known beforehand. Depth is limited by the decoder.
indirect enum JSONTree: Decodable {
    case object([String: JSONTree])
    case array([JSONTree])
    case string(String)
    case integer(Int)
    case truth(Bool)
    case other
    case null

    /// An answer of the API that calls itself a success.
    init?(success body: [UInt8]) {
        guard let tree = try? JSONDecoder().decode(JSONTree.self, from: Data(body)), case .truth(true)? = tree["success"],
            tree["errors"]?.elements.isEmpty ?? true
        else { return nil }
        self = tree
    }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let text = try? value.decode(String.self) {
            self = .string(text)
        } else if let truth = try? value.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? value.decode(Int.self) {
            self = .integer(number)
        } else if (try? value.decode(Double.self)) != nil {
            self = .other
        } else if let elements = try? value.decode([JSONTree].self) {
            self = .array(elements)
        } else {
            // Whatever is left must be an object: nothing is passed over that may hold a reference.
            self = .object(try value.decode([String: JSONTree].self))
        }
    }

    subscript(key: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var integer: Int? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    /// The elements of an array; a single value where an array is expected; none for `null`.
    var elements: [JSONTree] {
        switch self {
        case .array(let elements): elements
        case .null: []
        default: [self]
        }
    }
}
