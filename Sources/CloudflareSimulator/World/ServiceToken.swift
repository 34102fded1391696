/// A service token as the API holds it.
package struct ServiceToken: Sendable, Equatable {
    /// A UUID in lower case.
    package var id: String
    package var name: String
    /// `<32 hex>.access`.
    package var clientID: String
    /// A Go duration, or `forever`.
    package var duration = "8760h"
    package var isEnabled = true
    /// Times are RFC 3339 text, passed on as they stand.
    package var createdAt = "2026-01-01T00:00:00Z"
    package var updatedAt = "2026-01-01T00:00:00Z"
    /// Nil for a token that never expires.
    package var expiresAt: String? = "2027-01-01T00:00:00Z"
    /// Nil for a token that was never used.
    package var lastSeenAt: String?
    /// Refused as "in use" although no visible object refers to it.
    package var isInUse = false
    /// False: exists, but no list shows it.
    package var isListed = true
    /// Tried before the world's own, in order.
    package var faults: [FaultRule] = []
    /// How often its secret was rotated: makes the next secret another one.
    package var rotations = 0

    /// Token number `number` of a generated row.
    package init(number: Int, prefix: String) {
        id = ServiceToken.generatedID(number)
        name = "\(prefix)\(number)"
        clientID = "\(hexadecimal(UInt64(number), digits: 32)).access"
    }

    /// The id of the generated token with this number: `00000000-0000-4000-8000-%012x`.
    package static func generatedID(_ number: Int) -> String {
        "00000000-0000-4000-8000-\(hexadecimal(UInt64(number), digits: 12))"
    }

    /// The `service_token` of the API's description.
    package var json: JSON {
        [
            "client_id": .string(clientID), "created_at": .string(createdAt), "duration": .string(duration), "enabled": .bool(isEnabled),
            "expires_at": .optional(expiresAt), "id": .string(id), "last_seen_at": .optional(lastSeenAt), "name": .string(name),
            "updated_at": .string(updatedAt),
        ]
    }
}

extension ServiceToken {
    /// One row of a scope's tokens: a token, or as many as it generates.
    static func read(_ json: JSON, at path: String) throws(WorldError) -> [ServiceToken] {
        var reader = try ObjectReader(json, at: path)
        var tokens = reader.has("generate") ? try generated(&reader) : [try listed(&reader)]
        let template = try Template(&reader)
        try reader.finish()
        for index in tokens.indices { template.apply(to: &tokens[index]) }
        return tokens
    }

    private static func generated(_ reader: inout ObjectReader) throws(WorldError) -> [ServiceToken] {
        let count = try reader.count("generate") ?? 0
        let first = try reader.count("first") ?? 1
        let prefix = try reader.string("prefix") ?? "token-"
        // Twelve hexadecimal digits end the id.
        guard count <= 10_000_000, first < 1 << 47 else { throw reader.error("generate", "is too large") }
        return (0..<count).map { ServiceToken(number: first + $0, prefix: prefix) }
    }

    private static func listed(_ reader: inout ObjectReader) throws(WorldError) -> ServiceToken {
        guard let id = try reader.string("id")?.lowercased() else { throw reader.error("id", "is missing, and so is generate") }
        guard isUUID(id) else { throw reader.error("id", "must be a UUID") }
        var token = ServiceToken(number: 0, prefix: "")
        token.id = id
        token.name = try reader.string("name") ?? id
        // The digits of the UUID are 32 hex too: a client id that nobody has to invent.
        token.clientID = try reader.string("client_id") ?? id.filter { $0 != "-" } + ".access"
        return token
    }

    /// 36 characters, hexadecimal but for four hyphens in their places. Any version.
    package static func isUUID(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            if [8, 13, 18, 23].contains(index) { return byte == UInt8(ascii: "-") }
            return (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
        }
    }

    /// What a row says besides who the token is. Nil where it says nothing.
    private struct Template {
        var duration, createdAt, updatedAt, expiresAt, lastSeenAt: String?
        var isEnabled, isInUse, isListed: Bool?
        var faults: [FaultRule] = []

        init(_ reader: inout ObjectReader) throws(WorldError) {
            duration = try reader.string("duration")
            createdAt = try reader.string("created_at")
            updatedAt = try reader.string("updated_at")
            expiresAt = try reader.string("expires_at")
            lastSeenAt = try reader.string("last_seen_at")
            isEnabled = try reader.bool("enabled")
            isInUse = try reader.bool("in_use")
            isListed = try reader.bool("listed")
            for (path, element) in try reader.list("faults") { faults.append(try FaultRule(element, at: path)) }
        }

        func apply(to token: inout ServiceToken) {
            token.duration = duration ?? token.duration
            token.createdAt = createdAt ?? token.createdAt
            token.updatedAt = updatedAt ?? createdAt ?? token.updatedAt
            token.expiresAt = expiresAt ?? (token.duration == "forever" ? nil : token.expiresAt)
            token.lastSeenAt = lastSeenAt
            token.isEnabled = isEnabled ?? true
            token.isInUse = isInUse ?? false
            token.isListed = isListed ?? true
            token.faults = faults
        }
    }
}
