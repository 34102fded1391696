import SweepModel

extension HeaderList {
    /// The header lines of every request that a credential authenticates.
    ///
    /// The one place where a secret leaves its hiding: libcurl gets a copy of these lines, and nothing else does.
    convenience init(for credential: Credential) throws(SetupProblem) {
        var lines = ["Accept: application/json"]
        do throws(CredentialProblem) {
            switch credential {
            case .token(let secret):
                lines.append("Authorization: Bearer " + (try Credential.usable(secret.reveal(), "the API token")))
            case .key(let email, let secret):
                lines.append("X-Auth-Email: " + (try Credential.usable(email, "the email")))
                lines.append("X-Auth-Key: " + (try Credential.usable(secret.reveal(), "the API key")))
            }
        } catch {
            throw .credential(error)
        }
        do throws(CurlProblem) {
            try self.init(lines)
        } catch {
            throw .library(error)
        }
    }
}

/// Why the API cannot be used at all.
package enum SetupProblem: Error, Sendable, Hashable {
    case credential(CredentialProblem)
    case library(CurlProblem)
}
