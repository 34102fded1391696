import SweepModel

/// The header lines of every request that a credential authenticates.
struct LaneHeaders {
    let plain: HeaderList
    /// For requests with a body.
    let withBody: HeaderList

    init(plain: HeaderList, withBody: HeaderList) {
        self.plain = plain
        self.withBody = withBody
    }

    init(for credential: Credential) throws(SetupProblem) {
        plain = try HeaderList(for: credential)
        // libcurl calls a body a form, and may wait for leave to send it, unless it is told otherwise.
        withBody = try HeaderList(for: credential, and: ["Content-Type: application/json", "Expect:"])
    }

    func lines(for request: HTTPRequest) -> HeaderList { request.body == nil ? plain : withBody }
}

extension HeaderList {
    /// The one place where a secret leaves its hiding: libcurl gets a copy of these lines, and nothing else does.
    convenience init(for credential: Credential, and others: [String] = []) throws(SetupProblem) {
        var lines = ["Accept: application/json"] + others
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
