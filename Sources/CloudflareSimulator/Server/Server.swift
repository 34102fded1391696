import CMicroHTTPD
import Glibc
import Synchronization

/// The simulation behind a socket: libmicrohttpd serves with one thread, which asks the simulation and writes the ledger.
final class Server: Sendable {
    private let simulation: Mutex<Simulation>
    let ledger: Ledger
    let delays: DelayQueue
    /// How many requests came and were decided; their answers may still be waiting.
    let arrived = Milestone()
    /// Time 0 of the simulation, on the monotonic clock and since the epoch.
    private let start: Int
    private let epoch: Int
    private let daemon = Mutex<Daemon?>(nil)

    /// The daemon's handle: only `stop` uses it again, and libmicrohttpd lets any thread but its own do that.
    private struct Daemon: @unchecked Sendable {
        var pointer: OpaquePointer
    }

    init(_ world: World, _ ledger: Ledger) throws(ServerError) {
        start = Clock.monotonic
        epoch = Clock.epoch
        simulation = Mutex(Simulation(world, epoch: epoch))
        self.ledger = ledger
        delays = try DelayQueue()
    }

    /// Accepts connections on loopback and returns the port. `port` 0 lets the kernel choose. Throws `ServerError`.
    func listen(port: UInt16) throws(ServerError) -> UInt16 {
        try delays.start()
        let context = Unmanaged.passUnretained(self).toOpaque()
        let pointer = withUnsafePointer(to: microhttpd_loopback(port)) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                microhttpd_start($0, 4000, 0, 0, Server.handler, context, Server.completed, Server.accepted)
            }
        }
        guard let pointer else {
            let code = errno
            delays.stop()
            throw ServerError(operation: "listen on port \(port)", errno: code)
        }
        let bound = microhttpd_port(pointer)
        let handle = Daemon(pointer: pointer)
        daemon.withLock { $0 = handle }
        guard bound != 0 else {
            stop()
            throw ServerError(operation: "tell its port", errno: 0)
        }
        return bound
    }

    /// Ends every connection and all threads. Does nothing the second time.
    func stop() {
        delays.stop()
        let handle: Daemon? = daemon.withLock { daemon in
            defer { daemon = nil }
            return daemon
        }
        if let handle { MHD_stop_daemon(handle.pointer) }
        arrived.end()
    }

    /// Milliseconds since the epoch, by the simulation's own time.
    private var wallClock: Int { epoch + Clock.monotonic - start }
}

// MARK: - One request

extension Server {
    /// The handler of libmicrohttpd: called for the head, for every part of the body, at its end, and after a wait.
    private func serve(
        _ connection: OpaquePointer, _ method: String, _ context: RequestContext, _ data: UnsafeBufferPointer<UInt8>
    ) -> MHD_Result {
        switch context.phase {
        case .head:
            context.phase = .body([])
            return .YES
        case .body(var body) where !data.isEmpty:
            // Nothing that this API takes is as long: the rest is not kept.
            if body.count < 1 << 16 { body.append(contentsOf: data) }
            context.phase = .body(body)
            return .YES
        case .body(let body):
            return decide(connection, Server.request(connection, method, context.target, body), context)
        case .waiting where delays.isStopping:
            // Left to `completed`, which writes it down without an answer.
            return .NO
        case .waiting(let reply):
            return answer(connection, reply, context)
        case .hanging, .done:
            context.phase = .done
            return .NO
        }
    }

    private func decide(_ connection: OpaquePointer, _ request: Request, _ context: RequestContext) -> MHD_Result {
        let now = Clock.monotonic
        let reply = simulation.withLock { $0.handle(request, at: now - start) }
        arrived.advance()
        if reply.delay > 0 {
            context.phase = .waiting(reply)
            return delays.suspend(connection, until: now + reply.delay) ? .YES : .NO
        }
        return answer(connection, reply, context)
    }

    private func answer(_ connection: OpaquePointer, _ reply: Simulation.Reply, _ context: RequestContext) -> MHD_Result {
        context.phase = .done
        guard write(reply, isSent: true) else { return .NO }
        switch reply.answer.delivery {
        case .whole, .cut, .dribbled:
            return queue(reply.answer, connection)
        case .closed(let milliseconds):
            guard milliseconds > 0 else { return .NO }
            context.phase = .hanging
            return delays.suspend(connection, until: Clock.monotonic + milliseconds) ? .YES : .NO
        case .reset:
            // Where the kernel refuses, the orderly end that follows is the next best thing.
            _ = resetConnection(microhttpd_socket(connection))
            return .NO
        }
    }

    /// False when the ledger failed: an answer that is not written down must not be sent.
    private func write(_ reply: Simulation.Reply, isSent: Bool) -> Bool {
        var entry = reply.entry
        if isSent, entry.status != nil { entry.answeredAt = wallClock } else { entry.status = nil }
        do {
            try ledger.append(entry)
            return true
        } catch {
            return false
        }
    }

    private func queue(_ answer: Answer, _ connection: OpaquePointer) -> MHD_Result {
        guard let response = response(answer, connection) else { return .NO }
        defer { MHD_destroy_response(response) }
        for header in answer.headers {
            guard MHD_add_response_header(response, header.name, header.value) == .YES else { return .NO }
        }
        return MHD_queue_response(connection, UInt32(answer.status), response)
    }

    private func response(_ answer: Answer, _ connection: OpaquePointer) -> OpaquePointer? {
        if answer.delivery != .whole { return BodyStream.response(answer, delays, connection) }
        return answer.body.withUnsafeBytes { bytes in
            // The library copies the bytes and only reads them, whatever the type says.
            MHD_create_response_from_buffer(bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
    }

    private static func request(_ connection: OpaquePointer, _ method: String, _ target: String, _ body: [UInt8]) -> Request {
        func header(_ name: String) -> String? {
            MHD_lookup_connection_value(connection, .HEADER_KIND, name).map { String(cString: $0) }
        }
        var request = Request(method, target)
        request.authorization = header("Authorization")
        request.authEmail = header("X-Auth-Email")
        request.authKey = header("X-Auth-Key")
        request.userAgent = header("User-Agent")
        request.peer = microhttpd_peer(connection)
        request.body = body
        return request
    }
}

// MARK: - Callbacks of libmicrohttpd

extension Server {
    private typealias Handler =
        @convention(c) (
            UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
            UnsafePointer<CChar>?, UnsafeMutablePointer<Int>?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> MHD_Result

    /// The request line was read: makes the context, which `completed` releases.
    private static let accepted:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) -> UnsafeMutableRawPointer? = {
            _, target, _ in
            Unmanaged.passRetained(RequestContext(target: target.map { String(cString: $0) } ?? "")).toOpaque()
        }

    private static let handler: Handler = { server, connection, _, method, _, data, size, context in
        guard let server, let connection, let method, let size, let context = context?.pointee else { return .NO }
        let bytes = UnsafeRawPointer(data)?.assumingMemoryBound(to: UInt8.self)
        let part = UnsafeBufferPointer(start: bytes, count: size.pointee)
        // All of the part is taken.
        size.pointee = 0
        let request = Unmanaged<RequestContext>.fromOpaque(context).takeUnretainedValue()
        return Unmanaged<Server>.fromOpaque(server).takeUnretainedValue().serve(connection, String(cString: method), request, part)
    }

    private typealias Completed =
        @convention(c) (
            UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?, MHD_RequestTerminationCode
        ) -> Void

    private static let completed: Completed = { server, _, slot, _ in
        guard let server, let pointer = slot?.pointee else { return }
        slot?.pointee = nil
        let context = Unmanaged<RequestContext>.fromOpaque(pointer).takeRetainedValue()
        // Ended before its time came: done all the same, and to be written down without an answer.
        guard case .waiting(let reply) = context.phase else { return }
        context.phase = .done
        // A failed ledger remembers its failure, and `stop` tells it.
        _ = Unmanaged<Server>.fromOpaque(server).takeUnretainedValue().write(reply, isSent: false)
    }
}
