import Testing

@testable import SweepServe

@Suite struct EventTextTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func framing() {
        #expect(text(EventText.event("job", Array("{}".utf8))) == "event: job\ndata: {}\n\n")
        #expect(text(EventText.event("token", id: 42, Array("{\"a\":1}".utf8))) == "id: 42\nevent: token\ndata: {\"a\":1}\n\n")
        #expect(text(EventText.event("x", Array("one\ntwo\n".utf8))) == "event: x\ndata: one\ndata: two\ndata: \n\n")
        #expect(text(EventText.heartbeat) == ":\n\n")
        #expect(text(EventText.retry(2000)) == "retry: 2000\n\n")
    }
}

@Suite struct EventListenerTests {
    private func read(_ listener: EventListener, _ count: Int = 100) -> (piece: EventListener.Piece, text: String) {
        var bytes = [UInt8](repeating: 0, count: count)
        let piece = bytes.withUnsafeMutableBytes { listener.read(into: $0, nil) }
        guard case .bytes(let count) = piece else { return (piece, "") }
        return (piece, String(decoding: bytes.prefix(count), as: UTF8.self))
    }

    @Test func `what is offered comes in order, in pieces as there is room`() {
        let listener = EventListener(known: nil)
        listener.offer(Array("abc".utf8))
        listener.offer(Array("def".utf8))
        #expect(read(listener, 4).text == "abcd")
        listener.offer(Array("g".utf8))
        #expect(read(listener).text == "efg")
        #expect(read(listener).piece == .bytes(0))
    }

    @Test func `who reads too slowly is cut off, and nothing is kept for them`() {
        let listener = EventListener(known: nil, limit: 10)
        listener.offer(Array(repeating: 1, count: 10))
        #expect(listener.isOpen)
        listener.offer([1])
        #expect(!listener.isOpen)
        listener.offer([1])
        #expect(read(listener).piece == .cut)
    }

    @Test func `what was read makes room`() {
        let listener = EventListener(known: nil, limit: 10)
        for _ in 0..<100 {
            listener.offer(Array("1234567".utf8))
            #expect(read(listener, 5).text.count == 5)
            #expect(read(listener, 5).text.count == 2)
        }
        #expect(listener.isOpen)
    }

    @Test func `at the end everything is still sent`() {
        let listener = EventListener(known: nil)
        listener.offer(Array("abc".utf8))
        listener.end()
        listener.offer(Array("def".utf8))
        #expect(read(listener).text == "abc")
        #expect(read(listener).piece == .ended)
    }
}

@Suite struct AudienceTests {
    @Test func `only so many are let in, and who left makes room`() {
        let audience = Audience()
        var listeners: [EventListener] = []
        for _ in 0..<64 {
            let listener = EventListener(known: nil)
            #expect(audience.admit(listener) != .refused)
            listeners.append(listener)
        }
        #expect(audience.admit(EventListener(known: nil)) == .refused)
        listeners[7].close()
        #expect(audience.admit(EventListener(known: nil)) == .admitted)
        #expect(audience.count == 64)
    }

    @Test func `the first one begins the service, and the last one ends it`() {
        let audience = Audience()
        let (first, second) = (EventListener(known: nil), EventListener(known: 3))
        #expect(audience.admit(first) == .first)
        #expect(audience.attend()?.arrivals.count == 1)
        #expect(audience.admit(second) == .admitted)
        let attending = audience.attend()
        #expect(attending?.arrivals.first === second && attending?.others.first === first)
        first.close()
        #expect(audience.attend()?.others.count == 1)
        second.close()
        #expect(audience.attend() == nil)
        #expect(audience.admit(EventListener(known: nil)) == .first)
    }

    @Test func `a closed one lets nobody in and everybody go`() {
        let audience = Audience()
        let listener = EventListener(known: nil)
        #expect(audience.admit(listener) == .first)
        audience.close()
        #expect(!listener.isOpen && audience.attend() == nil)
        #expect(audience.admit(EventListener(known: nil)) == .refused)
    }
}
