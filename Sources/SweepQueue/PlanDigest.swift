import SQLite

/// The plan's id: what a plan would do, in twenty hexadecimal digits.
enum PlanDigest {
    /// The id of a job's plan, see `id(ofJob:in:tokens:asPlanned:otherDeed:)`.
    static func id(
        ofJob job: Int64, in database: borrowing Database, asPlanned: Bool = false, otherDeed: String? = nil
    ) throws(SQLiteError) -> String {
        var tokens = 0
        return try id(ofJob: job, in: database, tokens: &tokens, asPlanned: asPlanned, otherDeed: otherDeed)
    }

    /// Digests the deed, which is the action and whatever else is done to tokens, and every (scope, token) that it is done to in
    /// ascending order, each scope's name before its tokens. A scope in which nothing is to be done has no part in it.
    ///
    /// - Parameters:
    ///   - tokens: gets how many tokens were digested.
    ///   - asPlanned: count tokens too that were skipped only later, by a cancellation.
    ///   - otherDeed: what would be done instead of what the job does.
    static func id(
        ofJob job: Int64, in database: borrowing Database, tokens: inout Int, asPlanned: Bool = false, otherDeed: String? = nil
    ) throws(SQLiteError) -> String {
        let select = try database.prepare("SELECT deed FROM job WHERE id = ?")
        try select.bind(job, at: 1)
        guard try select.step(), let deed = select.text(0) else { throw SQLiteError(.constraint, "there is no such job") }
        try select.reset()
        guard var digest = SHA256(), digest.update(Array("tokensweep plan 1\n\(otherDeed ?? deed)\n".utf8)) else { throw noDigest }
        let scopes = try database.prepare(
            "SELECT id, kind, scope_id FROM scope WHERE job = ? AND kind <> 'none' ORDER BY kind, scope_id")
        let all = try database.prepare(selectTokens)
        let open = try database.prepare(asPlanned ? selectPlannedTokens : selectOpenTokens)
        let heldBack = try database.prepare("SELECT count(*) FROM tally WHERE scope = ? AND state = 'skipped' AND count > 0")
        try scopes.bind(job, at: 1)
        while try scopes.step() {
            let heading = Array("\n\(scopes.text(1) ?? "") \(scopes.text(2) ?? "")\n".utf8)
            let scope = scopes.integer(0)
            try heldBack.bind(scope, at: 1)
            let isWhole = try heldBack.step() && heldBack.integer(0) == 0
            try heldBack.reset()
            if isWhole {
                try add(scope, heading, from: all, to: &digest, &tokens)
            } else {
                try add(scope, heading, from: open, to: &digest, &tokens)
            }
        }
        guard let bytes = digest.finish() else { throw noDigest }
        return text(bytes.prefix(10))
    }

    private static func add(
        _ scope: Int64, _ heading: [UInt8], from select: borrowing Statement, to digest: inout SHA256, _ tokens: inout Int
    ) throws(SQLiteError) {
        try select.bind(scope, at: 1)
        guard try select.step() else { return }
        var bytes = heading
        repeat {
            select.append(blob: 0, to: &bytes)
            tokens += 1
            guard bytes.count >= bytesAtOnce else { continue }
            guard digest.update(bytes) else { throw noDigest }
            bytes.removeAll(keepingCapacity: true)
        } while try select.step()
        guard digest.update(bytes) else { throw noDigest }
    }

    /// To give the digest each token takes longer than to digest it.
    private static let bytesAtOnce = 16_384

    /// Read from the index alone.
    static let selectTokens = "SELECT token FROM item WHERE scope = ? AND token IS NOT NULL ORDER BY token"

    /// For a scope with tokens that are held back, each of whose rows must be looked at.
    static let selectOpenTokens = "SELECT token FROM item WHERE scope = ? AND token IS NOT NULL AND state = 'pending' ORDER BY token"

    /// What is not invalid was to be deleted, unless it was held back from the start.
    static let selectPlannedTokens = """
        SELECT token FROM item WHERE scope = ? AND token IS NOT NULL AND (state <> 'skipped' OR reason LIKE 'cancelled%') ORDER BY token
        """

    private static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    private static var noDigest: SQLiteError { SQLiteError(.other, "libcrypto cannot compute SHA-256") }
}
