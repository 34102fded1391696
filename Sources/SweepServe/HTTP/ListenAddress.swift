import Glibc

/// Where a server listens, or an address that a `Host` header names.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16 bytes in network order.
    let bytes: [UInt8]
    /// 0 lets the system choose.
    package var port: UInt16

    /// Reads `127.0.0.1:7461`, `[::1]:7461` or `localhost:7461`; nil for anything else, other names too.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits),
            let bytes = ListenAddress.bytes(of: text[..<colon] == "localhost" ? "127.0.0.1" : text[..<colon])
        else { return nil }
        self.bytes = bytes
        self.port = port
    }

    /// The bytes of `127.0.0.1` or `[::1]`; nil for a name.
    static func bytes(of host: Substring) -> [UInt8]? {
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
        var bytes = [UInt8](repeating: 0, count: isBracketed ? 16 : 4)
        let text = isBracketed ? String(host.dropFirst().dropLast()) : String(host)
        return inet_pton(isBracketed ? AF_INET6 : AF_INET, text, &bytes) == 1 ? bytes : nil
    }

    /// Whether only programs of this machine can reach it.
    package var isLoopback: Bool { ListenAddress.isLoopback(bytes) }

    static func isLoopback(_ bytes: [UInt8]) -> Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes == Array(repeating: 0, count: 15) + [1]
    }

    /// `0.0.0.0` and `[::]`: every address of the machine.
    var isEverywhere: Bool { bytes.allSatisfy { $0 == 0 } }

    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil else { return "?:\(port)" }
        let host = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return bytes.count == 4 ? "\(host):\(port)" : "[\(host)]:\(port)"
    }

    /// Lends the address as the system's calls want it.
    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
        if bytes.count == 4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: bytes) }
            return withUnsafePointer(to: address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body) }
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body) }
    }
}
