import Glibc

struct SocketFailure: Error {
    var step: String
    var number = errno
}

/// The few calls of the system that a test server needs.
enum Socket {
    /// A listening socket on a free port of 127.0.0.1.
    static func listen() throws -> (Int32, UInt16) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { throw SocketFailure(step: "socket") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let outcome = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) | Glibc.listen(listener, 256) | getsockname(listener, pointer, &length)
            }
        }
        guard outcome == 0 else { throw SocketFailure(step: "bind") }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    /// A port of 127.0.0.1 on which nobody listens.
    static func deadPort() throws -> UInt16 {
        let (listener, port) = try listen()
        close(listener)
        return port
    }

    /// Everything up to the next empty line; nil at the end of the connection.
    static func readHead(_ connection: Int32, _ pending: inout String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            if let (head, rest) = split(pending) {
                pending = rest
                return head
            }
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return nil }
            pending += String(decoding: buffer.prefix(count), as: UTF8.self)
        }
    }

    /// The next bytes of a connection, as text; nil when it ends before.
    static func readBody(_ count: Int, _ connection: Int32, _ pending: inout String) -> String? {
        var bytes = Array(pending.utf8)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < count {
            let got = read(connection, &buffer, buffer.count)
            guard got > 0 else { return nil }
            bytes += buffer.prefix(got)
        }
        pending = String(decoding: bytes.dropFirst(count), as: UTF8.self)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    private static func split(_ text: String) -> (head: String, rest: String)? {
        let bytes = Array(text.utf8)
        let end = Array("\r\n\r\n".utf8)
        guard bytes.count >= end.count,
            let start = (0...(bytes.count - end.count)).first(where: { bytes[$0...].starts(with: end) })
        else { return nil }
        return (String(decoding: bytes[..<start], as: UTF8.self), String(decoding: bytes[(start + 4)...], as: UTF8.self))
    }

    static func write(_ connection: Int32, _ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    static func resetOnClose(_ connection: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Starts a thread.
    static func thread(_ work: @escaping @Sendable () -> Void) throws -> pthread_t {
        final class Box {
            let work: @Sendable () -> Void
            init(_ work: @escaping @Sendable () -> Void) { self.work = work }
        }
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(work))
        let failure = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Box>.fromOpaque(context).takeRetainedValue().work()
                return nil
            }, box.toOpaque())
        guard failure == 0 else {
            box.release()
            throw SocketFailure(step: "pthread_create", number: failure)
        }
        return thread
    }
}
