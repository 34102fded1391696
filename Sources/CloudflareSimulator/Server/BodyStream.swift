import CMicroHTTPD

/// A body that is not sent in one piece: it ends too early, or comes in drops. Used by the serving thread only.
final class BodyStream {
    private let body: [UInt8]
    /// How many bytes are sent before the connection is cut; all of them when nil.
    private let cut: Int?
    private let pieces: Pieces?
    private let delays: DelayQueue
    private let connection: OpaquePointer
    /// When the next piece may leave, on the monotonic clock.
    private var next = 0

    /// So many bytes every so many milliseconds.
    private struct Pieces {
        var size: Int
        var interval: Int
    }

    init(_ answer: Answer, _ delays: DelayQueue, _ connection: OpaquePointer) {
        body = answer.body
        self.delays = delays
        self.connection = connection
        cut = answer.delivery == .cut ? answer.body.count / 2 : nil
        if case .dribbled(let milliseconds) = answer.delivery {
            let count = max(1, min(20, body.count))
            pieces = Pieces(size: (body.count + count - 1) / count, interval: max(1, milliseconds / count))
        } else {
            pieces = nil
        }
    }

    /// The response that reads from a new stream; the stream lives as long as it does. Nil when memory ran out.
    static func response(_ answer: Answer, _ delays: DelayQueue, _ connection: OpaquePointer) -> OpaquePointer? {
        let context = Unmanaged.passRetained(BodyStream(answer, delays, connection))
        let response = MHD_create_response_from_callback(
            UInt64(answer.body.count), 4096,
            { context, position, buffer, capacity in
                guard let context, let buffer else { return microhttpd_reader_failed() }
                return Unmanaged<BodyStream>.fromOpaque(context).takeUnretainedValue().read(Int(position), buffer, capacity)
            },
            context.toOpaque(),
            { context in
                guard let context else { return }
                Unmanaged<BodyStream>.fromOpaque(context).release()
            }
        )
        // Without a response nobody calls the release above.
        if response == nil { context.release() }
        return response
    }

    private func read(_ position: Int, _ buffer: UnsafeMutablePointer<CChar>, _ capacity: Int) -> Int {
        if let cut, position >= cut { return microhttpd_reader_failed() }
        var count = min(capacity, (cut ?? body.count) - position)
        guard count > 0 else { return microhttpd_reader_ended() }
        if let pieces {
            let now = Clock.monotonic
            if next == 0 { next = now + pieces.interval }
            // Zero bytes and a suspended connection: asked again once it is resumed.
            if now < next, delays.suspend(connection, until: next) { return 0 }
            next = now + pieces.interval
            count = min(count, pieces.size)
        }
        body.withUnsafeBytes { bytes in
            UnsafeMutableRawPointer(buffer).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]).baseAddress ?? UnsafeRawPointer(buffer),
                byteCount: count)
        }
        return count
    }
}
