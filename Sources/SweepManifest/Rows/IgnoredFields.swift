/// The names of fields that mean nothing here, in the order in which they turned up, for one warning.
struct IgnoredFields: Sendable {
    private(set) var names: [String] = []
    /// A manifest can invent names without end; memory and a warning cannot hold them.
    static let limit = 100

    mutating func insert(_ name: String) {
        let name = Printable.excerpt(name)
        if names.count < IgnoredFields.limit, !names.contains(name) { names.append(name) }
    }
}
