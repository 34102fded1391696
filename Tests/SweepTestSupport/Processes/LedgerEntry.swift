import FoundationEssentials

/// One request as the simulator wrote it down, with what it really did.
package struct LedgerEntry: Decodable, Sendable, Equatable {
    package var n: Int
    package var atMs: Int
    package var answeredMs: Int?
    package var method: String
    package var path: String
    package var scope: String?
    package var scopeId: String?
    package var tokenId: String?
    package var credential: String?
    package var userAgent: String?
    package var status: Int?
    package var code: Int?
    package var fault: String?
    package var effect: String
    package var rateLimited: Bool

    package var key: TokenKey { TokenKey(scopeId ?? "", tokenId ?? "") }
}

/// The identity of a token: its scope and its id.
package struct TokenKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var scopeID: String
    package var tokenID: String

    package init(_ scopeID: String, _ tokenID: String) {
        self.scopeID = scopeID
        self.tokenID = tokenID
    }

    package var description: String { "\(scopeID)/\(tokenID)" }

    package static func < (left: TokenKey, right: TokenKey) -> Bool { left.description < right.description }
}

/// All that the simulator wrote down: what really happened.
package struct Ledger: Sendable {
    package var entries: [LedgerEntry]

    /// Reads whole lines; the last one may still be written.
    package init(text: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let end = text.utf8.lastIndex(of: UInt8(ascii: "\n")) ?? text.startIndex
        entries = try text[..<end].split(separator: "\n").map { try decoder.decode(LedgerEntry.self, from: Data($0.utf8)) }
    }

    package var deletes: [LedgerEntry] { entries.filter { $0.method == "DELETE" } }

    /// Requests that changed nothing.
    package var lookups: [LedgerEntry] { entries.filter { $0.method == "GET" } }

    /// Tokens that a request of this ledger removed.
    package var removed: Set<TokenKey> { Set(entries.filter { $0.effect == "deleted" }.map(\.key)) }

    /// How many DELETEs there were for each token.
    package var deletesByToken: [TokenKey: Int] { Dictionary(deletes.map { ($0.key, 1) }, uniquingKeysWith: +) }

    /// The most requests that arrived in any span of `milliseconds`.
    package func mostArrivals(within milliseconds: Int) -> Int {
        let times = entries.map(\.atMs).sorted()
        var (first, most) = (0, 0)
        for (index, time) in times.enumerated() {
            while times[first] <= time - milliseconds { first += 1 }
            most = max(most, index - first + 1)
        }
        return most
    }
}
