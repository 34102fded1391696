/// One line of a job's evidence in its canonical form: a JSON object in ASCII, without white space, its members in a fixed
/// order. What is not printable ASCII is escaped as `\u` with four lower-case digits, so that every text has exactly one form
/// and no text can act on a terminal.
///
///     {"n":1,"at":"2026-11-23T19:21:57.042Z","event":"planned",…,"previous":"0000…"}
///
/// A line's hash is the SHA-256 of exactly these bytes; `previous` is the hash of the line before, or zeroes.
package struct EvidenceText: Sendable {
    /// The object, still open.
    private var bytes: [UInt8]

    /// - Parameter number: the line's number in its job, from 1.
    package init(line number: Int, at moment: Timestamp, event: String) {
        bytes = []
        bytes.reserveCapacity(640)
        bytes.append(addingCapacity: 5 + decimalWidth) { output in
            output.append(literal: "{\"n\":")
            output.append(decimal: number)
        }
        member("at", moment)
        member("event", event)
    }

    /// Takes a stored line up again; nil for bytes that no canonical line has.
    package init?(stored line: String) {
        let utf8 = Array(line.utf8)
        guard utf8.count > 2, utf8.first == UInt8(ascii: "{"), utf8.last == UInt8(ascii: "}"),
            utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        bytes = utf8.dropLast()
    }

    /// Members whose value is nil are left out.
    package mutating func member(_ key: StaticString, _ value: String?) {
        guard let value else { return }
        member(key, room: value.canonicalWidth) { $0.append(canonical: value) }
    }

    package mutating func member(_ key: StaticString, _ value: Int?) {
        guard let value else { return }
        member(key, room: decimalWidth) { $0.append(decimal: value) }
    }

    package mutating func member(_ key: StaticString, _ value: Timestamp?) {
        guard let value else { return }
        member(key, room: timeWidth) { $0.append(time: value) }
    }

    package mutating func member(_ key: StaticString, _ values: [String]) {
        member(key, room: values.reduce(2) { $0 + $1.canonicalWidth + 1 }) { output in
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                output.append(canonical: value)
            }
            output.append(UInt8(ascii: "]"))
        }
    }

    /// The states that occur, in the order of the closed list.
    package mutating func member(_ key: StaticString, _ tally: Tally) {
        let states = ItemState.allCases.filter { tally[$0] > 0 }
        member(key, room: states.reduce(2) { $0 + $1.rawValue.canonicalWidth + decimalWidth + 2 }) { output in
            output.append(UInt8(ascii: "{"))
            for (index, state) in states.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                output.append(canonical: state.rawValue)
                output.append(UInt8(ascii: ":"))
                output.append(decimal: tally[state])
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// The line as it is kept: without its place in a chain.
    package var stored: String { String(decoding: bytes, as: UTF8.self) + "}" }

    /// The bytes that are hashed. `previous`: the 32 bytes of the hash before.
    package consuming func hashed(after previous: [UInt8]) -> [UInt8] {
        bytes.append(hash: previous, as: "previous")
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// The line as people get it: what was hashed, with the hash as its last member.
    package func printed(after previous: [UInt8], hash: [UInt8]) -> [UInt8] {
        var line = bytes
        line.append(hash: previous, as: "previous")
        line.append(hash: hash, as: "hash")
        line.append(UInt8(ascii: "}"))
        return line
    }

    /// Every attempt has two lines of a dozen members: each asks for its room once, and is then written byte by byte.
    ///
    /// - Parameter room: the most bytes that `write` adds.
    private mutating func member(_ key: StaticString, room: Int, _ write: (inout OutputSpan<UInt8>) -> Void) {
        bytes.append(addingCapacity: key.utf8CodeUnitCount + 4 + room) { output in
            output.append(literal: ",\"")
            output.append(literal: key)
            output.append(literal: "\":")
            write(&output)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(hash: [UInt8], as key: StaticString) {
        append(addingCapacity: key.utf8CodeUnitCount + 6 + 2 * hash.count) { output in
            output.append(literal: ",\"")
            output.append(literal: key)
            output.append(literal: "\":\"")
            output.append(hexadecimal: hash)
            output.append(UInt8(ascii: "\""))
        }
    }
}

/// The most bytes of a number.
private let decimalWidth = 20
/// The most bytes of a time with its quotes; the largest number of milliseconds lies in a year of nine digits.
private let timeWidth = 40

extension String {
    /// The most bytes of its canonical form: six for each unit of UTF-16, of which there are no more than bytes of UTF-8.
    fileprivate var canonicalWidth: Int { 6 * utf8.count + 2 }
}

extension OutputSpan<UInt8> {
    fileprivate mutating func append(literal text: StaticString) {
        append(copying: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func append(copying source: UnsafeBufferPointer<UInt8>) {
        withUnsafeMutableBufferPointer { buffer, count in
            count = buffer[count...].initialize(fromContentsOf: source)
        }
    }

    /// A JSON string of ASCII alone.
    fileprivate mutating func append(canonical text: String) {
        append(UInt8(ascii: "\""))
        if !text.utf8.span.withUnsafeBufferPointer({ append(plain: $0) }) {
            for unit in text.utf16 { append(canonical: unit) }
        }
        append(UInt8(ascii: "\""))
    }

    /// The common case, told in one pass without a branch for each byte; false where something must be escaped.
    private mutating func append(plain text: UnsafeBufferPointer<UInt8>) -> Bool {
        var isPlain = true
        for byte in text { isPlain = isPlain && byte.isPlain }
        if isPlain { append(copying: text) }
        return isPlain
    }

    private mutating func append(canonical unit: UInt16) {
        if let byte = UInt8(exactly: unit), byte.isPlain { return append(byte) }
        append(literal: "\\u")
        for shift in [12, 8, 4, 0] as [UInt16] { append(digit: UInt8(truncatingIfNeeded: unit >> shift & 15)) }
    }

    /// `"2026-11-23T19:21:57.042Z"`, without making a string of it: every attempt has three.
    fileprivate mutating func append(time: Timestamp) {
        // 1970 to 9999; what lies outside has no fixed number of digits.
        guard (0..<253_402_300_800_000).contains(time.milliseconds) else { return append(canonical: time.rfc3339) }
        let (day, rest) = time.milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let date = Timestamp.date(ofDay: day)
        append(UInt8(ascii: "\""))
        append(date.year, digits: 4, then: "-")
        append(date.month, digits: 2, then: "-")
        append(date.day, digits: 2, then: "T")
        append(rest / 3_600_000, digits: 2, then: ":")
        append(rest / 60_000 % 60, digits: 2, then: ":")
        append(rest / 1000 % 60, digits: 2, then: ".")
        append(rest % 1000, digits: 3, then: "Z")
        append(UInt8(ascii: "\""))
    }

    /// At most four digits, with zeroes in front.
    private mutating func append(_ number: Int64, digits: Int, then separator: Unicode.Scalar) {
        if digits > 3 { append(UInt8(truncatingIfNeeded: 48 + number / 1000 % 10)) }
        if digits > 2 { append(UInt8(truncatingIfNeeded: 48 + number / 100 % 10)) }
        append(UInt8(truncatingIfNeeded: 48 + number / 10 % 10))
        append(UInt8(truncatingIfNeeded: 48 + number % 10))
        append(UInt8(ascii: separator))
    }

    fileprivate mutating func append(decimal number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var power: UInt = 1
        while number.magnitude / power >= 10 { power *= 10 }
        while power > 0 {
            append(digit: UInt8(truncatingIfNeeded: number.magnitude / power % 10))
            power /= 10
        }
    }

    /// Two lower-case digits a byte.
    fileprivate mutating func append(hexadecimal bytes: [UInt8]) {
        for byte in bytes {
            append(digit: byte >> 4)
            append(digit: byte & 15)
        }
    }

    private mutating func append(digit: UInt8) { append(digit < 10 ? digit + 48 : digit + 87) }
}

extension UInt8 {
    /// Printable ASCII that a JSON string holds as it is.
    fileprivate var isPlain: Bool { (0x20...0x7E).contains(self) && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\") }
}

/// The hash of a line of evidence, as people copy it.
package struct EvidenceHash: Sendable, Hashable, CustomStringConvertible {
    /// 32 bytes.
    package let bytes: [UInt8]

    /// nil for any other number of bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Reads 64 hexadecimal digits of either case.
    package init?(_ text: some StringProtocol) {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard text.utf8.count == 64, digits.count == 64 else { return nil }
        bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// 64 digits, lower case.
    package var description: String {
        let text = [UInt8](capacity: 2 * bytes.count) { $0.append(hexadecimal: bytes) }
        return String(decoding: text, as: UTF8.self)
    }
}
