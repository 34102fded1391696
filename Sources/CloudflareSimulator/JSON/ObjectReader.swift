/// Reads the members of one object of a world file and refuses what it does not know: a misspelt key would silently be another world.
struct ObjectReader {
    /// Where the object stands, as `accounts[0].tokens[3]`; empty for the file itself.
    let path: String
    private let members: [String: JSON]
    private var unread: Set<String>

    init(_ json: JSON, at path: String) throws(WorldError) {
        guard let list = json.members else { throw WorldError(path: path, problem: "must be an object") }
        self.path = path
        members = Dictionary(list.map { ($0.key, $0.value) }) { first, _ in first }
        unread = Set(members.keys)
    }

    /// Throws when a member was never asked for.
    func finish() throws(WorldError) {
        if let key = unread.min() { throw WorldError(path: path(of: key), problem: "is not a known key") }
    }

    func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func error(_ key: String, _ problem: String) -> WorldError { WorldError(path: path(of: key), problem: problem) }

    /// Whether the member is there and not null.
    func has(_ key: String) -> Bool { members[key].map { $0 != .null } ?? false }

    mutating func value(_ key: String) -> JSON? {
        unread.remove(key)
        let value = members[key]
        return value == .null ? nil : value
    }

    mutating func string(_ key: String) throws(WorldError) -> String? {
        guard let value = value(key) else { return nil }
        guard let string = value.string else { throw error(key, "must be a string") }
        return string
    }

    mutating func bool(_ key: String) throws(WorldError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let bool = value.bool else { throw error(key, "must be true or false") }
        return bool
    }

    /// A whole number of zero or more.
    mutating func count(_ key: String) throws(WorldError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let count = value.int, count >= 0 else { throw error(key, "must be a whole number of zero or more") }
        return count
    }

    mutating func number(_ key: String) throws(WorldError) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.number, number >= 0 else { throw error(key, "must be a number of zero or more") }
        return number
    }

    /// The elements of an array, each with its own path; empty when the member is missing.
    mutating func list(_ key: String) throws(WorldError) -> [(path: String, json: JSON)] {
        guard let value = value(key) else { return [] }
        guard let elements = value.array else { throw error(key, "must be an array") }
        return elements.enumerated().map { (path: "\(path(of: key))[\($0.offset)]", json: $0.element) }
    }

    /// An array of strings; nil when the member is missing.
    mutating func strings(_ key: String) throws(WorldError) -> [String]? {
        guard has(key) else { return nil }
        var strings: [String] = []
        for (path, json) in try list(key) {
            guard let string = json.string else { throw WorldError(path: path, problem: "must be a string") }
            strings.append(string)
        }
        return strings
    }
}

/// A world that cannot be used: where, and why.
package struct WorldError: Error, Equatable, CustomStringConvertible {
    /// The place in the file, as `accounts[0].tokens[3].id`; empty for the whole of it.
    package var path: String
    /// The end of a sentence that begins with the path.
    package var problem: String

    package var description: String { path.isEmpty ? "The world file \(problem)." : "World: \(path) \(problem)." }
}
