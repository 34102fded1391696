import SweepTestSupport

/// Worlds and manifests about the same few accounts.
enum Sample {
    static let account = "0a000000000000000000000000000001"
    static let otherAccount = "0a000000000000000000000000000002"
    static let zone = "0b000000000000000000000000000001"
    static let email = "ops@example.com"
    static let key = "0e2e0123456789abcdef0123456789abcdef1"
    /// A credential that exists and is refused.
    static let revokedToken = "cfut_e2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2E0002"

    /// The id of the token that the simulator generates with this number.
    static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    static func keys(_ numbers: some Sequence<Int>, in scope: String = account) -> Set<TokenKey> {
        Set(numbers.map { TokenKey(scope, id($0)) })
    }

    /// A world with one account, in which no limit holds unless `settings` says so.
    ///
    /// - Parameter tokens: rows of the account's tokens.
    /// - Parameter more: members of the world beside accounts, credentials and settings.
    static func world(_ tokens: String..., settings: String = "rate: 'none'", more: String = "") -> String {
        world(accounts: [(account, tokens.joined(separator: ", "))], settings: settings, more: more)
    }

    static func world(accounts: [(id: String, tokens: String)], settings: String = "rate: 'none'", more: String = "") -> String {
        let rows = accounts.map { "{ id: '\($0.id)', tokens: [\($0.tokens)] }" }
        return """
            { \(settings),
              accounts: [\(rows.joined(separator: ", "))],
              credentials: [
                { label: 'ops', token: '\(Workbench.token)' },
                { label: 'key', email: '\(email)', key: '\(key)' },
                { label: 'revoked', token: '\(revokedToken)', revoked: true },
              ],
              \(more) }
            """
    }

    static func csv(_ numbers: some Sequence<Int>, account: String = account) -> String {
        "service_token_id,account_id\n" + numbers.map { "\(id($0)),\(account)\n" }.joined()
    }

    static func jsonLines(_ numbers: some Sequence<Int>, scope: String = "account_id", _ scopeID: String = account) -> String {
        numbers.map { "{\"service_token_id\":\"\(id($0))\",\"\(scope)\":\"\(scopeID)\"}\n" }.joined()
    }
}
