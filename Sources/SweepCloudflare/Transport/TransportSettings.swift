package import SweepModel

/// How requests travel.
package struct TransportSettings: Sendable {
    package var userAgent: String
    /// For one request from hand-over to the last byte of its answer, connecting included.
    package var timeout: Milliseconds
    /// Connections that may be open at once.
    package var connections: Int
    /// Whether requests travel over TLS.
    package var isEncrypted: Bool
    package var trust: TrustedCertificates
    package var proxy: ProxyChoice

    package init(
        userAgent: String, timeout: Milliseconds, connections: Int, isEncrypted: Bool,
        trust: TrustedCertificates = TrustedCertificates(), proxy: ProxyChoice = .none
    ) {
        self.userAgent = userAgent
        self.timeout = timeout
        self.connections = connections
        self.isEncrypted = isEncrypted
        self.trust = trust
        self.proxy = proxy
    }
}

/// Where the certificates are that vouch for the API; nil means libcurl's own place.
package struct TrustedCertificates: Sendable, Hashable {
    package var file: String?
    package var directory: String?

    package init(file: String? = nil, directory: String? = nil) {
        self.file = file
        self.directory = directory
    }

    /// `SSL_CERT_FILE` and `SSL_CERT_DIR`, which the curl tool reads and libcurl does not.
    package init(environment: [String: String]) {
        file = environment.nonempty("SSL_CERT_FILE")
        directory = environment.nonempty("SSL_CERT_DIR")
    }
}

/// Which proxy leads to the API.
package enum ProxyChoice: Sendable, Hashable {
    case none
    /// `exceptions` is a list of hosts as in `NO_PROXY`.
    case url(String, exceptions: String?)

    /// As curl chooses: `https_proxy` or `all_proxy`, small letters first. Plain HTTP goes to loopback only, where a proxy
    /// would take the credential in clear text off the machine: there, none is used.
    package init(for base: BaseURL, environment: [String: String]) {
        let names = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        guard base.isEncrypted, let url = names.lazy.compactMap({ environment.nonempty($0) }).first else {
            self = .none
            return
        }
        self = .url(url, exceptions: environment.nonempty("no_proxy") ?? environment.nonempty("NO_PROXY"))
    }
}

extension [String: String] {
    /// A variable's value; an empty one counts as not set.
    func nonempty(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }
}
