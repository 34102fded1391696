package import SweepModel

/// Which credential serves which account or zone, written down: JSON with comments (JSON5).
///
///     { credentials: [
///         { account: "023e…", token_env: "CF_TOKEN_A" },
///         { accounts: ["0a…", "0b…"], zone: "0c…", token_file: "secrets/b" },
///         { zones: ["0d…"], email: "ops@example.com", key_file: "secrets/key" },
///         { default: true, token_env: "CF_TOKEN_REST" },
///     ] }
///
/// The file says where each secret is found and holds none itself.
package struct CredentialsFile: Sendable, Hashable {
    /// As the user named it.
    package let path: String
    /// In the order of the file; no account or zone is named twice, and at most one entry is the default.
    package let entries: [CredentialEntry]

    /// The index of the entry that serves an account or a zone; nil where none does.
    package func entry(serving scope: Scope) -> Int? {
        entries.firstIndex { $0.scopes.contains(scope) } ?? entries.firstIndex(where: \.isDefault)
    }

    /// Reads a file. Throws where it cannot be opened, breaks the syntax or has an entry that cannot be used; no error repeats
    /// a value that may be a secret.
    package static func load(path: String) throws(ManifestError) -> CredentialsFile {
        try CredentialsFile(path: path, source: try FileSource(path: path))
    }

    init(path: String, source: any ByteSource) throws(ManifestError) {
        let text = try JSON5Text(source, file: path, kind: "credentials file")
        var parser = JSON5Parser(text)
        let members = try parser.document()
        if let stranger = members.first(where: { $0.key != "credentials" }) {
            throw text.syntaxError("the only key is credentials, an array of objects", at: stranger.offset)
        }
        guard case .array(let values)? = members.first?.value.content, !values.isEmpty else {
            throw text.syntaxError("credentials: [ { … } ] is expected", at: members.first?.value.offset ?? 0)
        }
        self.path = path
        entries = try CredentialsFile.entries(values, text)
    }

    private static func entries(_ values: [JSON5Value], _ text: JSON5Text) throws(ManifestError) -> [CredentialEntry] {
        var entries: [CredentialEntry] = []
        var owners: [Scope: Int] = [:]
        for (index, value) in values.enumerated() {
            let reader = CredentialEntryReader(number: index + 1, value: value, text: text)
            let entry = try reader.entry()
            for scope in entry.scopes {
                if let owner = owners[scope] { throw reader.error("\(scope) is named twice: entry \(owner) serves it too") }
                owners[scope] = entry.number
            }
            if entry.isDefault, let other = entries.first(where: \.isDefault) {
                throw reader.error("there can be one default only: entry \(other.number) is one too")
            }
            entries.append(entry)
        }
        return entries
    }
}

/// One credential of a credentials file.
package struct CredentialEntry: Sendable, Hashable {
    /// Where a secret is found.
    package enum Place: Sendable, Hashable {
        /// The name of an environment variable.
        case variable(String)
        /// A path, relative to the working directory.
        case file(String)
    }

    package enum Kind: Sendable, Hashable {
        case token(Place)
        case key(email: String, Place)
    }

    /// From 1, in the order of the file.
    package var number: Int
    /// From 1.
    package var line: Int
    /// Empty for the default.
    package var scopes: [Scope]
    /// Whether it serves every account and zone that no entry names.
    package var isDefault: Bool
    package var kind: Kind
}
