/// Which `Host` headers are answered. A page of another site can make its own name point at this machine, but not change the name
/// that its browser sends: a name that nobody gave this server is refused.
struct HostRule: Sendable {
    /// Where it listens, with the port that it got.
    var address: ListenAddress
    /// Names that its owner gave it, in lower case; behind a proxy any port goes with them.
    var names: Set<String> = []

    /// - Parameter authority: `name`, `name:port`, `1.2.3.4:port` or `[::1]:port`.
    func allows(_ authority: String) -> Bool {
        guard let (host, port) = HostRule.split(authority) else { return false }
        if names.contains(host.lowercased()) { return true }
        guard port ?? 80 == address.port else { return false }
        if let bytes = ListenAddress.bytes(of: host) { return allows(bytes) }
        return host.lowercased() == "localhost" && (address.isLoopback || address.isEverywhere)
    }

    /// No name stands for an address that is written out, so that none can be made to.
    private func allows(_ bytes: [UInt8]) -> Bool {
        bytes == address.bytes || address.isEverywhere || (address.isLoopback && ListenAddress.isLoopback(bytes))
    }

    private static func split(_ authority: String) -> (host: Substring, port: UInt16?)? {
        let end =
            authority.hasPrefix("[") ? authority.firstIndex(of: "]").map { authority.index(after: $0) } : authority.firstIndex(of: ":")
        let host = authority[..<(end ?? authority.endIndex)]
        let rest = authority[host.endIndex...]
        guard !host.isEmpty else { return nil }
        if rest.isEmpty { return (host, nil) }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits) else { return nil }
        return (host, port)
    }
}
