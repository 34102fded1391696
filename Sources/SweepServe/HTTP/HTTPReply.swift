/// An answer before it is sent.
struct HTTPReply: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: Body

    enum Body: Sendable {
        case bytes([UInt8])
        /// Stays open, and sends what the listener is given.
        case events(EventListener)
    }

    init(_ status: Int, _ type: ContentType, _ body: [UInt8], headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = [("Content-Type", type.rawValue)] + headers
        self.body = .bytes(body)
    }

    init(events listener: EventListener) {
        status = 200
        headers = [("Content-Type", ContentType.events.rawValue), ("X-Accel-Buffering", "no")]
        body = .events(listener)
    }
}

enum ContentType: String {
    case html = "text/html; charset=utf-8"
    case css = "text/css; charset=utf-8"
    case script = "text/javascript; charset=utf-8"
    case svg = "image/svg+xml; charset=utf-8"
    case json = "application/json"
    case text = "text/plain; charset=utf-8"
    case metrics = "text/plain; version=0.0.4; charset=utf-8"
    case events = "text/event-stream"
}
