import SweepJSON
import SweepModel

extension Envelope {
    /// Reads the plain success that nearly every answer is. The decoder takes ten times as long for it, more than all the rest of
    /// an answer's way.
    ///
    /// nil for every other body, also for a success with anything unusual about it: those are the decoder's. What both can read
    /// they read alike.
    init?(plainSuccess bytes: Span<UInt8>) {
        // Why a body is no UTF-8 is of no interest: the decoder refuses it as well.
        guard (try? UTF8Span(validating: bytes)) != nil else { return nil }
        var reader = PlainReader(bytes.count)
        do throws(JSONFlaw) {
            try reader.readEnvelope(bytes)
        } catch {
            return nil
        }
        guard reader.isPlain, reader.seen.isSuperset(of: [.success, .errors]) else { return nil }
        self.init(success: true, errors: [], result: reader.result)
    }
}

/// Goes on until something is not plain.
private struct PlainReader {
    struct Keys: OptionSet {
        let rawValue: Int
        static let success = Keys(rawValue: 1 << 0)
        static let errors = Keys(rawValue: 1 << 1)
        static let messages = Keys(rawValue: 1 << 2)
        static let result = Keys(rawValue: 1 << 3)
        static let id = Keys(rawValue: 1 << 4)
        static let name = Keys(rawValue: 1 << 5)
        static let clientID = Keys(rawValue: 1 << 6)
        static let duration = Keys(rawValue: 1 << 7)
        static let expiresAt = Keys(rawValue: 1 << 8)
        static let status = Keys(rawValue: 1 << 9)
        static let enabled = Keys(rawValue: 1 << 10)
    }

    /// The key that is written so; nil for one that means nothing here.
    private static func key(named name: Span<UInt8>) -> Keys? {
        switch name.count {
        case 2 where name.equals("id"): .id
        case 4 where name.equals("name"): .name
        case 6 where name.equals("errors"): .errors
        case 6 where name.equals("result"): .result
        case 6 where name.equals("status"): .status
        case 7 where name.equals("success"): .success
        case 7 where name.equals("enabled"): .enabled
        case 8 where name.equals("messages"): .messages
        case 8 where name.equals("duration"): .duration
        case 9 where name.equals("client_id"): .clientID
        case 10 where name.equals("expires_at"): .expiresAt
        default: nil
        }
    }

    private var cursor: JSONCursor
    private(set) var seen: Keys = []
    private(set) var isPlain = true
    private(set) var result: TokenResult?

    init(_ count: Int) {
        // As deep as the decoder goes.
        cursor = JSONCursor(0..<count, depthLimit: 512)
    }

    mutating func readEnvelope(_ bytes: Span<UInt8>) throws(JSONFlaw) {
        guard cursor.accept(UInt8(ascii: "{"), bytes) else { return giveUp() }
        repeat {
            switch try key(bytes) {
            case .success? where isFirst(.success): try cursor.skipWord("true", bytes)
            case .errors? where isFirst(.errors):
                isPlain = cursor.accept(UInt8(ascii: "["), bytes) && cursor.accept(UInt8(ascii: "]"), bytes)
            case .messages? where isFirst(.messages): try cursor.skipValue(bytes)
            case .result? where isFirst(.result): try readResult(bytes)
            default: giveUp()
            }
            guard isPlain else { return }
        } while cursor.accept(UInt8(ascii: ","), bytes)
        isPlain = cursor.accept(UInt8(ascii: "}"), bytes) && cursor.peek(bytes) == nil
    }

    private mutating func readResult(_ bytes: Span<UInt8>) throws(JSONFlaw) {
        guard cursor.accept(UInt8(ascii: "{"), bytes) else { return giveUp() }
        var token = TokenResult()
        repeat {
            switch try key(bytes) {
            case .id?: token.id = try text(.id, bytes)
            case .name?: token.name = try text(.name, bytes)
            case .clientID?: token.clientID = try text(.clientID, bytes)
            case .duration?: token.duration = try text(.duration, bytes)
            case .status?: token.status = try text(.status, bytes)
            case .expiresAt?: token.expiresAt = try text(.expiresAt, bytes).flatMap { Timestamp(rfc3339: $0) }
            case .enabled?: token.isEnabled = try truth(.enabled, bytes)
            default: try cursor.skipValue(bytes)
            }
            guard isPlain else { return }
        } while cursor.accept(UInt8(ascii: ","), bytes)
        guard cursor.accept(UInt8(ascii: "}"), bytes) else { return giveUp() }
        result = token
    }

    /// The next key with its colon; nil for one that means nothing here. One that is written with escapes may mean anything.
    private mutating func key(_ bytes: Span<UInt8>) throws(JSONFlaw) -> Keys? {
        let key = try cursor.string("a key", bytes)
        try cursor.expect(UInt8(ascii: ":"), "a colon", bytes)
        // Only passes white space: a word has to stand right where the cursor is.
        _ = cursor.peek(bytes)
        if key.isEscaped { giveUp() }
        return PlainReader.key(named: bytes.extracting(key.range))
    }

    private mutating func text(_ key: Keys, _ bytes: Span<UInt8>) throws(JSONFlaw) -> String? {
        guard isFirst(key), let text = plain(try cursor.string("a text", bytes), bytes) else {
            giveUp()
            return nil
        }
        return text
    }

    private mutating func truth(_ key: Keys, _ bytes: Span<UInt8>) throws(JSONFlaw) -> Bool {
        if !isFirst(key) { giveUp() }
        let isTrue = cursor.peek(bytes) == UInt8(ascii: "t")
        try cursor.skipWord(isTrue ? "true" : "false", bytes)
        return isTrue
    }

    /// Which of two values of a key counts is not for this reader to decide.
    private mutating func isFirst(_ key: Keys) -> Bool { seen.insert(key).inserted }

    private mutating func giveUp() { isPlain = false }

    private func plain(_ text: JSONCursor.Text, _ bytes: Span<UInt8>) -> String? {
        guard !text.isEscaped else { return nil }
        return bytes.extracting(text.range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}

extension Span<UInt8> {
    fileprivate func equals(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { text in
            guard count == text.count else { return false }
            for offset in 0..<count where self[unchecked: offset] != text[offset] { return false }
            return true
        }
    }
}
