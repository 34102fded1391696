/// The names of fields that mean nothing here, in the order in which they turned up, for one warning.
struct IgnoredFields: Sendable {
    private(set) var names: [String] = []
    /// A manifest can invent names without end; memory and a warning cannot hold them.
    static let limit = 100

    /// What `discover` writes for people and other programs: known, without a meaning here, and not worth a warning.
    private static let expected: Set<String> = ["created_at", "expires_at", "last_seen_at", "enabled"]

    mutating func insert(_ name: String) {
        if IgnoredFields.expected.contains(FieldName.folded(name)) { return }
        let name = Printable.excerpt(name)
        if names.count < IgnoredFields.limit, !names.contains(name) { names.append(name) }
    }
}
