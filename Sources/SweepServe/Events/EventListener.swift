import CMicroHTTPD
import Synchronization

/// Somebody who listens to the events: what is still to be sent to them, and nothing beyond a bound. Who reads too slowly is let go,
/// and comes again by themselves.
final class EventListener: Sendable {
    /// The attempt up to which they know everything; nil for somebody new.
    let known: Int64?
    private let limit: Int
    private let state = Mutex(State())

    private struct State {
        var pending: [UInt8] = []
        /// How much of `pending` was sent.
        var sent = 0
        var phase = Phase.open
        /// The connection, while it sleeps because there is nothing to send.
        var sleeping: Connection?
    }

    private enum Phase {
        case open
        /// Reads too slowly: cut off.
        case dropped
        /// The server ends: what is pending is still sent.
        case ending
        /// The connection is no more.
        case closed
    }

    /// libmicrohttpd lets any thread wake a connection that sleeps, and it lives until then.
    private struct Connection: @unchecked Sendable {
        var pointer: OpaquePointer
    }

    init(known: Int64?, limit: Int = 1 << 19) {
        self.known = known
        self.limit = limit
    }

    /// Whether anything that is offered may still arrive.
    var isOpen: Bool { state.withLock { $0.phase == .open } }

    func offer(_ bytes: [UInt8]) {
        change { state in
            guard state.phase == .open else { return }
            if state.pending.count - state.sent + bytes.count > limit {
                state.phase = .dropped
                state.pending = []
                state.sent = 0
            } else {
                state.pending.removeFirst(state.sent)
                state.sent = 0
                state.pending += bytes
            }
        }
    }

    /// Nothing more will come.
    func end() {
        change { state in
            if state.phase == .open { state.phase = .ending }
        }
    }

    /// The connection is gone.
    func close() { state.withLock { $0.phase = .closed } }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            body(&state)
            // Inside the lock: the connection may not fall asleep, or end, between the two.
            guard let connection = state.sleeping else { return }
            state.sleeping = nil
            MHD_resume_connection(connection.pointer)
        }
    }

    enum Piece: Equatable {
        case bytes(Int)
        case ended
        case cut
    }

    /// Copies what comes next; without anything the connection is put to sleep. Called by the serving thread only.
    func read(into buffer: UnsafeMutableRawBufferPointer, _ connection: OpaquePointer?) -> Piece {
        let sleeper = connection.map(Connection.init)
        return state.withLock { state in
            if state.phase == .dropped { return .cut }
            let rest = state.pending[state.sent...]
            guard !rest.isEmpty else {
                guard state.phase == .open else { return .ended }
                if let sleeper {
                    MHD_suspend_connection(sleeper.pointer)
                    state.sleeping = sleeper
                }
                return .bytes(0)
            }
            let count = min(rest.count, buffer.count)
            buffer.copyBytes(from: rest.prefix(count))
            state.sent += count
            if state.sent == state.pending.count {
                state.pending.removeAll(keepingCapacity: true)
                state.sent = 0
            }
            return .bytes(count)
        }
    }
}
