package import SweepModel

/// Made-up ids that differ and can be told apart.
package enum Samples {
    /// 2026-11-23T19:21:57.042Z
    package static let start = Timestamp(milliseconds: 1_795_461_717_042)
    package static let minute = Milliseconds.seconds(60)
    package static let answer = AnswerDetails(httpStatus: 200, rayID: "8f2c-FRA")

    /// The clocks of a machine that was started a day before `start`.
    ///
    /// - Parameters:
    ///   - span: how far the calendar is ahead of the true one.
    ///   - moment: when they are read, by the true calendar.
    package static func boot(
        setForward span: Milliseconds = Milliseconds(0), at moment: Timestamp = start, boot: String = "boot"
    ) -> BootReading {
        BootReading(boot: boot, startedAt: start - .seconds(86_400) + span, now: moment + span)
    }

    /// `00000000-0000-4000-8000-` and the number in hexadecimal.
    package static func token(_ number: Int) -> TokenID {
        let bytes = [0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0] + (0..<6).map { UInt8(truncatingIfNeeded: number >> (40 - 8 * $0)) }
        guard let token = TokenID(bytes: bytes) else { preconditionFailure("16 bytes are a token id") }
        return token
    }

    /// What the simulated API calls a token.
    package static func name(of token: TokenID) -> String { "\"\(token)\" of \\ é" }

    /// A plan of tokens: as many for each account as said; the accounts alternate as long as they have any.
    package static func plan(_ tokens: [Int]) -> [(scope: Scope, tokenID: TokenID)] {
        let scopes = tokens.indices.map { account($0 + 1) }
        return (0..<(tokens.max() ?? 0)).flatMap { row in scopes.indices.filter { row < tokens[$0] }.map { scopes[$0] } }
            .enumerated().map { (scope: $1, tokenID: token($0)) }
    }

    /// A credential for each of the first accounts.
    package static func lanes(_ count: Int) -> LaneMap {
        LaneMap(
            fingerprints: (0..<count).map { "credential \($0)" },
            lanes: Dictionary(uniqueKeysWithValues: (0..<count).map { (account($0 + 1), LaneID($0)) }))
    }

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
