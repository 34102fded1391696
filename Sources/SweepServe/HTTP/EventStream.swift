import CMicroHTTPD

/// The body of an answer that goes on: what its listener is given, as it comes. Used by the serving thread only.
final class EventStream {
    private let listener: EventListener
    private let connection: OpaquePointer

    private init(_ listener: EventListener, _ connection: OpaquePointer) {
        self.listener = listener
        self.connection = connection
    }

    /// The response that reads from a listener, who is closed with it. Nil when memory ran out.
    static func response(_ listener: EventListener, _ connection: OpaquePointer) -> OpaquePointer? {
        let context = Unmanaged.passRetained(EventStream(listener, connection))
        let response = MHD_create_response_from_callback(
            .max, 8192,
            { context, _, buffer, capacity in
                guard let context, let buffer else { return microhttpd_reader_failed() }
                let stream = Unmanaged<EventStream>.fromOpaque(context).takeUnretainedValue()
                return stream.read(UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
            },
            context.toOpaque(),
            { context in
                guard let context else { return }
                Unmanaged<EventStream>.fromOpaque(context).takeRetainedValue().listener.close()
            })
        // Without a response nobody calls the release above.
        if response == nil { context.takeRetainedValue().listener.close() }
        return response
    }

    private func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        switch listener.read(into: buffer, connection) {
        case .bytes(let count): count
        case .ended: microhttpd_reader_ended()
        case .cut: microhttpd_reader_failed()
        }
    }
}
