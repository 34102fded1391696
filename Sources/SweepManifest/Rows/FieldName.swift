/// What a row may say about a token.
enum Field: Int, Sendable, CaseIterable {
    case tokenID, clientID, accountID, zoneID, name, note

    /// The name of the contract, for rows that do not have the field.
    var canonicalName: FieldName {
        switch self {
        case .tokenID: .serviceTokenID
        case .clientID: .clientID
        case .accountID: .accountID
        case .zoneID: .zoneID
        case .name: .name
        case .note: .note
        }
    }
}

/// The names under which manifests give the fields: CSV column names and JSON keys.
enum FieldName: String, Sendable, CaseIterable {
    case serviceTokenID = "service_token_id"
    case id
    case tokenID = "token_id"
    case clientID = "client_id"
    case accountID = "account_id"
    case zoneID = "zone_id"
    case name
    case note

    var field: Field {
        switch self {
        case .serviceTokenID, .id, .tokenID: .tokenID
        case .clientID: .clientID
        case .accountID: .accountID
        case .zoneID: .zoneID
        case .name: .name
        case .note: .note
        }
    }

    private static let spellings = allCases.map { (name: $0, bytes: Array($0.rawValue.utf8)) }

    /// Finds a name by its exact bytes: the quick way for JSON keys.
    init?(exactly bytes: Span<UInt8>) {
        for spelling in FieldName.spellings where bytes.equals(spelling.bytes.span) {
            self = spelling.name
            return
        }
        return nil
    }

    /// Finds a name in any case, with white space around it.
    init?(_ text: String) {
        self.init(rawValue: FieldName.folded(text))
    }

    /// Lower case, no white space around.
    static func folded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return bytes.span.string(in: bytes.span.trimmed(bytes.indices)).lowercased()
    }
}
