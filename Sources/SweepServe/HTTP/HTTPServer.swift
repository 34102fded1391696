import CMicroHTTPD
import Glibc
import Synchronization

/// Requests in, answers out: libmicrohttpd serves with one thread, which asks `answer` and waits for it.
final class HTTPServer: Sendable {
    /// Connections at once; what comes beyond them is closed.
    private static let connections: UInt32 = 120
    /// After so many seconds in which nothing moves a connection is closed.
    private static let timeout: UInt32 = 30

    private let answer: @Sendable (HTTPRequest) -> HTTPReply
    private let daemon = Mutex<Daemon?>(nil)

    /// The daemon's handle: only `stop` uses it again, and libmicrohttpd lets any thread but its own do that.
    private struct Daemon: @unchecked Sendable {
        var pointer: OpaquePointer
    }

    init(answer: @escaping @Sendable (HTTPRequest) -> HTTPReply) { self.answer = answer }

    /// Accepts connections, and returns where: with port 0 the system chooses one. Throws `ServeError`.
    func listen(_ address: ListenAddress) throws(ServeError) -> ListenAddress {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let pointer = address.withSocketAddress {
            microhttpd_start($0, Self.connections, Self.timeout, 1, Self.handler, context, Self.completed, Self.accepted)
        }
        guard let pointer else { throw ServeError(address: address, errno: errno) }
        let handle = Daemon(pointer: pointer)
        daemon.withLock { $0 = handle }
        var bound = address
        bound.port = microhttpd_port(pointer)
        return bound
    }

    /// Ends every connection and the thread. Listeners must have been ended before: one that sleeps would not hear of it. Does nothing
    /// the second time.
    func stop() {
        let handle: Daemon? = daemon.withLock { daemon in
            defer { daemon = nil }
            return daemon
        }
        if let handle { MHD_stop_daemon(handle.pointer) }
    }

    // MARK: - One request

    /// Called for the head, for every part of a body, and at its end.
    private func serve(_ connection: OpaquePointer, _ method: String, _ context: RequestContext, hasBody: Bool) -> MHD_Result {
        let isReading = method == "GET" || method == "HEAD"
        // Whoever sends something is told that nothing is taken, before it is read.
        if isReading, !context.isHeadRead {
            context.isHeadRead = true
            return .YES
        }
        if hasBody { return .YES }
        let request = HTTPRequest(method: method, target: context.target, headers: Self.headers(connection))
        return queue(request.map(answer) ?? HTTPReply(400, .text, Array("not a well-formed target\n".utf8)), connection, method)
    }

    private func queue(_ reply: HTTPReply, _ connection: OpaquePointer, _ method: String) -> MHD_Result {
        guard let response = Self.response(reply, connection, isHead: method == "HEAD") else { return .NO }
        defer { MHD_destroy_response(response) }
        for header in reply.headers + SecurityHeaders.all {
            guard MHD_add_response_header(response, header.name, header.value) == .YES else { return .NO }
        }
        return MHD_queue_response(connection, UInt32(reply.status), response)
    }

    private static func response(_ reply: HTTPReply, _ connection: OpaquePointer, isHead: Bool) -> OpaquePointer? {
        switch reply.body {
        case .events(let listener) where !isHead: return EventStream.response(listener, connection)
        case .events: return response([])
        case .bytes(let bytes): return response(bytes)
        }
    }

    private static func response(_ bytes: [UInt8]) -> OpaquePointer? {
        bytes.withUnsafeBytes { bytes in
            // The library copies the bytes and only reads them, whatever the type says.
            MHD_create_response_from_buffer(bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
    }

    private static func headers(_ connection: OpaquePointer) -> [String: String] {
        var headers: [String: String] = [:]
        for name in HTTPRequest.readHeaders {
            headers[name] = MHD_lookup_connection_value(connection, .HEADER_KIND, name).map { String(cString: $0) }
        }
        return headers
    }
}

/// One request inside libmicrohttpd, from its first line until it is completed. Used by the serving thread only.
private final class RequestContext {
    /// Path and query, as sent.
    let target: String
    var isHeadRead = false

    init(target: String) { self.target = target }
}

// MARK: - Callbacks of libmicrohttpd

extension HTTPServer {
    /// The request line was read: makes the context, which `completed` releases.
    private static let accepted:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) -> UnsafeMutableRawPointer? = {
            _, target, _ in
            Unmanaged.passRetained(RequestContext(target: target.map { String(cString: $0) } ?? "")).toOpaque()
        }

    private typealias Handler =
        @convention(c) (
            UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
            UnsafePointer<CChar>?, UnsafeMutablePointer<Int>?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> MHD_Result

    private static let handler: Handler = { server, connection, _, method, _, _, size, context in
        guard let server, let connection, let method, let size, let context = context?.pointee else { return .NO }
        let hasBody = size.pointee > 0
        // Nothing of a body is of interest.
        size.pointee = 0
        let request = Unmanaged<RequestContext>.fromOpaque(context).takeUnretainedValue()
        return Unmanaged<HTTPServer>.fromOpaque(server).takeUnretainedValue()
            .serve(connection, String(cString: method), request, hasBody: hasBody)
    }

    private typealias Completed =
        @convention(c) (
            UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?, MHD_RequestTerminationCode
        ) -> Void

    private static let completed: Completed = { _, _, slot, _ in
        guard let pointer = slot?.pointee else { return }
        slot?.pointee = nil
        Unmanaged<RequestContext>.fromOpaque(pointer).release()
    }
}
