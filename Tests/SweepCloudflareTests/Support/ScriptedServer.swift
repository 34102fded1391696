import Glibc
import Synchronization

/// A server on loopback that reads HTTP/1.1 requests and does with each what its script says, byte for byte.
final class ScriptedServer: Sendable {
    struct Request: Sendable {
        /// Counted from 1 over all connections.
        var number: Int
        /// Counted from 1.
        var connection: Int
        /// The head, without its empty line.
        var head: String
        var body = ""

        func header(_ name: String) -> String? {
            let prefix = name.lowercased() + ": "
            let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(prefix) }
            return line.map { String($0.dropFirst(prefix.count)) }
        }
    }

    enum Action: Sendable {
        /// Sends these bytes; the connection stays.
        case send(String)
        case sendThenClose(String)
        case close
        /// Closes with an RST.
        case reset
        /// Sends these bytes and then nothing more, until the peer goes away.
        case sendThenStall(String)

        static func json(_ status: Int, _ body: String, _ headers: [String] = []) -> Action {
            let lines = ["HTTP/1.1 \(status) Reason", "Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
            return .send((lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + body)
        }

        static let stall = Action.sendThenStall("")
    }

    private struct State {
        var requests = 0
        var connections: [Int32] = []
        var threads: [pthread_t] = []
        var isStopped = false
    }

    let port: UInt16
    /// Every request as it arrives: what tests wait for.
    let arrivals: AsyncStream<Request>
    private let arrived: AsyncStream<Request>.Continuation
    private let listener: Int32
    private let script: @Sendable (Request) -> Action
    private let state = Mutex(State())

    var base: String { "http://127.0.0.1:\(port)/client/v4" }
    var requestCount: Int { state.withLock { $0.requests } }
    var connectionCount: Int { state.withLock { $0.connections.count } }

    init(_ script: @escaping @Sendable (Request) -> Action) throws {
        (listener, port) = try Socket.listen()
        self.script = script
        (arrivals, arrived) = AsyncStream.makeStream()
        try start { server in server.accept() }
    }

    /// Ends every connection and thread.
    func stop() {
        let threads = state.withLock { state in
            state.isStopped = true
            shutdown(listener, Int32(SHUT_RDWR))
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
            return state.threads
        }
        for thread in threads { pthread_join(thread, nil) }
        // Connections accepted while the threads above ended.
        let (late, connections) = state.withLock { ($0.threads.dropFirst(threads.count), $0.connections) }
        for thread in late { pthread_join(thread, nil) }
        for connection in connections { close(connection) }
        close(listener)
        arrived.finish()
    }

    private func start(_ work: @escaping @Sendable (ScriptedServer) -> Void) throws {
        let thread = try Socket.thread { [self] in work(self) }
        state.withLock { $0.threads.append(thread) }
    }

    private func accept() {
        while true {
            // A child process of another test must not inherit the connection and keep it open.
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0, fcntl(connection, F_SETFD, FD_CLOEXEC) == 0 else { return }
            let number = state.withLock { state in
                state.connections.append(connection)
                if state.isStopped { shutdown(connection, Int32(SHUT_RDWR)) }
                return state.connections.count
            }
            do { try start { $0.serve(connection, number) } } catch { return }
        }
    }

    private func serve(_ connection: Int32, _ number: Int) {
        var pending = ""
        while let head = Socket.readHead(connection, &pending) {
            let count = state.withLock { state in
                state.requests += 1
                return state.requests
            }
            var request = Request(number: count, connection: number, head: head)
            let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
            guard let body = Socket.readBody(length, connection, &pending) else { return }
            request.body = body
            let action = script(request)
            arrived.yield(request)
            switch action {
            case .send(let text): Socket.write(connection, text)
            case .sendThenClose(let text):
                Socket.write(connection, text)
                return finish(connection)
            case .close: return finish(connection)
            case .reset:
                Socket.resetOnClose(connection)
                return finish(connection)
            case .sendThenStall(let text):
                Socket.write(connection, text)
                while Socket.readHead(connection, &pending) != nil {}
                return
            }
        }
    }

    /// Ends a connection but keeps its descriptor's number taken until `stop`.
    private func finish(_ connection: Int32) {
        let empty = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        dup2(empty, connection)
        close(empty)
    }
}

/// Runs a test against a server of its own.
func withServer<Result>(
    _ script: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Action,
    _ body: (ScriptedServer) async throws -> Result
) async throws -> Result {
    let server = try ScriptedServer(script)
    defer { server.stop() }
    return try await body(server)
}
