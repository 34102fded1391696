import Dispatch
import Glibc

/// A client that sends one request and shows what really comes back, to the byte.
struct RawClient {
    /// How the connection ended, after the bytes that came.
    enum End: Equatable {
        case closed
        case reset
    }

    struct Reply {
        var text: String
        var end: End

        /// The part after the head; nil without a head.
        var body: String? {
            guard let range = text.firstRange(of: "\r\n\r\n") else { return nil }
            return String(text[range.upperBound...])
        }

        /// The number of a `Content-Length` header.
        var declaredLength: Int? {
            text.firstMatch(of: /Content-Length: (\d+)/).flatMap { Int($0.1) }
        }
    }

    /// A system call that failed.
    struct Failure: Error {
        var call: String
        var errno: Int32
    }

    /// Sends `method target` to a port of loopback, with a Bearer token, and reads until the server closes.
    static func send(_ method: String, _ target: String, port: UInt16, token: String = "cfut_writer", body: String = "") throws -> Reply {
        let socket = try connect(port)
        defer { close(socket) }
        let head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nUser-Agent: raw/1\r\n"
        try write(head + "Authorization: Bearer \(token)\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body, to: socket)
        return try read(socket)
    }

    /// The same on a thread of its own: an answer that does not come must not hold one of the few that tasks share.
    static func sendAside(_ method: String, _ target: String, port: UInt16) async throws -> Reply {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "raw client").async {
                continuation.resume(with: Result { try send(method, target, port: port) })
            }
        }
    }

    private static func connect(_ port: UInt16) throws -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Failure(call: "socket", errno: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(socket, $0, size) }
        }
        guard code == 0 else { throw Failure(call: "connect", errno: errno) }
        return socket
    }

    private static func write(_ text: String, to socket: Int32) throws {
        let bytes = Array(text.utf8)
        let sent = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent == bytes.count else { throw Failure(call: "send", errno: errno) }
    }

    private static func read(_ socket: Int32) throws -> Reply {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.recv(socket, &buffer, buffer.count, 0)
            if count == 0 { return Reply(text: String(decoding: all, as: UTF8.self), end: .closed) }
            if count < 0, errno == ECONNRESET { return Reply(text: String(decoding: all, as: UTF8.self), end: .reset) }
            guard count > 0 else { throw Failure(call: "recv", errno: errno) }
            all.append(contentsOf: buffer[..<count])
        }
    }
}
