import Dispatch
import Glibc
import Synchronization

/// A client of a server on loopback that sends what it is told, to the byte.
package struct WebClient: Sendable {
    package let port: UInt16

    package struct Reply: Sendable, Equatable {
        package var status: Int
        /// By lower-case name.
        package var headers: [String: String]
        package var body: String
    }

    package init(port: UInt16) { self.port = port }

    /// Sends a request and reads until the server closes. Headers win over those that are sent otherwise.
    package func send(_ method: String, _ target: String, _ headers: [String: String] = [:]) async throws -> Reply {
        try await withCheckedThrowingContinuation { continuation in
            // On a thread of its own: an answer that does not come must not hold one of the few that tasks share.
            DispatchQueue(label: "web client").async {
                continuation.resume(
                    with: Result {
                        let stream = try open(target, headers.merging(["Connection": "close"]) { $1 }, method: method, version: "1.1")
                        return try Reply(stream.readToEnd())
                    })
            }
        }
    }

    package func get(_ target: String, _ headers: [String: String] = [:]) async throws -> Reply { try await send("GET", target, headers) }

    /// Sends a request and leaves the answer to whoever reads it. By HTTP 1.0 a long answer comes as it is, not in chunks.
    package func open(
        _ target: String, _ headers: [String: String] = [:], method: String = "GET", version: String = "1.0"
    ) throws -> WebStream {
        let stream = try WebStream(port: port)
        let all = ["Host": "127.0.0.1:\(port)"].merging(headers) { $1 }
        try stream.write("\(method) \(target) HTTP/\(version)\r\n\(all.map { "\($0.key): \($0.value)\r\n" }.joined())\r\n")
        return stream
    }
}

extension WebClient.Reply {
    fileprivate init(_ text: String) throws {
        guard let end = text.firstRange(of: "\r\n\r\n") else { throw FixtureFailure("no head in the answer: \(text.prefix(200))") }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw FixtureFailure("no status in the answer: \(text.prefix(200))")
        }
        self.status = status
        headers = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        body = String(text[end.upperBound...])
    }
}

/// A connection whose answer goes on. It is read only when somebody asks for the text, and closed with the last reference.
package final class WebStream: Sendable {
    private let socket: Int32
    private let received = Mutex<[UInt8]>([])

    fileprivate init(port: UInt16) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw SystemFailure("make a socket") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let code = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard code == 0 else { throw SystemFailure("connect to port \(port)") }
    }

    deinit { close(socket) }

    fileprivate func write(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw SystemFailure("send a request")
        }
    }

    fileprivate func readToEnd() throws -> String {
        while try read(flags: 0) {}
        return received.withLock { String(decoding: $0, as: UTF8.self) }
    }

    /// Everything that came so far.
    package var text: String {
        get throws {
            while try read(flags: Int32(MSG_DONTWAIT)) {}
            return received.withLock { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// False at the end, or when nothing is there yet.
    private func read(flags: Int32) throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &chunk, chunk.count, flags)
        if count < 0, errno != EAGAIN, errno != ECONNRESET { throw SystemFailure("receive an answer") }
        guard count > 0 else { return false }
        received.withLock { $0 += chunk.prefix(count) }
        return true
    }
}

/// A server-sent event as it was framed.
package struct WebEvent: Sendable, Equatable {
    package var name: String
    package var data: String
    package var id: String?

    /// The complete events of an answer's text.
    package static func all(in text: String) -> [WebEvent] {
        let end = text.ranges(of: "\n\n").last?.lowerBound ?? text.startIndex
        return text[..<end].split(separator: "\n\n").compactMap { block in
            let lines = block.split(separator: "\n")
            func value(_ name: String) -> String? {
                lines.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
            }
            guard let name = value("event"), let data = value("data") else { return nil }
            return WebEvent(name: name, data: data, id: value("id"))
        }
    }
}
