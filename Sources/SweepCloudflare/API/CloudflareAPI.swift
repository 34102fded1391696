package import SweepModel

/// The Cloudflare API, for the runner and for whoever lists tokens.
package final class CloudflareAPI: TokenAPI {
    package let transport: CurlTransport

    /// `lanes` are the credentials that requests name by their index; `environment` is asked for the proxy and the trusted
    /// certificates (`HTTPS_PROXY`, `NO_PROXY`, `SSL_CERT_FILE`, `SSL_CERT_DIR`) and nothing else.
    package init(
        baseURL: BaseURL, lanes: [Credential], userAgent: String, timeout: Milliseconds, concurrency: Int,
        environment: [String: String]
    ) throws(SetupProblem) {
        var headers: [LaneHeaders] = []
        for credential in lanes { headers.append(try LaneHeaders(for: credential)) }
        let settings = TransportSettings(
            userAgent: userAgent, timeout: timeout, connections: max(1, concurrency), isEncrypted: baseURL.isEncrypted,
            trust: TrustedCertificates(environment: environment), proxy: ProxyChoice(for: baseURL, environment: environment))
        do throws(CurlProblem) {
            transport = try CurlTransport(base: baseURL, lanes: headers, settings: settings)
        } catch {
            throw .library(error)
        }
    }

    package func send(_ calls: [DeletionCall], deliver: @escaping @Sendable (ItemID, Answer) -> Void) {
        let submissions = calls.map { call in
            Submission(request: HTTPRequest(call)) { deliver(call.item, Answer(to: call, $0)) }
        }
        transport.send(submissions)
    }

    package func cancelAll() { transport.cancelAll() }

    /// Cuts every request short and ends the transport's thread; returns when it has ended.
    package func shutdown() { transport.shutdown() }

    /// `/accounts/023e…/access/service_tokens/f174…`: only validated ids become part of it.
    static func path(_ scope: Scope, _ tokenID: TokenID) -> String {
        accessPath(scope) + "/service_tokens/" + tokenID.description
    }

    /// `/accounts/023e…/access`
    static func accessPath(_ scope: Scope) -> String { scopePath(scope) + "/access" }

    /// `/accounts/023e…`
    static func scopePath(_ scope: Scope) -> String {
        let collection =
            switch scope.kind {
            case .account: "accounts"
            case .zone: "zones"
            }
        return "/" + collection + "/" + scope.id.description
    }
}
