/// A service token's client id: `<32 hexadecimal digits>.access`, in some documents with a domain behind it. The digits alone
/// tell which token it is.
package struct ClientID: Sendable, Hashable, CustomStringConvertible {
    private let digits: ScopeID

    /// nil for any other text.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[1].lowercased() == "access", let digits = ScopeID(parts[0]) else { return nil }
        self.digits = digits
    }

    /// The 32 digits alone, of either case, as bytes.
    package init?(digits: [UInt8]) {
        guard let digits = ScopeID(utf8: digits.span) else { return nil }
        self.digits = digits
    }

    /// `88bf3b6d86161464f6509f7219099e57.access`
    package var description: String { "\(digits).access" }
}
