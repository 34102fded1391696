/// What tells one client id from all others: the 32 hexadecimal digits before `.access`. Some documents show a domain behind
/// it, others do not.
package struct ClientID: Sendable, Hashable, CustomStringConvertible {
    private let value: Hex128

    /// Reads 32 hexadecimal digits of either case as bytes.
    package init?(digits: [UInt8]) {
        guard let value = Hex128(digits.span) else { return nil }
        self.value = value
    }

    /// Reads `88bf3b6d86161464f6509f7219099e57.access`, with whatever stands behind it.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.dropFirst(32).prefix(7).map({ $0 | 0x20 }) == Array(".access".utf8) else { return nil }
        self.init(digits: Array(bytes.prefix(32)))
    }

    /// The 16 bytes that the digits stand for.
    package var bytes: InlineArray<16, UInt8> { value.bytes }

    /// The same bytes, as the queue keeps them; nil for any other number of bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        value = Hex128(bytes: bytes.span)
    }

    /// `88bf3b6d86161464f6509f7219099e57.access`
    package var description: String { value.text() + ".access" }
}
