package import SweepModel

/// Live tokens as a manifest: rows that `run` reads back.
package struct TokenList: Sendable {
    package enum Format: String, Sendable, CaseIterable {
        case jsonl
        case csv
    }

    private static let columns = [
        "service_token_id", "client_id", "name", "account_id", "zone_id", "created_at", "expires_at", "last_seen_at", "enabled",
    ]

    private let format: Format

    package init(_ format: Format) { self.format = format }

    /// What stands before the first row.
    package var heading: [UInt8] {
        guard format == .csv else { return [] }
        var bytes = Array(TokenList.columns.joined(separator: ",").utf8)
        bytes.endRecord()
        return bytes
    }

    /// One token, with the end of its line.
    package func row(_ token: LiveToken) -> [UInt8] {
        switch format {
        case .jsonl: json(token)
        case .csv: csv(token)
        }
    }

    private func json(_ token: LiveToken) -> [UInt8] {
        var json = JSONText()
        json.object { json in
            json.member("service_token_id", token.id.description)
            json.member("client_id", token.clientID)
            json.member("name", token.name)
            json.member("\(token.scope.kind.rawValue)_id", token.scope.id.description)
            json.member("created_at", token.createdAt)
            json.member("expires_at", token.expiresAt)
            json.member("last_seen_at", token.lastSeenAt)
            json.member("enabled", token.isEnabled)
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    private func csv(_ token: LiveToken) -> [UInt8] {
        var bytes = Array(token.id.description.utf8)
        bytes.endField()
        bytes.append(field: token.clientID)
        bytes.endField()
        bytes.append(field: token.name)
        bytes.endField()
        bytes.append(text: token.scope.kind == .account ? token.scope.id.description : "")
        bytes.endField()
        bytes.append(text: token.scope.kind == .zone ? token.scope.id.description : "")
        for time in [token.createdAt, token.expiresAt, token.lastSeenAt] {
            bytes.endField()
            bytes.append(time: time)
        }
        bytes.endField()
        bytes.append(text: token.isEnabled ? "true" : "false")
        bytes.endRecord()
        return bytes
    }
}
