import SweepCloudflare
import SweepManifest
import SweepModel
import SweepReport

/// Where the credentials of a run come from: the file that `--credentials` names, and nothing beside it; else the environment.
struct CredentialSource {
    /// nil: the environment.
    let file: CredentialsFile?
    let system: SystemContext

    init(_ arguments: Arguments, _ system: SystemContext) throws(ManifestError) {
        self.system = system
        if let path = arguments[Options.credentials] { file = try CredentialsFile.load(path: path) } else { file = nil }
    }

    /// The accounts and zones that the file names.
    var namedScopes: [Scope] { file?.entries.flatMap(\.scopes) ?? [] }

    /// The environment variables that hold credentials, used or not.
    var secretVariables: Set<String> {
        let named = file?.entries.compactMap(\.kind.variable) ?? []
        return Set(named + ["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY", "CLOUDFLARE_EMAIL"])
    }

    /// Reads the secrets.
    func table() throws -> CredentialTable {
        guard let file else {
            return try CredentialTable(CredentialLoader.load(environment: system.environment, readFile: SystemContext.readFile))
        }
        var table = CredentialTable()
        for entry in file.entries {
            try table.add(
                try credential(entry, of: file), named: "entry \(entry.number) of \(file.path)", serving: entry.scopes,
                andTheRest: entry.isDefault)
        }
        return table
    }

    /// Refuses accounts and zones that nothing serves, before anything is sent to any of them.
    func refuseUnserved(_ scopes: [Scope]) throws(Failure) {
        guard let file else { return }
        let unserved = scopes.filter { file.entry(serving: $0) == nil }
        guard !unserved.isEmpty else { return }
        let named = unserved.prefix(5).map(\.description).joined(separator: ", ")
        let more = unserved.count > 5 ? " and \(HumanText.number(unserved.count - 5)) more" : ""
        throw .refused(
            "no entry of \(file.path) serves \(named)\(more); nothing was sent",
            remedy: "name them in an entry, or add { default: true, token_env: \"…\" }, which serves all that no entry names")
    }

    private func credential(_ entry: CredentialEntry, of file: CredentialsFile) throws -> Credential {
        let name = "\(file.path):\(entry.line): entry \(entry.number)"
        switch entry.kind {
        case .token(let place): return try .token(text: secret(at: place, name), source: "\(name): \(words(place))")
        case .key(let email, let place):
            return try .key(
                email: email, emailSource: "\(name): email", text: secret(at: place, name), source: "\(name): \(words(place))")
        }
    }

    private func words(_ place: CredentialEntry.Place) -> String {
        switch place {
        case .variable(let variable): variable
        case .file(let path): path
        }
    }

    private func secret(at place: CredentialEntry.Place, _ name: String) throws(Failure) -> String {
        switch place {
        case .variable(let variable):
            guard let text = system.environment[variable] else {
                throw .refused("\(name): the variable \(variable) is not set", remedy: "set it to the secret; nothing was sent")
            }
            return text
        case .file(let path):
            guard let text = SystemContext.readFile(path) else {
                throw .refused(
                    "\(name): the file \(path) cannot be read", remedy: "check the path, which is relative to the credentials file")
            }
            if SystemContext.isOpenToOthers(path) {
                let shown = TerminalText.sanitised(path)
                system.console.tell(
                    "tokensweep: warning: others than you may read \(shown); close it: chmod 600 \(ShellText.quoted(shown))")
            }
            return text
        }
    }
}

extension CredentialEntry.Kind {
    /// The environment variable that holds the secret; nil where a file does.
    fileprivate var variable: String? {
        switch self {
        case .token(.variable(let name)), .key(_, .variable(let name)): name
        case .token(.file), .key(_, .file): nil
        }
    }
}
