/// What a token belongs to: an account or a zone. An item's identity is (scope, token id).
package struct Scope: Sendable, Hashable, Comparable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable, CaseIterable, Comparable {
        case account
        case zone

        package static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
    }

    package let kind: Kind
    package let id: ScopeID

    package init(_ kind: Kind, _ id: ScopeID) {
        self.kind = kind
        self.id = id
    }

    /// `account 023e105f4ecef8ad9ca31a8372d0c353`
    package var description: String { "\(kind.rawValue) \(id)" }

    package static func < (left: Scope, right: Scope) -> Bool { (left.kind, left.id) < (right.kind, right.id) }
}

/// An account's or a zone's id: 32 hexadecimal digits.
package struct ScopeID: Sendable, Hashable, Comparable, CustomStringConvertible {
    private let value: Hex128

    /// Reads 32 hexadecimal digits of either case.
    package init?(_ text: some StringProtocol) {
        self.init(utf8: Array(text.utf8).span)
    }

    /// The same form, as bytes.
    package init?(utf8 text: Span<UInt8>) {
        guard let value = Hex128(text) else { return nil }
        self.value = value
    }

    /// 32 digits, lower case.
    package var description: String { value.text() }

    package static func < (left: ScopeID, right: ScopeID) -> Bool { left.value < right.value }
}
