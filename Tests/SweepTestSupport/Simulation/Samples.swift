package import SweepModel

/// Made-up ids that differ and can be told apart.
package enum Samples {
    /// `00000000-0000-4000-8000-` and the number in hexadecimal.
    package static func token(_ number: Int) -> TokenID {
        let bytes = [0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0] + (0..<6).map { UInt8(truncatingIfNeeded: number >> (40 - 8 * $0)) }
        guard let token = TokenID(bytes: bytes) else { preconditionFailure("16 bytes are a token id") }
        return token
    }

    /// What the simulated API calls a token.
    package static func name(of token: TokenID) -> String { "\"\(token)\" of \\ é" }

    package static func account(_ number: Int) -> Scope { Scope(.account, scopeID(number)) }
    package static func zone(_ number: Int) -> Scope { Scope(.zone, scopeID(number)) }

    private static func scopeID(_ number: Int) -> ScopeID {
        let digits = String(number, radix: 16)
        guard let id = ScopeID(String(repeating: "0", count: 32 - digits.count) + digits) else {
            preconditionFailure("32 digits are a scope id")
        }
        return id
    }
}
