import SweepModel

/// What people write where an account's or zone's id is wanted, and what to tell them.
enum ScopeRule {
    static func problem(_ name: FieldName, text: String) -> RowProblem {
        if Printable.redacted(text) != text {
            return RowProblem(name, "a secret, not an id", hint: "this is a secret: treat the manifest as one")
        }
        return RowProblem(name, "not 32 hexadecimal digits", hint: hint(name, text))
    }

    private static func hint(_ name: FieldName, _ text: String) -> String {
        let owner = name == .zoneID ? "zone" : "account"
        if TokenID(text) != nil { return "this is a UUID, perhaps a token's id: are the columns swapped?" }
        let bytes = Array(text.utf8)
        if bytes.allSatisfy(\.isHexDigit) { return "32 digits are needed, this has \(bytes.count)" }
        if ClientIDRule.isPlain(bytes.span) { return "this is a client id, which belongs to a token" }
        if name == .zoneID, text.contains(".") { return "this is a domain; the zone's id is on its overview page" }
        if bytes.count == 32 { return "it contains a character that is neither a digit nor a letter a to f" }
        return "this is perhaps the \(owner)'s name; its id is 32 hexadecimal digits, and this has \(text.count) characters"
    }
}
