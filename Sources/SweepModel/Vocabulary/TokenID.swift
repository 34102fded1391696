/// A service token's UUID. Only a value of this type becomes part of a request's path.
package struct TokenID: Sendable, Hashable, Comparable, CustomStringConvertible {
    private let value: Hex128

    /// Reads the 36-character form, in any case: `f174e90a-fafe-4643-bbbc-4a0ed4fc8415`.
    package init?(_ text: some StringProtocol) {
        self.init(utf8: Array(text.utf8).span)
    }

    /// The same form, as bytes.
    package init?(utf8 text: Span<UInt8>) {
        guard let value = Hex128(text, dashesAt: 1 << 8 | 1 << 13 | 1 << 18 | 1 << 23) else { return nil }
        self.value = value
    }

    /// The 16 bytes of the UUID, most significant first, as the queue keeps them; nil for any other number of bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        value = Hex128(bytes: bytes.span)
    }

    package var bytes: InlineArray<16, UInt8> { value.bytes }

    /// 36 characters, lower case.
    package var description: String { value.text(dashesBefore: 1 << 8 | 1 << 12 | 1 << 16 | 1 << 20) }

    package static func < (left: TokenID, right: TokenID) -> Bool { left.value < right.value }
}
