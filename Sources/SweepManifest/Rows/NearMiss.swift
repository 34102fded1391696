/// Tells names that are probably misspelled from names that mean something else.
enum NearMiss {
    /// What an unknown name is probably meant as: ignoring such a field would delete under the default scope.
    struct Scope: Sendable {
        var name: FieldName
        /// The name is spelled for something else, and beside a scope that is spelled correctly it is information.
        var isBare: Bool
    }

    /// The scope field that an unknown name resembles.
    ///
    /// `account id`, `AccountID`, `acount_id` and `zone-id` are misspelled. `account`, `zone` and Cloudflare's inner names
    /// `account_tag` and `zone_tag` are bare.
    static func scope(_ name: String) -> Scope? {
        let name = Spelling(FieldName.folded(name))
        for (known, spelling) in scopes where name.resembles(spelling) { return Scope(name: known, isBare: false) }
        switch String(decoding: name.squeezed, as: UTF8.self) {
        case "account", "accounttag": return Scope(name: .accountID, isBare: true)
        case "zone", "zonetag": return Scope(name: .zoneID, isBare: true)
        default: return nil
        }
    }

    /// The name of the id or client id field that an unknown name resembles, for a hint.
    static func identity(_ name: String) -> FieldName? {
        let name = Spelling(FieldName.folded(name))
        return identities.first { name.resembles($0.spelling) }?.name
    }

    private static let scopes = [FieldName.accountID, .zoneID].map { (name: $0, spelling: Spelling($0.rawValue)) }
    private static let identities = [FieldName.serviceTokenID, .tokenID, .clientID].map { (name: $0, spelling: Spelling($0.rawValue)) }

    /// A name's bytes, which are quicker to compare than characters.
    private struct Spelling {
        let bytes: [UInt8]
        /// Without spaces, dashes, underscores and dots.
        let squeezed: [UInt8]

        init(_ name: String) {
            bytes = Array(name.utf8)
            squeezed = bytes.filter { !" -_.".utf8.contains($0) }
        }

        func resembles(_ known: Spelling) -> Bool {
            squeezed == known.squeezed || NearMiss.editDistance(bytes, known.bytes, atMost: 2) <= 2
        }
    }

    /// Levenshtein's distance in bytes; any number above the limit when it is above it.
    static func editDistance(_ left: [UInt8], _ right: [UInt8], atMost limit: Int) -> Int {
        guard abs(left.count - right.count) <= limit else { return limit + 1 }
        var row = Array(0...right.count)
        for (line, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for column in 1..<row.count {
                let substitution = diagonal + (byte == right[column - 1] ? 0 : 1)
                diagonal = row[column]
                row[column] = min(substitution, row[column] + 1, row[column - 1] + 1)
            }
        }
        return row[right.count]
    }
}
