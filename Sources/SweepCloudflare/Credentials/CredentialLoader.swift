package import SweepModel

/// Finds the credential that the environment offers.
package enum CredentialLoader {
    /// `CLOUDFLARE_API_TOKEN`; else `CLOUDFLARE_EMAIL` with `CLOUDFLARE_API_KEY`; else the file
    /// `$CREDENTIALS_DIRECTORY/cloudflare-api-token`. An empty variable counts as not set.
    ///
    /// Where a token and a key are given, the token is taken: it can do less than the key, which can do everything.
    /// `readFile` returns a file's text, or nil when it cannot be read.
    package static func load(
        environment: [String: String], readFile: (_ path: String) -> String?
    ) throws(CredentialProblem) -> Credential {
        if let token = environment.nonempty("CLOUDFLARE_API_TOKEN") {
            return try .token(text: token, source: "CLOUDFLARE_API_TOKEN")
        }
        switch (environment.nonempty("CLOUDFLARE_EMAIL"), environment.nonempty("CLOUDFLARE_API_KEY")) {
        case (let email?, let key?):
            return try .key(email: email, emailSource: "CLOUDFLARE_EMAIL", text: key, source: "CLOUDFLARE_API_KEY")
        case (_?, nil): throw .incomplete(missing: "CLOUDFLARE_API_KEY")
        case (nil, _?): throw .incomplete(missing: "CLOUDFLARE_EMAIL")
        case (nil, nil): break
        }
        guard let directory = environment.nonempty("CREDENTIALS_DIRECTORY") else { throw .missing }
        let path = directory + "/cloudflare-api-token"
        guard let text = readFile(path) else { throw .unreadableFile(path) }
        return try .token(text: text, source: path)
    }
}
