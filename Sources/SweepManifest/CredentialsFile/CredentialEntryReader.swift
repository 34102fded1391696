import SweepModel

/// Reads one entry of a credentials file. No error holds a value: it may be a secret that stands in the wrong place.
struct CredentialEntryReader {
    let number: Int
    let value: JSON5Value
    let text: JSON5Text

    private static let scopeKeys: [(key: String, kind: Scope.Kind)] = [
        ("account", .account), ("accounts", .account), ("zone", .zone), ("zones", .zone),
    ]
    private static let known = scopeKeys.map(\.key) + ["default", "token_env", "token_file", "email", "key_env", "key_file"]
    /// What people call a secret when they write it down.
    private static let secretKeys: Set<String> = ["token", "api_token", "key", "api_key", "secret", "password", "value"]
    private static let remedy =
        "put the secret into a variable and name that with token_env (or key_env), or into a file and name that with token_file (or key_file)"

    func entry() throws(ManifestError) -> CredentialEntry {
        guard case .object(let members) = value.content else { throw error("an object in { } is expected") }
        for member in members { try check(member) }
        let scopes = try scopes(members)
        let isDefault = try isDefault(members)
        if isDefault, !scopes.isEmpty { throw error("default serves all that no entry names: it names no account or zone itself") }
        guard isDefault || !scopes.isEmpty else { throw error("it names no account or zone, and is not the default") }
        return CredentialEntry(
            number: number, line: text.place(of: value.offset).line, scopes: scopes, isDefault: isDefault, kind: try kind(members))
    }

    /// An error about this entry, or about something within it.
    func error(_ words: String, at offset: Int? = nil) -> ManifestError {
        let place = text.place(of: offset ?? value.offset)
        return ManifestError(
            .entry, file: text.file, line: place.line, column: place.column, reason: "a credential that cannot be used",
            hint: "entry \(number): \(words)")
    }

    private func check(_ member: JSON5Member) throws(ManifestError) {
        guard !Self.known.contains(member.key) else { return }
        if Self.secretKeys.contains(FieldName.folded(member.key)) {
            throw error("this file holds no secrets: \(Self.remedy)", at: member.offset)
        }
        let key = Printable.excerpt(member.key)
        throw error("the key \(key) is not known; keys are \(Self.known.joined(separator: ", "))", at: member.offset)
    }

    private func scopes(_ members: [JSON5Member]) throws(ManifestError) -> [Scope] {
        var scopes: [Scope] = []
        for (key, kind) in Self.scopeKeys {
            guard let member = members.first(where: { $0.key == key }) else { continue }
            var values = [member.value]
            if case .array(let elements) = member.value.content { values = elements }
            for value in values {
                let scope = Scope(kind, try scopeID(value, kind))
                if scopes.contains(scope) { throw error("\(scope) is named twice", at: value.offset) }
                scopes.append(scope)
            }
        }
        return scopes
    }

    private func scopeID(_ value: JSON5Value, _ kind: Scope.Kind) throws(ManifestError) -> ScopeID {
        guard case .string(let id) = value.content else { throw error("the id of \(kind.rawValue)s is a text in quotes", at: value.offset) }
        if let id = ScopeID(id) { return id }
        let problem = ScopeRule.problem(kind == .account ? .accountID : .zoneID, text: id)
        throw error("\(kind.rawValue): \(problem.reason)" + (problem.hint.map { " (\($0))" } ?? ""), at: value.offset)
    }

    private func isDefault(_ members: [JSON5Member]) throws(ManifestError) -> Bool {
        guard let member = members.first(where: { $0.key == "default" }) else { return false }
        guard case .boolean(let isDefault) = member.value.content else { throw error("default is true or false", at: member.value.offset) }
        return isDefault
    }

    private func kind(_ members: [JSON5Member]) throws(ManifestError) -> CredentialEntry.Kind {
        var places: [(key: String, place: CredentialEntry.Place)] = []
        for key in ["token_env", "token_file", "key_env", "key_file"] {
            if let place = try place(key, members) { places.append((key, place)) }
        }
        guard let (key, place) = places.first, places.count == 1 else {
            throw error("it needs exactly one of token_env, token_file, key_env and key_file")
        }
        let email = try string("email", members)
        guard key.hasPrefix("key") else {
            if email != nil { throw error("an email goes with key_env or key_file, not with a token") }
            return .token(place)
        }
        guard let email else { throw error("an API key needs the email of its user") }
        return .key(email: email, place)
    }

    private func place(_ key: String, _ members: [JSON5Member]) throws(ManifestError) -> CredentialEntry.Place? {
        guard let name = try string(key, members) else { return nil }
        if TokenIDRule.isValue(name) { throw error("\(key) holds what looks like the secret itself: \(Self.remedy)") }
        if key.hasSuffix("_file") { return .file(NeighbouringPath.resolve(name, namedIn: text.file)) }
        let isName = name.utf8.enumerated().allSatisfy { offset, byte in
            byte == UInt8(ascii: "_") || (byte | 0x20) &- 97 < 26 || (offset > 0 && byte &- 48 < 10)
        }
        guard isName else { throw error("\(key) is the name of an environment variable: letters, digits and underscores") }
        return .variable(name)
    }

    private func string(_ key: String, _ members: [JSON5Member]) throws(ManifestError) -> String? {
        guard let member = members.first(where: { $0.key == key }) else { return nil }
        guard case .string(let text) = member.value.content, !text.isEmpty, !text.unicodeScalars.contains("\0") else {
            throw error("\(key) is a text that is not empty", at: member.value.offset)
        }
        return text
    }
}
