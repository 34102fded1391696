package import SweepModel

/// One JSON value on one line, built from the front: commas are set by themselves.
///
///     var json = JSONText()
///     json.object { json in
///         json.member("name", "incident-42")
///         json.array("scopes") { json in json.element("account") }
///     }
///
/// A member whose value is nil is left out.
package struct JSONText: Sendable {
    /// UTF-8, without a line break.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Starts over and keeps the memory.
    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    package mutating func object(_ body: (inout JSONText) -> Void) {
        separate()
        enclose("{", "}", body)
    }

    package mutating func object(_ key: String, _ body: (inout JSONText) -> Void) {
        self.key(key)
        enclose("{", "}", body)
    }

    package mutating func array(_ body: (inout JSONText) -> Void) {
        separate()
        enclose("[", "]", body)
    }

    package mutating func array(_ key: String, _ body: (inout JSONText) -> Void) {
        self.key(key)
        enclose("[", "]", body)
    }

    private mutating func enclose(_ opening: Unicode.Scalar, _ closing: Unicode.Scalar, _ body: (inout JSONText) -> Void) {
        bytes.append(UInt8(ascii: opening))
        body(&self)
        bytes.append(UInt8(ascii: closing))
    }

    /// Sets a comma unless the value is the first of its kind. The last byte tells: a text that ends in a bracket
    /// still has its quote behind it.
    private mutating func separate() {
        switch bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["): break
        default: bytes.append(UInt8(ascii: ","))
        }
    }

    private mutating func key(_ key: String) {
        separate()
        bytes.append(quoted: key)
        bytes.append(UInt8(ascii: ":"))
    }
}

/// Members of objects.
extension JSONText {
    package mutating func member(_ key: String, _ value: String?) {
        guard let value else { return }
        self.key(key)
        bytes.append(quoted: value)
    }

    package mutating func member(_ key: String, _ value: Int?) {
        guard let value else { return }
        self.key(key)
        bytes.append(number: value)
    }

    package mutating func member(_ key: String, _ value: Bool?) {
        guard let value else { return }
        self.key(key)
        bytes.append(text: value ? "true" : "false")
    }

    /// A finite number; an infinite one or NaN is left out, for JSON has none.
    package mutating func member(_ key: String, _ value: Double?) {
        guard let value, value.isFinite else { return }
        self.key(key)
        bytes.append(text: value.description)
    }

    package mutating func member(_ key: String, _ value: Timestamp?) {
        guard let value else { return }
        self.key(key)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(time: value)
        bytes.append(UInt8(ascii: "\""))
    }
}

/// Elements of arrays.
extension JSONText {
    package mutating func element(_ value: String) {
        separate()
        bytes.append(quoted: value)
    }

    package mutating func element(_ value: Int) {
        separate()
        bytes.append(number: value)
    }
}
