import SQLite

/// The plan's id: what a plan would do, in twenty hexadecimal digits.
enum PlanDigest {
    /// Digests the action and every (scope, token) in ascending order, each scope's name before its tokens. A scope that
    /// no usable row names has no part in it.
    static func id(ofJob job: Int64, in database: borrowing Database) throws(SQLiteError) -> String {
        guard var digest = SHA256(), digest.update(Array("tokensweep plan 1\ndelete\n".utf8)) else { throw noDigest }
        let scopes = try database.prepare(
            "SELECT id, kind, scope_id FROM scope WHERE job = ? AND kind <> 'none' ORDER BY kind, scope_id")
        let tokens = try database.prepare(selectTokens)
        try scopes.bind(job, at: 1)
        while try scopes.step() {
            var heading = Array("\n\(scopes.text(1) ?? "") \(scopes.text(2) ?? "")\n".utf8)
            try tokens.bind(scopes.integer(0), at: 1)
            while try tokens.step() {
                guard digest.update(heading), digest.update(tokens.blob(0) ?? []) else { throw noDigest }
                heading = []
            }
        }
        guard let bytes = digest.finish() else { throw noDigest }
        return text(bytes.prefix(10))
    }

    static let selectTokens = "SELECT token FROM item WHERE scope = ? AND token IS NOT NULL ORDER BY token"

    private static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    private static var noDigest: SQLiteError { SQLiteError(.other, "libcrypto cannot compute SHA-256") }
}
